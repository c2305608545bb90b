import type { CoinSentiment, CoinText, SourceStanding } from '#core/model/sentiment.ts';
import { safeText } from '../safe-text.ts';
import { duration, table } from '../status/table.ts';

const PROBLEM_MAX = 100;
const TEXT_SHOWN_MAX = 160;
const NAME_MAX = 20;

/** Every coin with its mood, most written about first, then the sources. */
export function overviewLines(
  { moods, sources }: { moods: readonly CoinSentiment[]; sources: readonly SourceStanding[] },
  nowMs: number,
): readonly string[] {
  const most = moods.toSorted((a, b) => b.mentions - a.mentions);
  const coins =
    most.length === 0
      ? ['nobody has written about a coin lately']
      : table([COIN_HEAD, ...most.map((mood) => coinRow(mood, nowMs))], [1, 2, 3, 4, 5]);
  const listened =
    sources.length === 0
      ? ['no source is enabled: sentiment_agent.sources']
      : table([SOURCE_HEAD, ...sources.map((one) => sourceRow(one, nowMs))], [2, 3, 4, 5]);
  return [...coins, '', ...listened];
}

const COIN_HEAD = ['coin', 'mood', 'day', 'sure', 'texts', 'age', 'sources'];

function coinRow(mood: CoinSentiment, nowMs: number): string[] {
  return [
    safeText(mood.coin, NAME_MAX),
    signed(mood.score),
    mood.changeDay === undefined ? '-' : signed(mood.changeDay),
    wholePercent(mood.confidence),
    mood.mentions.toFixed(1),
    duration(nowMs - mood.atMs),
    mood.sources.map(({ source }) => safeText(source, NAME_MAX)).join(', '),
  ];
}

const SOURCE_HEAD = ['source', 'health', 'weight', 'record', 'read', 'gave', 'problem'];

function sourceRow(standing: SourceStanding, nowMs: number): string[] {
  const { source, health, weight, reputation, lastReadMs, readings, problem = '' } = standing;
  return [
    safeText(source, NAME_MAX),
    health,
    weight.toFixed(2),
    reputation.toFixed(2),
    lastReadMs === undefined ? '-' : `${duration(nowMs - lastReadMs)} ago`,
    String(readings),
    safeText(problem, PROBLEM_MAX),
  ];
}

/** One coin: its mood, what each source says of it and what is said of each theme, the newest texts with what decided. */
export function coinLines(
  mood: CoinSentiment,
  texts: readonly CoinText[],
  nowMs: number,
): readonly string[] {
  const change = mood.changeDay === undefined ? '' : `, ${signed(mood.changeDay)} in a day`;
  const bySource = mood.sources.map(({ source, score, mentions }) => [
    safeText(source, NAME_MAX),
    signed(score),
    mentions.toFixed(1),
  ]);
  const byTheme = mood.themes.map(({ theme, score, mentions }) => [
    theme,
    signed(score),
    mentions.toFixed(1),
  ]);
  return [
    `${safeText(mood.coin, NAME_MAX)}  ${signed(mood.score)}${change}, ${wholePercent(mood.confidence)} sure, ` +
      `${mood.mentions.toFixed(1)} texts, ${duration(nowMs - mood.atMs)} old`,
    '',
    ...table([['source', 'mood', 'texts'], ...bySource], [1, 2]),
    ...(byTheme.length === 0
      ? []
      : ['', ...table([['theme', 'mood', 'texts'], ...byTheme], [1, 2])]),
    '',
    ...(texts.length === 0 ? ['no text of it is kept'] : texts.flatMap(textLines(nowMs))),
  ];
}

function textLines(nowMs: number): (text: CoinText) => readonly string[] {
  return ({ source, atMs, text, score, confidence, reasons }) => {
    const why = reasons.map((reason) => `"${safeText(reason, 40)}"`).join(', ');
    const said = `${signed(score)}, ${wholePercent(confidence)} sure${why === '' ? '' : `: ${why}`}`;
    return [
      `${duration(nowMs - atMs)} ago, ${safeText(source, NAME_MAX)}: ${safeText(text, TEXT_SHOWN_MAX)}`,
      `  ${said}`,
    ];
  };
}

/** `-0.001` is no more bad than it is good. */
function signed(value: number): string {
  const text = value.toFixed(2);
  if (Number(text) === 0) return '0.00';
  return value > 0 ? `+${text}` : text;
}

function wholePercent(fraction: number): string {
  return `${Math.round(fraction * 100)} %`;
}
