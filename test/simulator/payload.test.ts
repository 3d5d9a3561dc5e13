import { describe, expect, test } from 'vitest';
import documented from '../fixtures/query-snapshot-job-list.documented.json' with { type: 'json' };
import { call } from './signed-call.ts';
import { start } from './simulators.ts';

const [job = {}] = documented.SnapshotJobList.SnapshotJob as Record<string, unknown>[];

describe('the payload', () => {
  test('gives the documented job back field for field', async () => {
    const { url, model } = await start();
    model.add(job);
    const { body } = await call(url);
    expect(body.SnapshotJobList).toEqual(documented.SnapshotJobList);
    expect(model.get(String(job.Id))).toEqual(job);
    expect(model.all()).toEqual([job]);
  });

  test('has the documented fields, a request id and a token, and names unknown ids', async () => {
    const { url, model } = await start();
    model.addMany([job, { ...job, Id: 'second' }]);
    const page = await call(url, { MaximumPageSize: '1' });
    expect(Object.keys(page.body)).toEqual(['SnapshotJobList', 'RequestId', 'NextPageToken']);
    expect(page.body.NextPageToken).toMatch(/^[0-9a-z]{32}$/);
    expect(page.body.RequestId).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
    expect(page.headers.get('x-acs-request-id')).toBe(page.body.RequestId);
    expect(page.headers.get('content-type')).toBe('application/json;charset=utf-8');
    expect(Date.parse(page.headers.get('date') ?? '')).not.toBeNaN();
    const { body } = await call(url, { SnapshotJobIds: 'second,nobody' });
    expect(Object.keys(body)).toEqual(['SnapshotJobList', 'RequestId', 'NonExistSnapshotJobIds']);
    expect(body.NonExistSnapshotJobIds).toEqual({ String: ['nobody'] });
  });

  test('serves odd jobs as they are: no id, no time, numbers, unknown states and fields, text of every kind', async () => {
    const odd = [
      { State: 'Paused', Count: 3, New: [null] },
      { Id: 'u', UserData: 'a\u0000b\ud800 中 "\\' },
    ];
    const { url, model } = await start();
    model.addMany(odd);
    const { body } = await call(url);
    expect(body.SnapshotJobList.SnapshotJob).toHaveLength(2);
    expect(body.SnapshotJobList.SnapshotJob).toEqual(expect.arrayContaining(odd));
  });

  test('serves a job given as text byte for byte', async () => {
    const { url, model } = await start();
    const text = '{"Id":"big", "CreationTime":"2026-03-01T00:00:00Z", "Count":12345678901234567890}';
    model.addText(text);
    expect((await call(url)).text).toContain(text);
  });

  test('can print the lists flat, as an old page of the documentation did', async () => {
    const { url, model } = await start({ listShape: 'flat' });
    model.add(job);
    const { body } = await call(url, { SnapshotJobIds: `${job.Id},nobody` });
    expect(body).toMatchObject({ SnapshotJobList: [job], NonExistSnapshotJobIds: ['nobody'] });
  });

  test('leaves Code and Message out of a success, or sends them empty, as told', async () => {
    const scheduled = {
      id: 'a',
      pipelineId: 'p',
      submittedAt: 0,
      startedAt: 1,
      finishedAt: 2,
      describe: (state: string) => ({ Id: 'a', State: state }),
    };
    const [absent, empty] = [await start(), await start({ absentAs: 'empty', emptyTokenAs: 'empty' })];
    absent.model.add(scheduled);
    empty.model.add(scheduled);
    const { body } = await call(absent.url);
    expect(body.SnapshotJobList.SnapshotJob).toEqual([{ Id: 'a', State: 'Success' }]);
    expect(body).not.toHaveProperty('NextPageToken');
    expect((await call(empty.url)).body).toMatchObject({
      SnapshotJobList: { SnapshotJob: [{ Id: 'a', State: 'Success', Code: '', Message: '' }] },
      NextPageToken: '',
    });
  });

  test('replaces and forgets jobs while it runs', async () => {
    const { url, model } = await start();
    model.addMany([job, { ...job, Id: 'other' }]);
    model.set('other', { Id: 'other', State: 'Fail', Code: 'InternalError' });
    expect(model.remove(String(job.Id))).toBe(true);
    expect(model.remove(String(job.Id))).toBe(false);
    const { body } = await call(url);
    expect(body.SnapshotJobList.SnapshotJob).toEqual([{ Id: 'other', State: 'Fail', Code: 'InternalError' }]);
    expect(model.size).toBe(1);
  });
});
