import { describe, expect, test } from 'vitest';
import { NonceBook } from '#simulator/nonce-book.ts';

describe('the nonce book', () => {
  test('remembers a nonce for 15 minutes and forgets it later', () => {
    const nonces = new NonceBook();
    const minute = 60_000;
    expect(nonces.use('key', 'a', 0)).toBe(true);
    expect(nonces.use('key', 'a', 14 * minute)).toBe(false);
    expect(nonces.use('key', 'b', 14 * minute)).toBe(true);
    expect(nonces.use('key', 'b', 28 * minute)).toBe(false);
    expect(nonces.use('key', 'a', 44 * minute)).toBe(true);
  });

  test('stays bounded under a flood of calls', () => {
    const nonces = new NonceBook();
    for (let count = 0; count < 600_000; count += 1) {
      nonces.use('key', String(count), 0);
    }
    expect(nonces.use('key', '599999', 0)).toBe(false);
    expect(nonces.use('key', '0', 0)).toBe(true);
  });
});
