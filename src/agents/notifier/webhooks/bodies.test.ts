import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../channel.ts';
import { webhookBody } from './bodies.ts';

const MESSAGE: OutgoingMessage = {
  id: 'm-1',
  atMs: Date.parse('2026-11-24T10:00:00Z'),
  level: 'critical',
  kind: 'halt',
  title: 'halted: drawdown',
  lines: ['fell 10 %', 'lifted by: resume'],
  fields: { halt: 'drawdown' },
  isSilent: false,
};

describe('webhookBody', () => {
  it('has every fact by name as JSON', () => {
    expect(
      webhookBody('json', { ...MESSAGE, isRepeat: true, picture: Buffer.from('png') }),
    ).toEqual({
      version: 1,
      id: 'm-1',
      at: '2026-11-24T10:00:00.000Z',
      level: 'critical',
      kind: 'halt',
      title: 'halted: drawdown',
      lines: ['fell 10 %', 'lifted by: resume'],
      fields: { halt: 'drawdown' },
      isSilent: false,
      isRepeat: true,
      picturePng: Buffer.from('png').toString('base64'),
    });
  });

  it('calls nobody and marks nothing up on Discord', () => {
    const body = JSON.stringify(
      webhookBody('discord', { ...MESSAGE, title: '@everyone **now**', isSilent: true }),
    );

    expect(body).toContain(String.raw`\\@everyone \\*\\*now\\*\\*`);
    expect(body).toContain('"allowed_mentions":{"parse":[]}');
    expect(body).toContain('"flags":4096');
  });

  it('calls nobody and marks nothing up on Slack', () => {
    const body = JSON.stringify(
      webhookBody('slack', { ...MESSAGE, title: '<!channel> a & b', lines: ['*bold*'] }),
    );

    expect(body).toContain('&lt;!channel&gt; a &amp; b');
    expect(body).toContain('*\u200Bbold*\u200B');
  });

  it('keeps within what the services take', () => {
    const long = { ...MESSAGE, title: 'x'.repeat(5_000), lines: ['y'.repeat(50_000)] };
    const discord = webhookBody('discord', long) as {
      embeds: [{ title: string; description: string }];
    };
    const slack = webhookBody('slack', long) as { blocks: [{ text: { text: string } }] };

    expect(discord.embeds[0].title).toHaveLength(256);
    expect(discord.embeds[0].description).toHaveLength(4_096);
    expect(slack.blocks[0].text.text).toHaveLength(3_000);
  });

  it('says of what may have been sent before that it may be a repeat', () => {
    for (const format of ['discord', 'slack'] as const) {
      expect(JSON.stringify(webhookBody(format, { ...MESSAGE, isRepeat: true }))).toContain(
        'may be a repeat',
      );
    }
  });
});
