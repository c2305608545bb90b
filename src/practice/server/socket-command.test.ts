import { describe, expect, it } from 'vitest';
import { parseCommand } from './socket-command.ts';

describe('socket commands', () => {
  it.each([
    [
      '{"method":"SUBSCRIBE","params":["a@trade","b@depth"],"id":1}',
      { id: 1, command: { kind: 'subscribe', names: ['a@trade', 'b@depth'] } },
    ],
    [
      '{"method":"UNSUBSCRIBE","params":["a@trade"],"id":"x9"}',
      { id: 'x9', command: { kind: 'unsubscribe', names: ['a@trade'] } },
    ],
    ['{"method":"LIST_SUBSCRIPTIONS","id":null}', { id: null, command: { kind: 'list' } }],
    [
      '{"method":"SET_PROPERTY","params":["combined",true],"id":5}',
      { id: 5, command: { kind: 'setCombined', isCombined: true } },
    ],
    [
      '{"method":"GET_PROPERTY","params":["combined"],"id":2}',
      { id: 2, command: { kind: 'getCombined' } },
    ],
  ])('understand %s', (text, expected) => {
    expect(parseCommand(text)).toEqual(expected);
  });

  it.each([
    [
      '{"method":"SET_PROPERTY","params":["colour",true],"id":5}',
      { code: 0, msg: 'Unknown property', id: 5 },
    ],
    [
      '{"method":"SET_PROPERTY","params":["combined",1],"id":5}',
      { code: 1, msg: 'Invalid value type: expected Boolean' },
    ],
    [
      '{"method":"SET_PROPERTY","params":[1,true],"id":5}',
      { code: 2, msg: 'Invalid request: property name must be a string' },
    ],
    [
      '{"method":"GET_PROPERTY","id":5}',
      { code: 2, msg: 'Invalid request: property name must be a string' },
    ],
    [
      '{"method":"LIST_SUBSCRIPTIONS","params":["x"],"id":5}',
      { code: 2, msg: 'Invalid request: too many parameters' },
    ],
    [
      '{"method":"LIST_SUBSCRIPTIONS"}',
      { code: 2, msg: 'Invalid request: request ID must be an unsigned integer' },
    ],
    [
      '{"params":[],"id":1}',
      { code: 2, msg: 'Invalid request: missing field `method` at line 1 column 20' },
    ],
    [
      '{"method":"SING","id":1}',
      {
        code: 2,
        msg: 'Invalid request: unknown variant `SING`, expected one of `SUBSCRIBE`, `UNSUBSCRIBE`, `LIST_SUBSCRIPTIONS`, `SET_PROPERTY`, `GET_PROPERTY` at line 1 column 24',
      },
    ],
  ])('refuse %s in the documented words', (text, error) => {
    expect(parseCommand(text)).toEqual({ error });
  });

  it('says where a text stops being JSON', () => {
    expect(parseCommand('hello')).toMatchObject({ error: { code: 3 } });
    expect(JSON.stringify(parseCommand('hello'))).toMatch(
      /Invalid JSON: expected value at line \d+ column \d+/,
    );
  });
});
