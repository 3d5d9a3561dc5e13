import { AppError } from '#core/errors.ts';
import type { PageCounts, Pages, PageWrite } from '#db/write-page.ts';

/** One transaction holds so much at most: more of it gains little, and what waits behind it would wait long. */
const mostJobs = 1_200;
const mostLength = 4_000_000;

interface WaitingPage {
  readonly page: PageWrite;
  readonly resolve: (counts: PageCounts) => void;
  readonly reject: (error: unknown) => void;
}

type Group = [WaitingPage, ...WaitingPage[]];

type Write = (pages: Pages) => Promise<PageCounts>;

const nothing: PageCounts = { inserted: 0, updated: 0, unchanged: 0, transitions: 0, rejected: 0 };

/**
 * Stores pages as they come, so many calls at once as there are writers. Those that find all of them busy wait, and are then
 * stored together in one transaction, as far as they are of one run: where storing is slower than listing, a transaction's
 * own cost and its wait for the disk are shared ("group commit"). Each page is answered when it is committed. The counts of
 * pages that were stored together go to the first of them, since a job may be in two. What Postgres refuses is written page
 * by page, so that one page's trouble is no other's.
 */
export function createPageQueue(write: Write, writers: number) {
  let waiting: WaitingPage[] = [];
  let writing = 0;

  function next(): void {
    const [first, ...others] = waiting;
    if (!first || writing === writers) return;
    const group = takeGroup([first, ...others]);
    waiting = waiting.filter((each) => !group.includes(each));
    writing += 1;
    void store(group, write).finally(() => {
      writing -= 1;
      next();
    });
  }

  return (page: PageWrite): Promise<PageCounts> =>
    new Promise((resolve, reject) => {
      waiting.push({ page, resolve, reject });
      next();
    });
}

/** Writes a group and answers each of its pages. */
async function store(group: Group, write: Write): Promise<void> {
  const [first, ...others] = group;
  try {
    first.resolve(await write([first.page, ...others.map(({ page }) => page)]));
    for (const { resolve } of others) resolve(nothing);
  } catch (error) {
    if (others.length > 0 && isOfContent(error)) {
      for (const each of group) await store([each], write);
      return;
    }
    for (const { reject } of group) reject(error);
  }
}

/** Whether what was written may be the reason, rather than the connection or the lease. */
const isOfContent = (error: unknown): boolean =>
  error instanceof AppError && (error.code === 'database_rejected' || error.code === 'database_slow');

/** The page that waits longest, and those of its run that fit with it. */
function takeGroup([first, ...others]: Group): Group {
  const group: Group = [first];
  let { jobs, length } = toSize(first);
  for (const each of others) {
    if (!goTogether(first.page, each.page)) continue;
    const size = toSize(each);
    jobs += size.jobs;
    length += size.length;
    if (jobs > mostJobs || length > mostLength) break;
    group.push(each);
  }
  return group;
}

/** A job that one page lists and another says is missing: only their order tells what is true. */
const goTogether = (a: PageWrite, b: PageWrite): boolean => a.runId === b.runId && !a.missingIds && !b.missingIds;

const toSize = ({ page: { jobs, rejections } }: WaitingPage) => ({
  jobs: jobs.length,
  length:
    jobs.reduce((sum, { text }) => sum + text.length, 0) +
    rejections.reduce((sum, { original }) => sum + original.length, 0),
});
