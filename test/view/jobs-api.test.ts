import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { documentedRecord, makeRecord } from '../db/sample-jobs.ts';
import { useView } from './use-view.ts';

interface JobList {
  jobs: { id: string; source: string; [column: string]: unknown }[];
  next_cursor: string | null;
}

const { db, get, getJson, startWriter } = useView();
const listIds = async (query: string) => (await getJson<JobList>(`/v1/jobs${query}`)).jobs.map(({ id }) => id);

describe('GET /v1/jobs', () => {
  it('gives the documented job back, typed, and field for field with include=raw', async () => {
    await (await startWriter()).write(documentedRecord);
    const { jobs, next_cursor } = await getJson<JobList>('/v1/jobs?include=raw');
    expect(next_cursor).toBeNull();
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.raw).toEqual(documentedRecord);
    expect(jobs[0]).toMatchObject({
      source: 'default',
      id: 'cc6cbef8e8d5481ca536f5d2a466****',
      creation_time: '2021-06-30T12:34:29.000Z',
      state: 'Snapshoting',
      pipeline_id: 'b11c171cced04565b1f38f1ecc39****',
      code: 'InvalidParameter',
      message: 'The resource operated InputFile is bad',
      user_data: 'testid-001',
      count: 1,
      tile_count: 7,
      missing_since: null,
    });
  });

  it('has the columns of report.job, and raw only on request', async () => {
    await (await startWriter()).write(documentedRecord);
    const rows = await db.database.query<{ name: string }>(sql`
      select column_name as name from information_schema.columns where table_schema = 'report' and table_name = 'job'`);
    const columns = rows.map(({ name }) => name).sort();
    const [plain] = (await getJson<JobList>('/v1/jobs')).jobs;
    const [withRaw] = (await getJson<JobList>('/v1/jobs?include=raw')).jobs;
    expect(Object.keys(withRaw ?? {}).sort()).toEqual(columns);
    expect(Object.keys(plain ?? {}).sort()).toEqual(columns.filter((name) => name !== 'raw'));
  });

  it('answers an empty list when there are none', async () => {
    expect(await getJson('/v1/jobs')).toEqual({ jobs: [], next_cursor: null });
  });

  it('lists newest first, 100 unless told', async () => {
    const times = Array.from({ length: 120 }, (_, minute) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString());
    await (await startWriter()).write(
      ...times.map((CreationTime, index) => makeRecord({ Id: `j${index}`, CreationTime })),
    );
    const ids = await listIds('');
    expect(ids).toEqual(Array.from({ length: 100 }, (_, index) => `j${119 - index}`));
    expect(await listIds('?limit=1000')).toHaveLength(120);
    expect(await listIds('?limit=1')).toEqual(['j119']);
  });
});

