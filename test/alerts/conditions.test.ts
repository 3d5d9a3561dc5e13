import { describe, expect, it } from 'vitest';
import { type AlertRule, alertRules } from '#core/alert-notification.ts';
import type { RunOutcome } from '#core/run.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { source } from '../db/store-fixture.ts';
import { useAlerts } from './use-alerts.ts';

const alerts = useAlerts();
const now = () => Math.floor(alerts.clock().now() / 1000);
const toTime = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000', '');
const told = () => alerts.receiver().received.flatMap(({ body }) => body as Record<string, unknown>[]);
const cover = (from: number, to: number) => alerts.write({ covers: { from, to } });
/** What a run notes that began now and got as far as to look at all that is due. */
const look = () =>
  alerts.select(
    `update mps.coverage set looked_at = to_timestamp(${now()}) where source = '${source}' returning source`,
  );
const noCounts = { calls: 1, throttled: 0, pages: 0, read: 0, inserted: 0, updated: 0, unchanged: 0, rejected: 0 };

/** The fence of the lease that the fixture holds. */
async function readFence(): Promise<number> {
  const [lease] = await alerts.select<{ fence: number }>(`select fence::float8 as fence from mps.lease`);
  return lease?.fence ?? 0;
}

async function finishNewRun(outcome: RunOutcome, errorCode?: string): Promise<void> {
  const id = await alerts.store().insertRun({ source, fence: await readFence() });
  const counts = { ...noCounts, transitions: 0 };
  await alerts.store().finishRun({ id, window: undefined, counts, outcome, errorCode });
}

/** Alerting with one rule, which has been on for two minutes. */
async function watch(rule: AlertRule) {
  const run = () => alerts.run({ settings: { rules: [rule] } });
  alerts.clock().advance(-120);
  await run();
  alerts.clock().advance(120);
  return {
    run,
    /** What is told once a condition has held as long as a group waits. */
    async hold() {
      await run();
      alerts.clock().advance(31);
      await run();
      return told();
    },
    /** What is told once the cause is mended and the interval is over. */
    async mend(work: () => Promise<unknown>) {
      alerts.clock().advance(301);
      await work();
      await run();
      return told().slice(1);
    },
  };
}

