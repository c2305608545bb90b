/**
 * A message as the services want it. Texts from outside may hold anything, so each service's markup is
 * escaped and nobody can be called by name; what is too long for a service is cut where it says so.
 */
import type { Level } from '#core/alerts/level.ts';
import type { OutgoingMessage } from '../channel.ts';

export type WebhookFormat = 'json' | 'discord' | 'slack';

/** The value that is sent as JSON. */
export function webhookBody(format: WebhookFormat, message: OutgoingMessage): object {
  switch (format) {
    case 'json':
      return jsonBody(message);
    case 'discord':
      return discordBody(message);
    case 'slack':
      return slackBody(message);
  }
}

/** Of the first version: fields may come, none will go. */
function jsonBody(message: OutgoingMessage): object {
  const { id, atMs, level, kind, title, lines, fields, isSilent, isRepeat, picture } = message;
  return {
    version: 1,
    id,
    at: new Date(atMs).toISOString(),
    level,
    kind,
    title,
    lines,
    fields: fields ?? {},
    isSilent,
    isRepeat: isRepeat === true,
    ...(picture === undefined ? {} : { picturePng: Buffer.from(picture).toString('base64') }),
  };
}

// Limits of Discord's message components (developer documentation, "Embed Limits").
const DISCORD_TITLE_MAX = 256;
const DISCORD_TEXT_MAX = 4_096;
const COLOURS: Readonly<Record<Level, number>> = {
  info: 0x6b7280,
  notice: 0x2563eb,
  warning: 0xd97706,
  critical: 0xdc2626,
};
/** SUPPRESS_NOTIFICATIONS. */
const DISCORD_SILENT = 4_096;

function discordBody(message: OutgoingMessage): object {
  const { atMs, level, isSilent } = message;
  return {
    embeds: [
      {
        title: cut(discordText(titleOf(message)), DISCORD_TITLE_MAX),
        description: cut(message.lines.map(discordText).join('\n'), DISCORD_TEXT_MAX),
        color: COLOURS[level],
        timestamp: new Date(atMs).toISOString(),
      },
    ],
    allowed_mentions: { parse: [] },
    ...(isSilent ? { flags: DISCORD_SILENT } : {}),
  };
}

function discordText(text: string): string {
  return text.replaceAll(/[\\*_~`|>#[\]()<:@-]/g, String.raw`\$&`);
}

// Limit of a text object (Slack's Block Kit reference).
const SLACK_TEXT_MAX = 3_000;
const MARKS: Readonly<Record<Level, string>> = {
  info: '',
  notice: '',
  warning: ':warning: ',
  critical: ':rotating_light: ',
};

function slackBody(message: OutgoingMessage): object {
  const title = `${MARKS[message.level]}*${slackText(titleOf(message))}*`;
  const text = [title, ...message.lines.map(slackText)].join('\n');
  return {
    text: slackText(titleOf(message)),
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: cut(text, SLACK_TEXT_MAX) } }],
  };
}

/** Slack parses three characters; a zero-width space after the others keeps them from marking up. */
function slackText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[*_~`]/g, '$&\u200B');
}

function titleOf({ title, isRepeat }: OutgoingMessage): string {
  return isRepeat === true ? `${title} (may be a repeat)` : title;
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}