describe('the filters', () => {
  const at = (hour: string) => `2026-03-01T${hour}:00:00Z`;
  const records = [
    makeRecord({
      Id: 'a',
      State: 'Success',
      PipelineId: 'p1',
      Code: '',
      CreationTime: at('01'),
      Input: { Object: 'up%2Fgoal%20cam.mp4' },
      SnapshotConfig: { OutputFile: { Object: 'shot_1.jpg' } },
    }),
    makeRecord({
      Id: 'b',
      State: 'Fail',
      PipelineId: 'p1',
      Code: 'Timeout',
      CreationTime: at('02'),
      Input: { Object: 'up%2Fnews.mp4' },
      UserData: '50%_off',
      SnapshotConfig: { OutputFile: { Object: 'shotx1.jpg' } },
    }),
    makeRecord({
      Id: 'c',
      State: 'Fail',
      PipelineId: 'p2',
      Code: 'Bad Input',
      CreationTime: at('03'),
      Input: { Object: 'other.mp4' },
      UserData: 'a\\b',
    }),
    makeRecord({
      Id: 'd',
      State: undefined,
      PipelineId: 'p3',
      Code: "'; drop table mps.job; --",
      CreationTime: at('04'),
    }),
  ];

  it.each([
    { query: '?state=Fail', ids: 'cb' },
    { query: '?state=Fail,Success', ids: 'cba' },
    { query: '?state=Fail&state=Success', ids: 'cba' },
    { query: '?state=%20Fail%20,%20Success', ids: 'cba' },
    { query: '?state=fail', ids: '' },
    { query: '?pipeline=p1', ids: 'ba' },
    { query: '?without=code', ids: 'a' },
    { query: '?without=code&pipeline=p1', ids: 'a' },
    { query: '?without=state', ids: 'd' },
    { query: '?without=code,state', ids: '' },
    { query: '?without=code&code=Timeout', ids: '' },
    { query: '?without=pipeline', ids: '' },
    { query: '?pipeline=p1,p3', ids: 'dba' },
    { query: '?code=Bad+Input', ids: 'c' },
    { query: `?code=${encodeURIComponent("'; drop table mps.job; --")}`, ids: 'd' },
    { query: '?source=default', ids: 'dcba' },
    { query: '?source=other', ids: 'e' },
    { query: '?source=other,default', ids: 'edcba' },
    { query: '?id=a,c,unknown', ids: 'ca' },
    { query: '?created_from=2026-03-01T02:00:00Z', ids: 'edcb' },
    { query: '?created_to=2026-03-01T02:00:00Z', ids: 'a' },
    { query: '?created_from=2026-03-01T10:00:00%2B08:00&created_to=2026-03-01T03:00:00.000Z', ids: 'b' },
    { query: '?state=Fail&pipeline=p1', ids: 'b' },
    { query: '?state=Fail&id=a', ids: '' },
    { query: '?input=up%252Fgoal%2520cam.mp4', ids: 'a' },
    { query: '?input=up/goal%20cam.mp4', ids: 'a' },
    { query: '?input=up/*', ids: 'ba' },
    { query: '?input=up/goal*,other.mp4', ids: 'ca' },
    { query: '?input=up', ids: '' },
    { query: '?input=%25*', ids: '' },
    { query: '?input=*', ids: 'edcba' },
    { query: '?output=shot_1*', ids: 'a' },
    { query: '?user_data=50%25*', ids: 'b' },
    { query: '?user_data=50%25_off', ids: 'b' },
    { query: '?user_data=a%5C*', ids: 'c' },
    { query: '?input=up/*&user_data=50%25*&state=Fail&pipeline=p1&source=default', ids: 'b' },
  ])('$query selects "$ids"', async ({ query, ids }) => {
    await (await startWriter()).write(...records);
    await (await startWriter('other')).write(
      makeRecord({ Id: 'e', State: 'Submitted', PipelineId: 'p9', CreationTime: at('05') }),
    );
    expect((await listIds(query)).join('')).toBe(ids);
  });

  it.each([
    ['user_data', '{"order": 7, "team": "news"}', 'f'],
    ['user_data', '{"order": 7, "t*', 'f'],
    ['user_data', 'none,asset-1', 'g'],
    ['user_data', '{"order": 7', ''],
    ['input', 'a,b.mp4', 'f'],
    ['input', 'up/a, b.mp4', 'g'],
    ['input', 'up/a, b*', 'g'],
  ])('finds a text with commas by %s=%s', async (name, text, ids) => {
    const [created, place] = [at('06'), { Bucket: 'b', Location: 'l' }];
    await (await startWriter()).write(
      makeRecord({
        Id: 'f',
        CreationTime: created,
        UserData: '{"order": 7, "team": "news"}',
        Input: { ...place, Object: 'a,b.mp4' },
      }),
      makeRecord({
        Id: 'g',
        CreationTime: created,
        UserData: 'asset-1',
        Input: { ...place, Object: 'up%2Fa%2C%20b.mp4' },
      }),
    );
    expect((await listIds(`?${new URLSearchParams({ [name]: text })}`)).join('')).toBe(ids);
  });

  it('asks when a change was last seen, from a time on and before another', async () => {
    const writer = await startWriter();
    await writer.write(makeRecord({ Id: 'early' }));
    const { jobs } = await getJson<JobList>('/v1/jobs?id=early');
    await writer.write(makeRecord({ Id: 'late' }));
    const between = new Date(Date.parse(String(jobs[0]?.changed_at)) + 1).toISOString();
    expect(await listIds(`?changed_from=${between}`)).toEqual(['late']);
    expect(await listIds(`?changed_to=${between}`)).toEqual(['early']);
  });

  it('takes a thousand ids and refuses one more', async () => {
    const ids = Array.from({ length: 1000 }, (_, index) => `id${index}`);
    expect((await get(`/v1/jobs?id=${ids}`)).status).toBe(200);
    expect((await get(`/v1/jobs?id=${ids},more`)).status).toBe(400);
  });
});

