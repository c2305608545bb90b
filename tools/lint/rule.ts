/** The part of an ESTree node the rules look at. */
export interface Node {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
  readonly callee?: Node;
  readonly object?: Node;
  readonly property?: Node;
  readonly arguments?: readonly Node[];
  readonly body?: Node | readonly Node[];
  readonly expressions?: readonly Node[];
  readonly init?: Node | null;
  readonly id?: Node;
}

export interface RuleContext {
  report(problem: { node: Node; message: string }): void;
}

export interface Rule {
  create(context: RuleContext): Record<string, (node: Node) => void>;
}
