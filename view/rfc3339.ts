/** Epoch seconds as an RFC 3339 text in UTC, to the millisecond. NULL stays NULL. */
export function toRfc3339(epochSeconds: number): string;
export function toRfc3339(epochSeconds: number | null): string | null;
export function toRfc3339(epochSeconds: number | null): string | null {
  return epochSeconds === null ? null : new Date(Math.round(epochSeconds * 1000)).toISOString();
}