describe('the rule', () => {
  it('job-failed fires for jobs that failed, and resolves when no more do', async () => {
    const { hold, mend } = await watch('job-failed');
    await alerts.fail(2, { PipelineId: 'p1' });
    expect(await hold()).toMatchObject([{ status: 'firing', rule: 'job-failed', pipelineId: 'p1', jobs: 2 }]);
    const end = await mend(async () => alerts.clock().advance(1_800));
    expect(end).toMatchObject([{ status: 'resolved', rule: 'job-failed', pipelineId: 'p1', jobsTotal: 2 }]);
  });

  it('failure-rate fires where too many of enough jobs failed, and resolves when enough succeed', async () => {
    const { hold, mend } = await watch('failure-rate');
    const finish = (count: number, State: string, PipelineId: string) =>
      alerts.fail(count, { State, PipelineId, ...(State === 'Success' ? { Code: undefined } : {}) });
    await finish(10, 'Fail', 'p1');
    await finish(20, 'Success', 'p1');
    await finish(19, 'Fail', 'few');
    await finish(4, 'Fail', 'fine');
    await finish(16, 'Success', 'fine');
    const fired = await hold();
    expect(fired).toMatchObject([
      {
        status: 'firing',
        rule: 'failure-rate',
        source,
        pipelineId: 'p1',
        jobs: 10,
        topCodes: [{ code: 'InvalidParameter.ResourceNotFound', jobs: 10 }],
      },
    ]);
    expect(fired[0]?.detail).toMatch(/^10 of 30 jobs created since .* failed \(33\.3%, limit 20%\)$/);
    expect(fired[0]?.examples).toHaveLength(3);
    const end = await mend(() => finish(20, 'Success', 'p1'));
    expect(end).toMatchObject([{ status: 'resolved', rule: 'failure-rate', pipelineId: 'p1' }]);
  });

  it('job-stuck fires for jobs that are open for too long, and resolves when they finish', async () => {
    const { hold, mend } = await watch('job-stuck');
    const stuck = makeRecord({ State: 'Snapshoting', PipelineId: 'p1', CreationTime: toTime(now() - 7_260) });
    const young = makeRecord({ State: 'Submitted', PipelineId: 'p2', CreationTime: toTime(now() - 3_600) });
    await alerts.writeRecords(stuck, young);
    expect(await hold()).toMatchObject([
      {
        status: 'firing',
        rule: 'job-stuck',
        pipelineId: 'p1',
        code: 'Snapshoting',
        jobs: 1,
        detail: '1 job in state Snapshoting for more than 2 h, the oldest for 2 h 1 min',
        examples: [{ id: stuck.Id }],
      },
    ]);
    const end = await mend(() => alerts.writeRecords({ ...stuck, State: 'Success' }));
    expect(end).toMatchObject([{ status: 'resolved', rule: 'job-stuck', pipelineId: 'p1', code: 'Snapshoting' }]);
  });

  it('job-stuck leaves out jobs that MPS no longer knows: nobody can do anything about them', async () => {
    const { run, hold } = await watch('job-stuck');
    const forgotten = makeRecord({ State: 'Submitted', PipelineId: 'p1', CreationTime: toTime(now() - 7_260) });
    const stuck = makeRecord({ State: 'Submitted', PipelineId: 'p2', CreationTime: toTime(now() - 7_260) });
    await alerts.writeRecords(forgotten, stuck);
    await alerts.select(`update mps.job set missing_since = now() where id = '${forgotten.Id}' returning id`);
    expect(await hold()).toMatchObject([{ status: 'firing', pipelineId: 'p2', jobs: 1 }]);
    alerts.clock().advance(301);
    await alerts.select(`update mps.job set missing_since = now() where id = '${stuck.Id}' returning id`);
    await run();
    expect(told().slice(1)).toMatchObject([{ status: 'resolved', rule: 'job-stuck', pipelineId: 'p2' }]);
  });

  it('sync-stale fires when nothing new is read, and resolves when it is', async () => {
    const { run, hold, mend } = await watch('sync-stale');
    await cover(now() - 3_600, now());
    alerts.clock().advance(890);
    expect(await run()).toMatchObject({ groups: 0 });
    alerts.clock().advance(20);
    const fired = await hold();
    expect(fired).toMatchObject([{ status: 'firing', rule: 'sync-stale', source, pipelineId: null, code: null }]);
    expect(fired[0]?.detail).toMatch(/^nothing newer than .* was read: 15 min ago \(limit 15 min\)$/);
    const end = await mend(async () => {
      await cover(now() - 3_600, now());
      await look();
    });
    expect(end).toMatchObject([{ status: 'resolved', rule: 'sync-stale', source }]);
  });

  it('sync-stale fires when runs read what is newest and never get through, and resolves when one does', async () => {
    const { run, hold, mend } = await watch('sync-stale');
    await look();
    alerts.clock().advance(890);
    await cover(now() - 3_600, now());
    expect(await run()).toMatchObject({ groups: 0 });
    alerts.clock().advance(20);
    const fired = await hold();
    expect(fired).toMatchObject([{ status: 'firing', rule: 'sync-stale', source, pipelineId: null, code: null }]);
    expect(fired[0]?.detail).toMatch(
      /^no run since .* has looked at all recent and open jobs: 15 min ago \(limit 15 min\)$/,
    );
    const end = await mend(async () => {
      await cover(now() - 3_600, now());
      await look();
    });
    expect(end).toMatchObject([{ status: 'resolved', rule: 'sync-stale', source }]);
  });

  it('sync-gaps fires when a gap does not become less, and resolves when it is read', async () => {
    const { run, hold, mend } = await watch('sync-gaps');
    const gap = { from: now() - 7_200, to: now() - 3_600 };
    await cover(now() - 2 * 86_400, gap.from);
    await cover(gap.to, now());
    await run();
    alerts.clock().advance(600);
    await cover(gap.from, gap.from + 600);
    await run();
    alerts.clock().advance(890);
    expect(await run()).toMatchObject({ groups: 0 });
    alerts.clock().advance(20);
    const fired = await hold();
    expect(fired).toMatchObject([{ status: 'firing', rule: 'sync-gaps', source }]);
    expect(fired[0]?.detail).toMatch(/^50 min of creation time was not read, and that has not become less since /);
    expect(await mend(() => cover(gap.from, gap.to))).toMatchObject([
      { status: 'resolved', rule: 'sync-gaps', source },
    ]);
  });

  it('source-failing fires for one failure that only people can mend, and resolves with a good run', async () => {
    const { hold, mend } = await watch('source-failing');
    await finishNewRun('failed', 'mps_forbidden');
    expect(await hold()).toMatchObject([
      {
        status: 'firing',
        rule: 'source-failing',
        code: 'mps_forbidden',
        detail: 'the last run failed: mps_forbidden (no permission)',
      },
    ]);
    const end = await mend(() => finishNewRun('completed'));
    expect(end).toMatchObject([{ status: 'resolved', rule: 'source-failing', code: 'mps_forbidden' }]);
  });

  it('source-failing waits for the third in a row of other failures', async () => {
    const { run, hold } = await watch('source-failing');
    await finishNewRun('failed', 'mps_unavailable');
    await finishNewRun('failed', 'mps_unavailable');
    expect(await run()).toMatchObject({ groups: 0 });
    await finishNewRun('failed', 'mps_unavailable');
    expect(await hold()).toMatchObject([
      { rule: 'source-failing', detail: 'the last 3 runs failed, the newest of mps_unavailable' },
    ]);
  });

  it('unknown-state fires for a state that is not known, and resolves when no job is in it', async () => {
    const { hold, mend } = await watch('unknown-state');
    const odd = makeRecord({ State: 'Paused', PipelineId: 'p1', CreationTime: toTime(now()) });
    await alerts.writeRecords(odd);
    expect(await hold()).toMatchObject([
      {
        status: 'firing',
        rule: 'unknown-state',
        pipelineId: 'p1',
        code: 'Paused',
        jobs: 1,
        detail: '1 job in state Paused, which is not known: taken to be open',
      },
    ]);
    const end = await mend(() => alerts.writeRecords({ ...odd, State: 'Success' }));
    expect(end).toMatchObject([{ status: 'resolved', rule: 'unknown-state', code: 'Paused' }]);
  });

  it('rejected-records fires for records that were set aside, and resolves a day later', async () => {
    const { hold, mend } = await watch('rejected-records');
    await alerts.writeRecords({ Id: 'no-time', State: 'Success' }, { Id: 'no-time-either', State: 'Success' });
    const fired = await hold();
    expect(fired).toMatchObject([{ status: 'firing', rule: 'rejected-records', source, jobs: 2 }]);
    expect(fired[0]?.detail).toMatch(/^2 records could not be stored as MPS sent them since /);
    const end = await mend(async () => alerts.clock().advance(86_400));
    expect(end).toMatchObject([{ status: 'resolved', rule: 'rejected-records', source }]);
  });
});

describe('all rules together', () => {
  const runAll = (rules: readonly AlertRule[]) => alerts.run({ settings: { rules } });

  it('find nothing wrong where all is well', async () => {
    alerts.clock().advance(-120);
    await runAll(alertRules);
    alerts.clock().advance(120);
    await cover(now() - 2 * 86_400, now());
    await finishNewRun('completed');
    await alerts.fail(30, { State: 'Success', Code: undefined });
    await runAll(alertRules);
    alerts.clock().advance(31);
    expect(await runAll(alertRules)).toMatchObject({ groups: 0, sent: 0, suppressed: 0 });
  });

  it('that are switched off find nothing', async () => {
    await alerts.writeRecords(makeRecord({ State: 'Paused', CreationTime: toTime(now()) }));
    expect(await runAll(alertRules.filter((rule) => rule !== 'unknown-state' && rule !== 'job-failed'))).toMatchObject({
      groups: 0,
    });
    expect(await runAll(['unknown-state'])).toMatchObject({ groups: 1 });
  });
});
