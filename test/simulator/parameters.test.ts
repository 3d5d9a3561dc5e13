import { describe, expect, test } from 'vitest';
import { call, idsOf } from './signed-call.ts';
import { literalJobs, start, utc } from './simulators.ts';

describe('the parameters', () => {
  test.each([
    [{ MaximumPageSize: '0' }, 'InvalidParameter'],
    [{ MaximumPageSize: '-1' }, 'InvalidParameter'],
    [{ MaximumPageSize: '301' }, 'InvalidParameter'],
    [{ MaximumPageSize: 'many' }, 'InvalidParameter.NumberFormatInvalid'],
    [{ MaximumPageSize: '3.5' }, 'InvalidParameter.NumberFormatInvalid'],
    [{ State: 'Snapshotting' }, 'InvalidParameter.InvalidState'],
    [{ StartOfJobCreatedTimeRange: '2026-03-01 00:00:00' }, 'InvalidParameter.Format'],
    [{ StartOfJobCreatedTimeRange: '2026-03-01T00:00:00.000Z' }, 'InvalidParameter.Format'],
    [{ EndOfJobCreatedTimeRange: '2026-02-31T00:00:00Z' }, 'InvalidParameter.Format'],
    [{ StartOfJobCreatedTimeRange: utc(1), EndOfJobCreatedTimeRange: utc(0) }, 'InvalidParameter'],
    [{ SnapshotJobIds: Array.from({ length: 11 }, (_, id) => `id${id}`).join() }, 'InvalidParameter'],
  ])('%j are refused with %s', async (params, code) => {
    const { url } = await start();
    const { status, body } = await call(url, params);
    expect([status, body.Code]).toEqual([400, code]);
    expect(Object.keys(body)).toEqual(['RequestId', 'HostId', 'Code', 'Message', 'Recommend']);
  });

  test('of empty text count as absent', async () => {
    const { url, model } = await start();
    model.addMany(literalJobs(3));
    const empty = { State: '', PipelineId: '', NextPageToken: '', SnapshotJobIds: '', MaximumPageSize: '' };
    expect(idsOf([await call(url, empty)])).toHaveLength(3);
  });

  test.each([
    [true, true, [3, 2, 1]],
    [false, true, [3, 2]],
    [true, false, [2, 1]],
    [false, false, [2]],
  ])('hold a range with its start (%s) and its end (%s) as told', async (startInclusive, endInclusive, seconds) => {
    const { url, model } = await start({ startInclusive, endInclusive });
    const jobs = literalJobs(5);
    model.addMany(jobs);
    const range = { StartOfJobCreatedTimeRange: utc(1), EndOfJobCreatedTimeRange: utc(3) };
    expect(idsOf([await call(url, range)])).toEqual(seconds.map((second) => jobs[second]?.Id));
  });

  test('can have a page size above 300 cut to 300', async () => {
    const { url, model } = await start({ oversizePage: 'cap' });
    model.addMany(literalJobs(310));
    expect(idsOf([await call(url, { MaximumPageSize: '1000' })])).toHaveLength(300);
  });

  test('look up to ten ids up, whatever the other filters, each once', async () => {
    const { url, model } = await start();
    const jobs = literalJobs(12);
    model.addMany(jobs);
    const ids = jobs.slice(0, 9).map((job) => String(job.Id));
    const reply = await call(url, { SnapshotJobIds: [...ids, ids[0]].join(), State: 'Fail', MaximumPageSize: '1' });
    expect(idsOf([reply])).toEqual([...ids].reverse());
    expect(reply.body).not.toHaveProperty('NonExistSnapshotJobIds');
  });

  test('may come in a signed form', async () => {
    const { url, model } = await start();
    model.addMany(literalJobs(6));
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(idsOf([await call(url, {}, { body: 'PipelineId=odd&MaximumPageSize=2', headers })])).toHaveLength(2);
  });
});
