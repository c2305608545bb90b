/**
 * Asks the ways by which people are told whether they are open, without telling anybody anything. The
 * addresses are secrets: nothing of them is in what is found.
 */
import { z } from 'zod';
import type { DeskConfig } from '#desk-config/desk-config.ts';
import { jsonOf } from '#platform/json-of.ts';

export interface ChannelFacts {
  readonly name: string;
  /** What it is, in words. */
  readonly about: string;
  readonly problem?: string;
}

type NotifierConfig = DeskConfig['notifier'];

const WITHIN_MS = 5_000;
const Me = z.looseObject({ result: z.looseObject({ username: z.string() }) });
/** Of an address that nobody serves, or no longer. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403, 404, 410]);

export async function readChannels({
  telegram,
  webhooks,
}: Pick<NotifierConfig, 'telegram' | 'webhooks'>): Promise<readonly ChannelFacts[]> {
  const bot = telegram.token === null ? [] : [readBot(telegram.api_root, telegram.token)];
  return await Promise.all([...bot, ...webhooks.map(readWebhook)]);
}

async function readBot(apiRoot: string, token: string): Promise<ChannelFacts> {
  const name = 'telegram';
  const answer = await ask(`${apiRoot.replace(/\/$/, '')}/bot${token}/getMe`, 'GET');
  if ('problem' in answer) return { name, about: '', problem: answer.problem };
  if (REFUSALS.has(answer.status)) {
    return { name, about: '', problem: 'Telegram does not know the token: ask @BotFather for it' };
  }
  const me = Me.safeParse(answer.body);
  if (me.success) return { name, about: `@${me.data.result.username}` };
  return { name, about: '', problem: `notifier.telegram.api_root answers ${answer.status}` };
}

type Webhook = NotifierConfig['webhooks'][number];

/** A HEAD posts nothing. Many services answer it with 405: then the address is served. */
async function readWebhook({ name, format, webhook_url: url }: Webhook): Promise<ChannelFacts> {
  const about = `(${format})`;
  // Discord tells of a webhook by GET, and only of one that there is.
  const answer = await ask(url, format === 'discord' ? 'GET' : 'HEAD');
  if ('problem' in answer) return { name, about, problem: answer.problem };
  if (!REFUSALS.has(answer.status)) return { name, about };
  return { name, about, problem: `its webhook_url is refused with ${answer.status}` };
}

type Answer = { readonly status: number; readonly body: unknown } | { readonly problem: string };

async function ask(url: string, method: 'GET' | 'HEAD'): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(WITHIN_MS),
    });
    const text = await response.text();
    return { status: response.status, body: jsonOf(text) };
  } catch (error) {
    return { problem: `does not answer (${codeOf(error)})` };
  }
}

/** The message of the error names the address. */
function codeOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'nothing in 5 s';
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
}
