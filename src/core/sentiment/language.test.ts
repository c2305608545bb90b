import { expect, test } from 'vitest';
import { languageOf } from './language.ts';

test.each([
  'Bitcoin surges to a new high',
  'Solana NFT sales down',
  '$BTC 🚀🚀',
  'Deutsche Bank sees bitcoin recovering by December',
  'Chainlink mainnet launch',
  '',
])('english: %s', (text) => expect(languageOf(text)).toBe('english'));

test.each([
  'Der Kurs von Bitcoin ist gestern auf ein Tief gefallen',
  'El precio de bitcoin cae tras la noticia',
  'Le cours du bitcoin est au plus bas',
  'Bitcoin düşüşe geçti, yatırımcılar panikte',
  'Биткоин вырос до нового максимума',
  'ビットコインが急騰',
])('other: %s', (text) => expect(languageOf(text)).toBe('other'));
