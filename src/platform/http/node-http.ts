/**
 * What is used of node:http. Not imported: an import reads all exports of a built-in module, among
 * them the getters of WebSocket, CloseEvent and MessageEvent, which load the whole of Node's fetch,
 * 6 MB in each process.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
