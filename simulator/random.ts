/** A source of repeatable numbers in [0, 1): the same seed gives the same numbers on every machine. */
export type Random = () => number;

/** Spreads a number over 32 bits, so that neighbouring seeds share nothing (the finaliser of MurmurHash3). */
function mixBits(value: number): number {
  let bits = Math.trunc(value) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A 32-bit hash of a text, salted by a number. */
export function hashText(text: string, salt: number): number {
  let hash = mixBits(salt) ^ 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mixBits(hash);
}

/**
 * Creates a generator from a seed. It is sfc32: its 128 bits of state keep ids made from different seeds apart, which
 * a 32-bit generator would not for hundreds of thousands of ids.
 */
export function createRandom(seed: number): Random {
  let a = mixBits(seed);
  let b = mixBits(seed + 0x9e3779b9);
  let c = mixBits(Math.floor(seed / 2 ** 32) + 0x3c6ef372);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round += 1) {
    next();
  }
  return next;
}

/** A number in [low, high). */
export function uniform(random: Random, low: number, high: number): number {
  return low + random() * (high - low);
}

/** A whole number from low to high, both included. */
export function integer(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low + 1));
}

/** The gap before the next event of a process with `ratePerSecond` events a second on average, in milliseconds. */
export function exponentialGapMs(random: Random, ratePerSecond: number): number {
  return (-Math.log(1 - random()) / ratePerSecond) * 1000;
}

/** One of the items, each as likely as the others. Throws RangeError when there is none. */
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) {
    throw new RangeError('there is nothing to pick from');
  }
  return item;
}

/** One of the items, each as likely as its weight says. Throws RangeError when there is none. */
export function pickWeighted<T extends { readonly weight: number }>(random: Random, items: readonly T[]): T {
  let left = random() * items.reduce((sum, item) => sum + item.weight, 0);
  const found = items.find((item) => {
    left -= item.weight;
    return left < 0;
  });
  return found ?? pick(random, items);
}

/** 32 lower-case hexadecimal digits, in one flat string: pieces joined by `+` would hold five times the memory. */
export function hex32(random: Random): string {
  for (let offset = 0; offset < 16; offset += 4) {
    BYTES.writeUInt32BE(Math.floor(random() * 2 ** 32), offset);
  }
  return BYTES.toString('hex');
}

const BYTES = Buffer.alloc(16);

/** `length` digits and lower-case letters. */
export function alphanumeric(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    text += Math.floor(random() * 36).toString(36);
  }
  return text;
}

/** A request id as MPS prints them: a UUID in capitals. */
export function requestId(random: Random): string {
  const digits = hex32(random).toUpperCase();
  return [8, 12, 16, 20, 32].map((end, index) => digits.slice([0, 8, 12, 16, 20][index], end)).join('-');
}
