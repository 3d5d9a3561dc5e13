import { measureMs } from './statistics.ts';

/** Asks the view under measurement, in this process. */
export type Ask = (path: string) => Promise<Response>;

export interface Timed {
  readonly name: string;
  /** What was asked, where the name does not say it. */
  readonly path?: string;
  readonly ms: number;
}

/** Until the last byte of the answer. Throws where it is not 200. */
export const timeOf = (ask: Ask, path: string): Promise<number> =>
  measureMs(async () => (await expectOk(await ask(path))).text());

export async function expectOk(answer: Response): Promise<Response> {
  if (answer.status !== 200) throw new Error(`the view answers ${answer.status}: ${await answer.text()}`);
  return answer;
}

export const slowest = (timed: readonly Timed[]): Timed[] => [...timed].sort((a, b) => b.ms - a.ms).slice(0, 25);
export const worst = (timed: readonly Timed[]): Timed => slowest(timed)[0] ?? { name: 'none', ms: Number.NaN };
