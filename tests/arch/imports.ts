import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { parseSync } from 'oxc-parser';

export interface Import {
  /** Path from the repository root, e.g. `src/bus/queues.ts`. */
  readonly from: string;
  /** `src/...` for our own files, the package or `node:` name otherwise. */
  readonly to: string;
}

/** Every static import, re-export and literal dynamic import of a text, type-only ones too. */
export function importsOf(file: string, text: string): Import[] {
  const { module, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} does not parse: ${errors[0]?.message}`);
  const specifiers = [
    ...module.staticImports.map((entry) => entry.moduleRequest.value),
    ...module.staticExports.flatMap((entry) =>
      entry.entries.flatMap((item) =>
        item.moduleRequest === null ? [] : [item.moduleRequest.value],
      ),
    ),
    ...module.dynamicImports.flatMap((entry) => {
      const literal = text.slice(entry.moduleRequest.start, entry.moduleRequest.end);
      return /^(['"]).*\1$/.test(literal) ? [literal.slice(1, -1)] : [];
    }),
  ];
  return specifiers.map((to) => ({ from: file, to: resolve(file, to) }));
}

/** All imports of the TypeScript files under a folder, tests and their fixtures left out. */
export function importsUnder(root: string, folder: string): Import[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name))
    .map((name) => join(folder, name))
    .flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')));
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  if (specifier.startsWith('.')) return relative('.', normalize(join(dirname(file), specifier)));
  if (specifier.startsWith('node:')) return specifier;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}