describe('a bad parameter', () => {
  it.each([
    { query: '?foo=1', says: '"foo" is no parameter: this address knows state, pipeline' },
    { query: '?__proto__=1', says: '"__proto__" is no parameter' },
    { query: '?State=Fail', says: '"State" is no parameter' },
    { query: '?limit=0', says: '"limit" must be a whole number from 1 to 1000' },
    { query: '?limit=1001', says: '"limit"' },
    { query: '?limit=ten', says: '"limit"' },
    { query: '?limit=5&limit=6', says: '"limit"' },
    { query: '?limit=', says: '"limit"' },
    { query: '?id=', says: '"id"' },
    { query: '?id=a,,b', says: '"id"' },
    { query: '?id=%00', says: '"id"' },
    { query: '?state=a%00b', says: '"state"' },
    { query: '?created_to=0000-12-31T23:59:59Z', says: '"created_to" must be a time such as 2026-01-31T00:00:00Z' },
    { query: '?created_from=yesterday', says: '"created_from" must be a time such as 2026-01-31T00:00:00Z' },
    { query: '?created_from=2026-02-30T00:00:00Z', says: '"created_from"' },
    { query: '?created_to=2026-03-01', says: '"created_to"' },
    { query: '?created_to=2026-03-01T00:00:00%2B99:00', says: '"created_to"' },
    { query: '?without=id', says: '"without" must be one or more of state, pipeline, code' },
    { query: '?include=all', says: '"include" must be raw' },
    { query: '?cursor=abc', says: '"cursor" must be the next_cursor of an earlier answer' },
    { query: '?cursor=%00', says: '"cursor"' },
    ...[
      {},
      [],
      1,
      { t: 'x', i: 'a', s: 'b' },
      { t: 1e300, i: 'a', s: 'b' },
      { t: 1, i: 'a\0', s: 'b' },
      { t: 1, i: 'a', s: 'b', x: 1 },
    ].map((forged) => ({
      query: `?cursor=${Buffer.from(JSON.stringify(forged)).toString('base64url')}`,
      says: '"cursor"',
    })),
    { query: '?limit=0&foo=1', says: '"foo"' },
  ])('is refused and named: $query', async ({ query, says }) => {
    const answer = await get(`/v1/jobs${query}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const problem = (await answer.json()) as { detail: string };
    expect(problem).toMatchObject({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      code: 'parameter_invalid',
    });
    expect(problem.detail).toContain(says);
  });
});

describe('GET /v1/jobs/{id}', () => {
  it('gives one job, with raw on request', async () => {
    await (await startWriter()).write(documentedRecord);
    const path = `/v1/jobs/${encodeURIComponent(String(documentedRecord.Id))}`;
    expect(await getJson(path)).not.toHaveProperty('raw');
    expect(await getJson(`${path}?include=raw`)).toMatchObject({ state: 'Snapshoting', raw: documentedRecord });
  });

  it.each(['a/b', 'a%2Fb', '100%', 'q?x=1#f', 'ü…💥', '..;', '%00'])('finds a job whose id is "%s"', async (id) => {
    await (await startWriter()).write(makeRecord({ Id: id }));
    expect(await getJson(`/v1/jobs/${encodeURIComponent(id)}`)).toMatchObject({ id });
  });

  it('takes the first source by name where several have the id, or the one that is named', async () => {
    await (await startWriter('b')).write(makeRecord({ Id: 'x', State: 'Fail' }));
    await (await startWriter('a')).write(makeRecord({ Id: 'x', State: 'Success' }));
    expect(await getJson('/v1/jobs/x')).toMatchObject({ source: 'a', state: 'Success' });
    expect(await getJson('/v1/jobs/x?source=b')).toMatchObject({ source: 'b', state: 'Fail' });
    expect((await get('/v1/jobs/x?source=c')).status).toBe(404);
  });

  it.each(['/v1/jobs/unknown', '/v1/jobs/unknown/transitions', '/v1/jobs/%00', '/v1/jobs/a%00b/transitions'])(
    'answers 404 to %s',
    async (path) => {
      const answer = await get(path);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ status: 404, code: 'not_found' });
    },
  );

  it.each(['/v1/jobs/x?limit=1', '/v1/jobs/x/transitions?include=raw', '/v1/health?x=1'])(
    'knows no more than it says: %s',
    async (path) => {
      expect((await get(path)).status).toBe(400);
    },
  );
});

describe('GET /v1/jobs/{id}/transitions', () => {
  it('tells the observed history, oldest first, of that job in that source alone', async () => {
    const writer = await startWriter();
    const record = makeRecord({ Id: 'x', State: 'Submitted' });
    await writer.write(record, makeRecord({ Id: 'other' }));
    await writer.write({ ...record, State: 'Snapshoting' });
    await writer.write({ ...record, State: 'Fail' });
    await (await startWriter('second')).write({ ...record, State: 'Success' });
    const { transitions, next_cursor } = await getJson<{ transitions: Record<string, string>[]; next_cursor: null }>(
      '/v1/jobs/x/transitions?source=default',
    );
    expect(next_cursor).toBeNull();
    const [first, second, third, ...more] = transitions;
    expect(more).toEqual([]);
    const run = {
      run_id: writer.runId,
      observed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    };
    expect(first).toEqual({ ...run, from_state: null, to_state: 'Submitted', previous_observed_at: null });
    expect(second).toEqual({
      ...run,
      from_state: 'Submitted',
      to_state: 'Snapshoting',
      previous_observed_at: first?.observed_at,
    });
    expect(third).toEqual({
      ...run,
      from_state: 'Snapshoting',
      to_state: 'Fail',
      previous_observed_at: second?.observed_at,
    });
  });
});
