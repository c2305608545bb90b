/** What goes wrong, and what people do meanwhile. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLedgerReader } from '#ledger/open-reader.ts';
import type { Desk } from '../../../tests/support/desk.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import type { BotApi } from '../../../tests/support/telegram/bot-api.ts';
import { ALICE, BOB, STRANGER, VERA } from '../../../tests/support/telegram/people.ts';
import { askBot, confirmPrompt, inChat } from '../../../tests/support/telegram/talk.ts';
import type { Findings } from '../findings.ts';

interface Trouble {
  readonly desk: Desk;
  readonly api: BotApi;
  readonly endMs: number;
  /** Ends the trouble early. */
  readonly signal: AbortSignal;
  readonly report: Findings;
}

interface Step {
  readonly name: string;
  readonly run: (trouble: Trouble) => Promise<unknown> | void;
}

const send = 'sendMessage';
const STEPS: readonly Step[] = [
  {
    name: '429, 5 s',
    run: ({ api }) => api.fail({ fault: { kind: 'too-many', retryAfter: 5 }, method: send }),
  },
  {
    name: '502 three times',
    run: ({ api }) => api.fail({ fault: { kind: 'status', status: 502 }, method: send, times: 3 }),
  },
  {
    name: 'reset twice',
    run: ({ api }) => api.fail({ fault: { kind: 'reset' }, method: send, times: 2 }),
  },
  {
    name: 'an answer lost',
    run: ({ api }) => api.fail({ fault: { kind: 'lost-answer' }, method: send }),
  },
  { name: 'silence', run: ({ api }) => api.fail({ fault: { kind: 'hang' }, method: send }) },
  {
    name: '409 on the poll',
    run: ({ api }) => api.fail({ fault: { kind: 'conflict' }, method: 'getUpdates' }),
  },
  {
    name: 'the line gone for 10 s',
    run: async ({ api }) => {
      await api.down();
      await sleep(10_000);
      await api.up();
    },
  },
  { name: 'kill -9 of the notifier', run: ({ desk }) => kill(desk, 'notifier') },
  { name: 'kill -9 of Redis', run: ({ desk }) => kill(desk, 'redis') },
  { name: 'kill -9 of execution', run: ({ desk }) => kill(desk, 'execution') },
  { name: 'kill -9 of the notifier again', run: ({ desk }) => kill(desk, 'notifier') },
];

/** One trouble after the other, spread over the time there is. */
export async function playTrouble(trouble: Trouble): Promise<void> {
  const everyMs = (trouble.endMs - Date.now()) / (STEPS.length + 1);
  for (const step of STEPS) {
    await sleep(everyMs, undefined, { signal: trouble.signal });
    console.log(`${new Date().toISOString().slice(11, 19)} ${step.name}`);
    await step.run(trouble);
  }
  await sleep(Math.max(0, trouble.endMs - Date.now()), undefined, { signal: trouble.signal });
}

async function kill(desk: Desk, instance: string): Promise<void> {
  process.kill(await desk.pidOf(instance), 'SIGKILL');
  await eventually(
    async () =>
      (await desk.status())?.agents.find((agent) => agent.instance === instance)?.state === 'ready',
    { withinMs: 30_000, what: `${instance} is back` },
  );
}

/** People ask, confirm twice, let a button expire; a stranger tries everything. */
export async function playPeople({
  desk,
  api,
  report,
}: Omit<Trouble, 'endMs' | 'signal'>): Promise<void> {
  const status = await askBot(api, VERA, '/status');
  report.check(
    '/status answers',
    status.text.includes('SHADOW on practice'),
    status.text.split('\n')[0] ?? '',
  );
  for (const text of ['/status', '/killswitch', '/help', 'hello']) api.say(STRANGER, text);
  api.say({ ...STRANGER, chatId: ALICE.chatId }, '/killswitch');

  const expiring = await confirmPrompt(api, BOB, '/killswitch');
  await eventually(() => expiring.prompt.text.includes('expired: nothing was done'), {
    withinMs: 30_000,
    what: 'the button expires',
  });
  api.press(BOB, expiring.prompt, expiring.confirm);
  await sleep(3_000);
  const halts = await haltsOf(desk);
  report.check(
    'an expired confirmation does nothing',
    !halts.includes('kill-switch'),
    `halts: ${halts.join(', ') || 'none'}`,
  );

  const { prompt, confirm } = await confirmPrompt(api, BOB, '/flatten');
  for (let n = 0; n < 3; n += 1) api.press(BOB, prompt, confirm);
  await eventually(() => prompt.text.includes('confirmed by bob'), { withinMs: 60_000 });
  const actions = await actionsOf(desk);
  report.check(
    'a button pressed three times acts once',
    actions === 1,
    `${actions} commands of bob in the audit`,
  );
  await desk.command(['resume', '--reason', 'the acceptance goes on']);
  const silence =
    inChat(api, STRANGER).length +
    api.calls.filter(({ chatId }) => chatId === STRANGER.chatId).length;
  report.check('a stranger gets silence', silence === 0, '5 messages, no answer');
}

async function haltsOf(desk: Desk): Promise<readonly string[]> {
  const reader = await openLedgerReader(join(desk.dataDir, 'ledger.db'));
  try {
    return (await reader.halts()).map(({ kind }) => kind);
  } finally {
    await reader.close();
  }
}

async function actionsOf(desk: Desk): Promise<number> {
  const reader = await openLedgerReader(join(desk.dataDir, 'ledger.db'));
  try {
    const { rows } = await reader.operatorActions({ limit: 100 });
    return rows.filter(({ by }) => by === 'telegram:bob').length;
  } finally {
    await reader.close();
  }
}
