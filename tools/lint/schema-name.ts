import type { Node, Rule } from './rule.ts';

const OBJECT_BUILDERS = new Set(['object', 'strictObject', 'looseObject', 'discriminatedUnion']);

/** A schema has the name of its noun, as its type does: `Fill`, not `fill` or `FillSchema`. */
export const schemaName: Rule = {
  create: (context) => ({
    VariableDeclarator(node) {
      const name = node.id?.name;
      if (name === undefined || !isSchema(node.init)) return;
      if (!/^[A-Z][A-Za-z0-9]*$/.test(name) || name.endsWith('Schema')) {
        context.report({
          node,
          message: `a schema is named like its noun in PascalCase without suffix, found "${name}"`,
        });
      }
    },
  }),
};

function isSchema(init: Node | null | undefined): boolean {
  if (init?.type !== 'CallExpression') return false;
  const callee = init.callee;
  return (
    callee?.type === 'MemberExpression' &&
    callee.object?.name === 'z' &&
    OBJECT_BUILDERS.has(callee.property?.name ?? '')
  );
}
