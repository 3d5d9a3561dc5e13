import { describe, expect, it } from 'vitest';
import { useView } from './use-view.ts';

const { getJson, get, startWriter } = useView();
interface RunList {
  runs: { id: number; source: string; outcome: string | null; error_code: string | null }[];
  next_cursor: string | null;
}

async function seed() {
  for (const [source, outcome, code] of [
    ['a', 'completed'],
    ['a', 'failed', 'mps_forbidden'],
    ['b', 'partial', 'deadline'],
    ['b', 'completed'],
  ] as const) {
    await (await startWriter(source)).finish(outcome, code);
  }
  await startWriter('b');
}

describe('/v1/runs', () => {
  it('lists runs newest first, page by page, and each once', async () => {
    await seed();
    const first = await getJson<RunList>('/v1/runs?limit=3');
    const second = await getJson<RunList>(`/v1/runs?limit=3&cursor=${first.next_cursor}`);
    expect([...first.runs, ...second.runs].map(({ source, outcome }) => `${source} ${outcome}`)).toEqual([
      'b null',
      'b completed',
      'b partial',
      'a failed',
      'a completed',
    ]);
    expect(second.next_cursor).toBeNull();
    expect(second.runs[0]).toMatchObject({ error_code: 'mps_forbidden', calls: 0, finished_at: expect.any(String) });
  });

  it.each([
    ['?outcome=failed,partial', ['partial', 'failed']],
    ['?outcome=running', [null]],
    ['?source=a', ['failed', 'completed']],
    ['?source=none', []],
  ])('filters: %s', async (query, outcomes) => {
    await seed();
    expect((await getJson<RunList>(`/v1/runs${query}`)).runs.map(({ outcome }) => outcome)).toEqual(outcomes);
  });

  it.each(['?outcome=done', '?limit=1001', '?cursor=abc', '?id=1'])('refuses %s', async (query) => {
    expect((await get(`/v1/runs${query}`)).status).toBe(400);
  });
});

describe('the page of runs', () => {
  it('shows what the sync did and why it failed', async () => {
    await seed();
    const text = (await (await get('/runs')).text()).replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    expect(text).toMatch(/running b .*completed b .*partial b .*deadline.*failed a .*mps_forbidden/);
    expect(await (await get('/runs?outcome=skipped')).text()).toContain('No run matches.');
  });
});
