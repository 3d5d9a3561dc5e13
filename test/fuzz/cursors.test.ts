import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCursors } from '#view/cursor.ts';
import { RefusalError } from '#view/problem.ts';
import { hostileWord } from './hostile-words.ts';

const cursors = createCursors('secret');

/** The error of a reading, `undefined` where there is none. */
function errorOf(read: () => unknown): unknown {
  try {
    read();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('a cursor', () => {
  it('that we did not write is refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(hostileWord, fc.base64String()), (text) => {
        expect(errorOf(() => cursors.readPosition('list', text))).toBeInstanceOf(RefusalError);
        expect(errorOf(() => cursors.readNumber('list', text))).toBeInstanceOf(RefusalError);
      }),
    );
  });

  it('that we wrote leads to its place, in its own list only, and not once a bit of it is changed', () => {
    const place = fc.record({
      creationTime: fc.integer({ min: 0, max: 253_402_300_799 }),
      id: fc.string({ maxLength: 20 }).filter((id) => !id.includes('\0')),
      source: fc.constantFrom('', 'default', 'é😀'),
    });
    fc.assert(
      fc.property(place, fc.nat(), ({ creationTime, id, source }, at) => {
        const cursor = cursors.write('list', [creationTime, id, source]);
        expect(cursors.readPosition('list', cursor)).toEqual({ creationTime, id, source });
        expect(errorOf(() => cursors.readPosition('other', cursor))).toBeInstanceOf(RefusalError);
        const bytes = Buffer.from(cursor, 'base64url');
        const changed = at % bytes.length;
        bytes[changed] = (bytes[changed] ?? 0) ^ (1 << (at % 8));
        expect(errorOf(() => cursors.readPosition('list', bytes.toString('base64url')))).toBeInstanceOf(RefusalError);
      }),
    );
  });
});
