const dayMs = 86_400_000;
const two = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const milliseconds = Array.from({ length: 1_000 }, (_, number) => `.${String(number).padStart(3, '0')}Z`);

/** Moments that follow each other mostly share their day, and finding that is nearly all the work. */
const latest = { day: Number.NaN, text: '' };

/** Epoch seconds as an RFC 3339 text in UTC, to the millisecond. NULL stays NULL. Throws RangeError for what no `Date` can hold. */
export function toRfc3339(epochSeconds: number): string;
export function toRfc3339(epochSeconds: number | null): string | null;
export function toRfc3339(epochSeconds: number | null): string | null {
  if (epochSeconds === null) return null;
  const ms = Math.round(epochSeconds * 1000);
  const day = Math.floor(ms / dayMs);
  if (day !== latest.day) {
    latest.text = new Date(ms).toISOString().slice(0, -'00:00:00.000Z'.length);
    latest.day = day;
  }
  const within = ms - day * dayMs;
  const seconds = Math.floor(within / 1000);
  const minutes = Math.floor(seconds / 60);
  const time = `${two[Math.floor(minutes / 60)]}:${two[minutes % 60]}:${two[seconds % 60]}`;
  return `${latest.text}${time}${milliseconds[within % 1000]}`;
}
