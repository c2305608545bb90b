import { parseArgs } from 'node:util';
import { sendWish, WISH_OPTIONS } from './send-wish.ts';

/** `reload`: a running desk reads its config files again. */
export async function reloadCommand(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: WISH_OPTIONS });
  return await sendWish({ kind: 'reload' }, values, env);
}
