import { setTimeout as delay } from 'node:timers/promises';
import type { Toll } from './toll.ts';
import { type Targets, type Trouble, troubles } from './troubles.ts';

/** Kinds that take the database away: two of them at once would only be in each other's way. */
const serverKinds = /^(restart|pause|disk)/;

export interface TroubleOptions {
  readonly targets: Targets;
  /** Kinds that cannot be had here. */
  readonly without: readonly string[];
  /** Epoch ms. */
  readonly endsAt: number;
  readonly say: (text: string) => void;
}

/** One trouble after the other until time is up, sometimes two at once; every kind once before any comes again. */
export async function makeTrouble({ targets, without, endsAt, say }: TroubleOptions): Promise<Toll> {
  const { random, workers } = targets;
  const kinds = [...troubles].filter(([name]) => !without.includes(name));
  const made = new Map<string, number>();
  const strike = async ([name, trouble]: [string, Trouble]) => {
    made.set(name, (made.get(name) ?? 0) + 1);
    say(`${name} ${await trouble.make(targets)}`);
  };
  let deck: typeof kinds = [];
  const draw = () => {
    if (deck.length === 0) deck = shuffle(kinds, () => random.next());
    return deck.pop();
  };
  while (Date.now() < endsAt) {
    const first = draw();
    const next = deck.at(-1);
    const alone = !(first && next) || !random.chance(0.4) || isServers(first) || isServers(next);
    const second = alone ? undefined : draw();
    await Promise.all([first, second].map((each) => each && strike(each)));
    await delay(random.between(200, 5_000));
  }
  for (let index = 0; index < workers.count; index += 1) workers.setSkew(index, 0);
  return Object.fromEntries(
    kinds.map(([name, trouble]) => [name, { made: made.get(name) ?? 0, felt: trouble.felt(targets) }]),
  );
}

const isServers = ([name]: [string, Trouble]): boolean => serverKinds.test(name);

function shuffle<T>(values: readonly T[], next: () => number): T[] {
  return values
    .map((value) => ({ value, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
