/** /mute and /unmute: of the desk's messages, not of answers. Critical ones always come. */
import { plain } from '../text/line.ts';
import { durationOf } from './arguments.ts';
import { answer, AskedWrongly, type Command } from './command.ts';

// A mute that is forgotten must not hide more than a week.
const MUTE_MS_MAX = 7 * 86_400_000;

export const muteCommand: Command = {
  name: 'mute',
  usage: 'TIME',
  help: 'only critical messages for 30m, 2h, 1d',
  role: 'trader',
  run: async ({ hooks, zone }, { args, nowMs, user }) => {
    const [word] = args;
    if (word === undefined) throw new AskedWrongly('for how long? /mute 2h');
    const ms = durationOf(word);
    if (ms > MUTE_MS_MAX) throw new AskedWrongly('seven days at most');
    hooks.mute(nowMs + ms, `telegram:${user.name}`);
    return answer([plain(`muted until ${zone.short(nowMs + ms)}; critical messages still come`)]);
  },
};

export const unmuteCommand: Command = {
  name: 'unmute',
  help: 'all messages again',
  role: 'trader',
  run: async ({ hooks }, { nowMs, user }) => {
    hooks.mute(nowMs, `telegram:${user.name}`);
    return answer([plain('all messages come again')]);
  },
};
