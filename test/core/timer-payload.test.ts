import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core/errors.ts';
import { parseTimerPayload } from '#core/timer-payload.ts';

const documentedEvent = JSON.parse(
  readFileSync(new URL('../fixtures/fc-timer-event.documented.json', import.meta.url), 'utf8'),
) as { payload: string };

describe('the payload of a timer', () => {
  it.each([undefined, '', ' ', 'awesome-fc', '{', 'null', '"covered"', '7', 'true', '[]', '[{"source":"a"}]', '{}'])(
    'asks for nothing when it is %j',
    (payload) => {
      expect(parseTimerPayload(payload)).toEqual({});
    },
  );

  it('asks for nothing in the event that Function Compute documents', () => {
    expect(documentedEvent.payload).not.toBe('');
    expect(parseTimerPayload(documentedEvent.payload)).toEqual({});
  });

  it.each([
    { payload: '{"source":"default"}', instructions: { source: 'default' } },
    { payload: '{"until":"covered"}', instructions: { until: 'covered' } },
    { payload: ' {"until":"covered","source":"a b"}\n', instructions: { source: 'a b', until: 'covered' } },
  ])('asks for $instructions when it is $payload', ({ payload, instructions }) => {
    expect(parseTimerPayload(payload)).toEqual(instructions);
  });

  it.each([
    '{"sorce":"default"}',
    '{"Source":"default"}',
    '{"source":"default","more":1}',
    '{"source":""}',
    '{"source":null}',
    '{"source":["default"]}',
    '{"source":7}',
    '{"until":"Covered"}',
    '{"until":true}',
    '{"until":null}',
  ])('is refused as %s, for it would otherwise sync everything', (payload) => {
    const message = 'the timer payload must be a JSON object with "source" (a name) or "until": "covered"';
    expect(() => parseTimerPayload(payload)).toThrow(expect.objectContaining({ code: 'usage', message }));
  });

  it('is understood or refused, and never quoted in the error, whatever the text', () => {
    const secret = 'akE7-hidden';
    const payloads = fc.oneof(fc.string(), fc.json(), fc.dictionary(fc.string(), fc.jsonValue()).map(hideIn(secret)));
    fc.assert(
      fc.property(payloads, (payload) => {
        try {
          expect(parseTimerPayload(payload)).not.toHaveProperty('hidden');
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toMatchObject({ code: 'usage', message: expect.not.stringContaining(secret) });
        }
      }),
    );
  });
});

function hideIn(secret: string): (fields: Record<string, unknown>) => string {
  return (fields) => JSON.stringify({ ...fields, hidden: secret });
}
