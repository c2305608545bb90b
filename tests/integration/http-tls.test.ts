/** The HTTP client of outside sources and the certificates of real servers. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '#platform/clock/system-clock.ts';
import type { HttpSource } from '#platform/http/http-source.ts';
import { type HttpClient, openHttpClient } from '#platform/http/open-http-client.ts';
import { silentLog } from '#platform/log/log.ts';
import { createMetrics } from '#platform/metrics/metrics.ts';
import { seededRandom } from '#platform/random.ts';
import { startTlsWeb, type TlsWeb } from '../support/web/tls-web.ts';

const Asked = { schema: z.looseObject({ n: z.number() }) };
const TRUSTED = getCACertificates('default');

let web: TlsWeb;
const open: HttpClient[] = [];

beforeAll(async () => {
  web = await startTlsWeb();
});
afterEach(async () => {
  setDefaultCACertificates(TRUSTED);
  await Promise.all(open.splice(0).map((client) => client.close()));
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
});

/** As with `NODE_EXTRA_CA_CERTS`, which a process reads at its start. */
function trust(): void {
  setDefaultCACertificates([...TRUSTED, web.certificate]);
}

function source(origins: readonly string[], allowPrivate = true): HttpSource {
  const client = openHttpClient({
    clock: systemClock(),
    random: seededRandom(1),
    log: silentLog(),
    metrics: createMetrics({ agent: 'test', instance: 'test' }),
  });
  open.push(client);
  return client.source({
    name: 'feed',
    origins,
    ratePerMinute: 6_000,
    timeoutMs: 2_000,
    withinMs: origins.length > 1 ? 10_000 : 1,
    maxBytes: 10_000,
    allowPrivate,
    headers: { authorization: 'Bearer hunter2-key' },
  });
}

describe('a certificate', () => {
  it('that nobody vouches for ends the request before it is sent, and the error says so', async () => {
    await expect(source([web.origin]).getJson('/untrusted', Asked)).rejects.toMatchObject({
      name: 'TransientError',
      code: 'source-untrusted',
      message: 'the source’s certificate is not trusted',
      details: { source: 'feed', reason: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    expect(web.seen).not.toContain('/untrusted');
  });

  it('of an authority that the machine trusts is taken', async () => {
    trust();

    expect((await source([web.origin]).getJson('/trusted', Asked)).value).toEqual({ n: 1 });
  });

  it('of another name is none of this source', async () => {
    trust();

    await expect(source([web.otherName]).getJson('/name', Asked)).rejects.toMatchObject({
      code: 'source-untrusted',
      details: { reason: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
    expect(web.seen).not.toContain('/name');
  });

  it('that is bad at one address leaves the next one to be asked', async () => {
    trust();

    const { value } = await source([web.otherName, web.origin]).getJson('/next', Asked);

    expect(value).toEqual({ n: 1 });
  });

  it('opens no way into this machine', async () => {
    trust();

    for (const origin of [web.origin, web.otherName]) {
      await expect(source([origin], false).getJson('/private', Asked)).rejects.toMatchObject({
        code: 'source-forbidden',
      });
    }
    expect(web.seen).not.toContain('/private');
  });
});
