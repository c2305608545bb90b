/** Draws one picture and ends: what the renderer needs of memory goes with its thread. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { z } from 'zod';

const { resolve } = createRequire(import.meta.url);
const svg = z.string().parse(workerData);

await initWasm(readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')));
const font = await readFile(resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
const drawing = new Resvg(svg, {
  font: { fontBuffers: [font], defaultFontFamily: 'DejaVu Sans' },
});
parentPort?.postMessage(drawing.render().asPng());
