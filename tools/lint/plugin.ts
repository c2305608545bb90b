/**
 * House rules as lint rules, for what review caught more than once. Loaded by oxlint as a JS
 * plugin; each rule has cases in plugin.test.ts that it must flag and must leave alone.
 */
import { noSwallowingCatch } from './no-swallowing-catch.ts';
import { schemaName } from './schema-name.ts';
import { staticLogMessage } from './static-log-message.ts';

const plugin = {
  meta: { name: 'nightdesk' },
  rules: {
    'static-log-message': staticLogMessage,
    'no-swallowing-catch': noSwallowingCatch,
    'schema-name': schemaName,
  },
};

// oxlint takes a plugin's default export.
// oxlint-disable-next-line import/no-default-export
export default plugin;
