import type { Node, Rule } from './rule.ts';

const LEVELS = new Set(['debug', 'info', 'warn', 'error', 'fatal']);

/**
 * The message of a log line is a constant; numbers and names go into the fields. Otherwise lines of
 * one event cannot be found or counted.
 */
export const staticLogMessage: Rule = {
  create: (context) => ({
    CallExpression(node) {
      if (!isLogCall(node.callee)) return;
      for (const argument of node.arguments ?? []) {
        const isBuilt =
          (argument.type === 'TemplateLiteral' && (argument.expressions?.length ?? 0) > 0) ||
          argument.type === 'BinaryExpression';
        if (isBuilt) {
          context.report({
            node: argument,
            message: 'a log message is a constant; put values into the fields object',
          });
        }
      }
    },
  }),
};

function isLogCall(callee: Node | undefined): boolean {
  if (callee?.type !== 'MemberExpression') return false;
  const holder = callee.object;
  const name = holder?.type === 'MemberExpression' ? holder.property?.name : holder?.name;
  return (name === 'log' || name === 'logger') && LEVELS.has(callee.property?.name ?? '');
}
