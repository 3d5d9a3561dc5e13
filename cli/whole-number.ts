import { InvalidArgumentError } from 'commander';

/** The value of an option that counts something. */
export function toWhole(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}
