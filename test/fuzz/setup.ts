/** `npm run fuzz` sets these: properties then try so many examples, from a seed that can be had again. */
const { FUZZ_RUNS, FUZZ_SEED } = process.env;

if (FUZZ_RUNS) {
  const { default: fc } = await import('fast-check');
  fc.configureGlobal({ numRuns: Number(FUZZ_RUNS), seed: Number(FUZZ_SEED) });
}

export {};
