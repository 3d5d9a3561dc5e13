/** What `npm run fuzz` sets, and a usual run of the tests does not. */
type Environment = Readonly<Record<string, string | undefined>>;

/** Examples of a property: as many as a long run is told to try, otherwise as many as a usual run of the tests can afford. */
export const toRuns = (usual: number, { FUZZ_RUNS }: Environment = process.env): number => Number(FUZZ_RUNS) || usual;

/** How long one test may take: a long run has an hour, whatever its number of examples. */
export const toLimitMs = (usual: number, { FUZZ_RUNS }: Environment = process.env): number =>
  FUZZ_RUNS ? Math.max(usual, 3_600_000) : usual;
