import { describe, expect, it } from 'vitest';
import { parseJson } from '#core/json.ts';

describe('JSON text', () => {
  it.each([
    ['{"a": [1, null]}', { a: [1, null] }],
    [' "text" ', 'text'],
    ['null', null],
    ['', undefined],
    ['{"a": 1', undefined],
    ['undefined', undefined],
  ])('%j says %j, undefined being nothing', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });
});
