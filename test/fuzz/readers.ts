/** The tests whose properties read text from outside: what `npm run fuzz` tries unless it is told which files to try. */
export const readers: readonly string[] = [
  'test/fuzz',
  'test/core/config.test.ts',
  'test/core/source-list.test.ts',
  'test/core/timer-payload.test.ts',
  'test/core/exact-json.test.ts',
  'test/core/job.test.ts',
  'test/core/storable-text.test.ts',
  'test/core/plain-text.test.ts',
  'test/mps/answer.test.ts',
  'test/mps/refusal.test.ts',
  'test/mps/sign.test.ts',
  'test/view/contract.test.ts',
];
