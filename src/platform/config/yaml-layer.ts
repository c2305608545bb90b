import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import { pathKey } from './layer.ts';
import type { ConfigProblem, Layer, Leaf, Origin, Path } from './layer.ts';

interface Walk {
  readonly source: string;
  readonly lines: LineCounter;
  readonly document: Document;
  readonly leaves: Leaf[];
  readonly positions: Map<string, Origin>;
}

/** Reads one YAML text; syntax errors and duplicate keys come back as problems with their place. */
export function yamlLayer(
  source: string,
  text: string,
): { layer: Layer; problems: readonly ConfigProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const walk: Walk = { source, lines, document, leaves: [], positions: new Map() };
  const problems = document.errors.map((error): ConfigProblem => {
    const at = lines.linePos(error.pos[0]);
    return {
      key: '',
      origin: { source, line: at.line, column: at.col },
      message: error.message.replaceAll(/\s+/g, ' '),
    };
  });
  const root = document.contents;
  if (problems.length === 0 && root !== null) {
    if (isMap(root)) walkNode(walk, root, []);
    else {
      problems.push({
        key: '',
        origin: originOf(walk, root),
        message: 'expected a map of sections such as "gateway:" at the top of the file',
      });
    }
  }
  return { layer: { source, leaves: walk.leaves, positions: walk.positions }, problems };
}

function walkNode(walk: Walk, node: Node, path: Path): void {
  const resolved = isAlias(node) ? (node.resolve(walk.document) ?? node) : node;
  if (!walk.positions.has(pathKey(path))) walk.positions.set(pathKey(path), originOf(walk, node));
  if (isMap(resolved) && resolved.items.length > 0) {
    for (const item of resolved.items) walkItem(walk, item as Pair<Node, Node | null>, path);
    return;
  }
  if (isSeq(resolved)) {
    resolved.items.forEach((item, index) => {
      walk.positions.set(pathKey([...path, index]), originOf(walk, item as Node));
    });
  }
  const origin = walk.positions.get(pathKey(path)) ?? originOf(walk, node);
  walk.leaves.push({ path, value: resolved.toJS(walk.document) as unknown, origin });
}

function walkItem(walk: Walk, item: Pair<Node, Node | null>, parent: Path): void {
  const key = isScalar(item.key) ? String(item.key.value) : String(item.key);
  const path = [...parent, key];
  // The key's place, not the value's: that is where the eye looks for `key:`.
  walk.positions.set(pathKey(path), originOf(walk, item.key));
  if (item.value === null) {
    walk.leaves.push({ path, value: null, origin: originOf(walk, item.key) });
  } else {
    walkNode(walk, item.value, path);
  }
}

function originOf(walk: Walk, node: Node): Origin {
  const at = walk.lines.linePos(node.range?.[0] ?? 0);
  return { source: walk.source, line: at.line, column: at.col };
}
