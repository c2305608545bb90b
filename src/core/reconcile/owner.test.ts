import { expect, it } from 'vitest';
import { ownerOf } from './owner.ts';
import { OTHER_ID, OWN_ID, TAG } from './seen.fixture.ts';

it.each([
  ['our tag', OWN_ID, 'desk'],
  ['the tag of another desk', OTHER_ID, 'other-desk'],
  ['an id made by hand', 'web_1234', 'person'],
  ['an id that only begins like ours', 'ndaaaa', 'person'],
  ["the venue's own id of 22 letters", 'ndkFh3kLs8vVbQ2xWe91Ab', 'person'],
  ['no id', '', 'person'],
])('tells the owner of an order with %s', (_what, id, owner) => {
  expect(ownerOf(id, TAG)).toBe(owner);
});
