const WHOLE_SECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** Prints epoch milliseconds the way MPS does: `YYYY-MM-DDThh:mm:ssZ`, UTC, the fraction cut off. */
export function formatUtcTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/** Reads `YYYY-MM-DDThh:mm:ssZ` as epoch milliseconds; anything else, a 31 February too, gives undefined. */
export function parseUtcTime(text: string): number | undefined {
  const epochMs = WHOLE_SECONDS.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(epochMs) || formatUtcTime(epochMs) !== text ? undefined : epochMs;
}
