/** /why: a decision with its analysts, numbers and rationale, by an id or the newest of a pair. */
import type { AnalystReport, Decision } from '#core/model/decision.ts';
import type { IntentRecord } from '#ledger/records.ts';
import { pairs, percent } from '../text/figures.ts';
import { bold, fixed, italic, type Line, plain } from '../text/line.ts';
import type { ZoneText } from '../text/zone-text.ts';
import { pairOf } from './arguments.ts';
import { answer, AskedWrongly, type Command, type CommandPorts } from './command.ts';

const EVIDENCE_MAX = 6;
// Of one evaluation: one decision for each variant.
const VARIANTS_MAX = 5;
const ID_START_MIN = 6;

export const whyCommand: Command = {
  name: 'why',
  usage: 'ID | PAIR',
  help: 'why the desk did it: analysts, numbers, rationale',
  role: 'viewer',
  run: async (ports, { args }) => {
    const [word] = args;
    if (word === undefined) {
      throw new AskedWrongly('why what? The id of an order, intent or evaluation, or a pair');
    }
    const { evaluationId, intent } = await subjectOf(ports, word);
    const history = ports.history();
    if (history === undefined) return answer([plain('no decision was recorded yet')]);
    const found = await history.decisions(
      evaluationId === undefined
        ? { pair: await pairOf(ports, word), limit: 1 }
        : { evaluationId, limit: VARIANTS_MAX },
    );
    if (found.length === 0) {
      throw new AskedWrongly(`there is no decision for ${word}: by hand, too old, or a wrong id`);
    }
    return answer([
      ...found.flatMap(({ decision }) => decisionLines(decision, ports.zone)),
      ...(intent === undefined ? [] : [plain(verdictText(intent))]),
    ]);
  },
};

/** Which evaluation a word names: itself, or that of an order or intent; none for a pair. */
async function subjectOf(
  { desk }: CommandPorts,
  word: string,
): Promise<{ readonly evaluationId?: string; readonly intent?: IntentRecord }> {
  if (word.includes('/')) return {};
  const intent = await desk.read(async (reader) => {
    // A base asset is shorter than what people copy of an id.
    const isId = word.length >= ID_START_MIN;
    const [order] = isId ? (await reader.orders({ idStart: word, limit: 1 })).rows : [];
    return (await reader.intents({ id: order?.intentId ?? word, limit: 1 })).rows[0];
  });
  if (intent !== undefined) return { evaluationId: intent.intent.evaluationId, intent };
  // An evaluation is named `BTC-USDT_1m_1750000000000`; anything shorter is meant as a base asset.
  return word.includes('_') ? { evaluationId: word } : {};
}

function decisionLines(decision: Decision, zone: ZoneText): readonly Line[] {
  const { pair, timeframe, action, closeMs, noEntry, rationale } = decision;
  const distances = [
    ['stop below', decision.stopDistanceFraction],
    ['target above', decision.targetDistanceFraction],
  ] as const;
  return [
    bold(`${action} ${pair} ${timeframe}, candle to ${zone.dateTime(closeMs)}`),
    ...fixed(
      pairs([
        ['stance', signed(decision.stance)],
        ['confidence', percent(decision.confidence, 0)],
        ['price', String(decision.lastPrice)],
        ...distances.flatMap(([name, value]): [string, string][] =>
          value === undefined ? [] : [[name, percent(value)]],
        ),
      ]),
    ),
    ...(noEntry.length === 0 ? [] : [plain(`no entry: ${noEntry.join(', ')}`)]),
    ...(rationale === '' ? [] : [plain(rationale)]),
    ...decision.reports.flatMap(reportLines),
    italic(`evaluation ${decision.evaluationId}`),
  ];
}

function reportLines({ analyst, stance, confidence, evidence }: AnalystReport): readonly Line[] {
  return [
    bold(`${analyst}: ${signed(stance)}, sure ${percent(confidence, 0)}`),
    ...evidence.slice(0, EVIDENCE_MAX).map(({ text, values }) => {
      const numbers = Object.entries(values).map(([name, value]) => `${name} ${short(value)}`);
      return plain(numbers.length === 0 ? text : `${text} (${numbers.join(', ')})`);
    }),
  ];
}

function verdictText({ verdict }: IntentRecord): string {
  if (verdict.kind === 'accept') return 'the gate accepted it';
  const reasons = verdict.reasons.map(({ code, found, limit }) => {
    const numbers = [
      ...(found === undefined ? [] : [`found ${found}`]),
      ...(limit === undefined ? [] : [`limit ${limit}`]),
    ];
    return numbers.length === 0 ? code : `${code} (${numbers.join(', ')})`;
  });
  return `the gate refused it: ${reasons.join('; ')}`;
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(2)}`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)));
}
