import { z } from 'zod';
import { PermanentError } from '#platform/errors.ts';
import type { SentimentSources } from './config.ts';
import { readParts } from './read-parts.ts';
import { Listing, postsOf } from './reddit-listing.ts';
import type { OpenHttp, SentimentSource } from './sentiment-source.ts';

/** With an application's id and secret by OAuth, which has more room; else the public listing. */
export function reddit(
  open: OpenHttp,
  config: SentimentSources['reddit'],
): SentimentSource['read'] {
  const { client_id: id, client_secret: secret, allow_private: allowPrivate } = config;
  const site = open('reddit', { origins: [config.origin], allowPrivate });
  const api = open('reddit_oauth', { origins: [config.oauth_origin], allowPrivate });
  const asked = { schema: Listing, query: { limit: 100 } };
  let token: { readonly text: string; readonly untilMs: number } | undefined;

  async function bearer(signal: AbortSignal, nowMs: number): Promise<string | undefined> {
    if (id === null || secret === null) return undefined;
    if (token !== undefined && nowMs < token.untilMs) return token.text;
    const { value } = await site.postJson('/api/v1/access_token', {
      schema: z.looseObject({ access_token: z.string(), expires_in: z.number().positive() }),
      form: { grant_type: 'client_credentials' },
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      signal,
    });
    token = { text: value.access_token, untilMs: nowMs + 900 * value.expires_in };
    return token.text;
  }

  /** A token that is refused is not used again: it was taken back before its time. */
  async function listed(granted: string, subreddit: string, signal: AbortSignal) {
    try {
      const headers = { authorization: `Bearer ${granted}` };
      return await api.getJson(`/r/${subreddit}/new`, { ...asked, headers, signal });
    } catch (error) {
      // 403 is of a list that is closed to us, whatever the token.
      if (error instanceof PermanentError && error.details['status'] === 401) token = undefined;
      throw error;
    }
  }

  return async (signal, nowMs) => {
    const granted = await bearer(signal, nowMs);
    return readParts(
      config.subreddits.map((subreddit) => ({
        name: `r/${subreddit}`,
        read: async () => {
          const { value } =
            granted === undefined
              ? await site.getJson(`/r/${subreddit}/new.json`, { ...asked, signal })
              : await listed(granted, subreddit, signal);
          return postsOf('reddit', value);
        },
      })),
    );
  };
}
