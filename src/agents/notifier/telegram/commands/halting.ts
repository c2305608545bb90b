/** /pause acts at once, since it only lowers risk; /resume raises it and asks. */
import { bold, plain } from '../text/line.ts';
import { answer, type Command } from './command.ts';

export const pauseCommand: Command = {
  name: 'pause',
  usage: '[REASON]',
  help: 'no new positions until /resume; exits and stops go on',
  role: 'trader',
  run: async (_, { args }) => ({
    kind: 'act',
    wish: { kind: 'commands', commands: [{ kind: 'pause', reason: args.join(' ') }] },
  }),
};

export const resumeCommand: Command = {
  name: 'resume',
  usage: '[REASON]',
  help: 'take new positions again',
  role: 'admin',
  run: async ({ desk, zone }, { args }) => {
    const halts = await desk.halts();
    if (halts.length === 0) return answer([plain('nothing is halted')]);
    return {
      kind: 'confirm',
      label: 'Resume',
      lines: [
        bold('take new positions again?'),
        ...halts.map(({ kind, reason, sinceMs, liftedBy }) =>
          plain(`halt ${kind} since ${zone.short(sinceMs)}: ${reason} (until ${liftedBy})`),
        ),
      ],
      wish: { kind: 'commands', commands: [{ kind: 'resume', reason: args.join(' ') }] },
    };
  },
};
