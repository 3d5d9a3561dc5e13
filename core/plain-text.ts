/**
 * Controls, and formats that nobody sees, such as those that turn the direction of what follows. The two joiners stay:
 * several scripts and most emoji are spelled with them.
 */
const unseen = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Text from elsewhere as one line of at most `most` characters (code points) for a message: unseen characters and runs
 * of space become one space, what is cut off leaves an ellipsis. Takes a time that does not grow with what is cut off.
 */
export function toPlainLine(text: string, most: number): string {
  const head = text.slice(0, 4 * most + 64).toWellFormed();
  const line = head.replace(unseen, ' ').replace(/\s+/gu, ' ').trim();
  const characters = [...line];
  const whole = characters.length <= most && head.length === text.length;
  return whole ? line : `${characters.slice(0, most - 1).join('')}…`;
}

const counts = new Intl.NumberFormat('en-US');

/** A number for people: `12,345`. */
export const toCount = (value: number): string => counts.format(value);

/** A count with its noun: `1 job`, `12,345 jobs`. */
export const toQuantity = (value: number, noun: string): string => `${toCount(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Epoch seconds as people read them: `2026-01-31 08:05:00 UTC`. */
export function toTimeText(seconds: number): string {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? 'an unknown time' : `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
