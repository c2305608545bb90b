import type { Node, Rule } from './rule.ts';

/** A catch handles the error, translates it, or is not there. An empty body hides it. */
export const noSwallowingCatch: Rule = {
  create: (context) => ({
    CatchClause(node) {
      if (isEmptyBlock(node.body)) {
        context.report({ node, message: 'this catch swallows the error; handle or translate it' });
      }
    },
    CallExpression(node) {
      const isCatch =
        node.callee?.type === 'MemberExpression' && node.callee.property?.name === 'catch';
      const handler = node.arguments?.[0];
      if (isCatch && handler !== undefined && isEmptyBlock(handler.body)) {
        context.report({ node: handler, message: 'this handler swallows the error' });
      }
    },
  }),
};

function isEmptyBlock(body: Node['body']): boolean {
  if (body === undefined || !('type' in body) || body.type !== 'BlockStatement') return false;
  return Array.isArray(body.body) && body.body.length === 0;
}
