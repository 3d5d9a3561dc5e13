import { describe, expect, it } from 'vitest';
import { ReadLog } from './read-log.ts';

const page = (token: string | undefined, nextPageToken: string | undefined, ...ids: string[]) => ({
  token,
  nextPageToken,
  jobs: ids.map((Id) => Buffer.from(JSON.stringify({ Id }))),
});

describe('what a killed reader read again', () => {
  it('is what one life was served and a later one too, and not what one life was served twice', () => {
    const log = new ReadLog();
    log.served(page(undefined, 'a', '1', '2'), 0);
    log.served(page('a', undefined, '2', '3'), 10);
    expect(log.repeated).toBe(0);
    log.killed(20, 2);
    log.served(page(undefined, undefined, '3', '4'), 30);
    expect(log.repeated).toBe(1);
  });

  it('is work done twice where it had been stored, and lost with the process where it had not', () => {
    const log = new ReadLog();
    log.served(page(undefined, 'a', '1', '2'), 0);
    log.killed(10, 2);
    log.stored(['1']);
    log.served(page(undefined, 'b', '1', '2'), 20);
    expect([log.repeated, log.storedAgain]).toEqual([2, 1]);
  });

  it('may be a page of each list that was under way, whatever its pages before', () => {
    const log = new ReadLog();
    log.served(page(undefined, 'a', '1'), 0);
    log.served(page('a', 'b', '2'), 100);
    log.served(page(undefined, 'c', '3'), 200);
    log.killed(300, 50);
    expect([log.walkers, log.allowed]).toEqual([2, 100]);
  });

  it('may not be that of a list that had ended a while before', () => {
    const log = new ReadLog();
    log.served(page(undefined, undefined, '1'), 0);
    log.served(page(undefined, 'a', '2'), 1_500);
    log.killed(1_600, 50);
    expect(log.allowed).toBe(50);
    log.killed(1_700, 50);
    expect(log.allowed).toBe(50);
  });
});
