/** Buttons that are no commands: confirm, cancel, acknowledge. */
import { italic, plain } from '../text/line.ts';
import { act, type Case, type HandlePorts } from './handling.ts';
import type { ButtonWords } from './read-update.ts';

/** The outcome, for the record. */
export async function pressButton(
  ports: HandlePorts,
  the: Case,
  { verb, id }: ButtonWords,
): Promise<string> {
  const { confirmations, replies, metrics } = ports;
  const { heard, user } = the;
  metrics.update('button');
  const note = async (text: string) => {
    if (heard.kind === 'press') await replies.note(heard.callbackId, text);
  };
  if (verb === 'acknowledge') {
    const isKnown = ports.commandPorts.hooks.acknowledge(id, `telegram:${user.name}`);
    await note(isKnown ? 'acknowledged' : 'nothing waits for that any more');
    return isKnown ? 'acknowledged' : 'nothing to acknowledge';
  }
  const taken = confirmations.take(id, user.id);
  metrics.confirmations(confirmations.size());
  if (taken.kind === 'not-yours') {
    await note(`only ${taken.userName} can confirm this`);
    return 'refused: asked by another';
  }
  if (taken.kind === 'gone') {
    await note('expired or used: nothing was done');
    return 'expired';
  }
  const { lines, wish } = taken.pending.what;
  if (verb === 'cancel') {
    await note('cancelled');
    await replies.replace(heard, { lines: [...lines, italic(`cancelled by ${user.name}`)] });
    return 'cancelled';
  }
  // Before any answer: whoever sees one may rely on it.
  const results = await act(ports, the, wish);
  await note('');
  const outcome = [italic(`confirmed by ${user.name}`), ...results.map(plain)];
  await replies.replace(heard, { lines: [...lines, ...outcome] });
  return results.join('; ');
}
