import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { makeRecord } from '../db/sample-jobs.ts';
import { useView } from './use-view.ts';

const { db, get, createApp, startWriter } = useView();

describe('/metrics', () => {
  it('is text that Prometheus reads: help, type and samples of each metric', async () => {
    const answer = await get('/metrics');
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const line of (await answer.text()).trim().split('\n').filter(Boolean)) {
      expect(line).toMatch(/^(# (HELP|TYPE) mps_sync_\w+ .+|mps_sync_\w+(\{(\w+="(\\.|[^"\\])*",?)*\})? -?[\d.e+-]+)$/);
    }
  });

  it('tells freshness, gaps, jobs, failures and runs', async () => {
    const now = Date.parse('2026-03-02T10:30:00Z') / 1000;
    const writer = await startWriter('default', now - 3600);
    const CreationTime = '2026-03-02T10:00:00Z';
    await writer.write(
      makeRecord({ State: 'Fail', Code: 'a"b\\\nc', PipelineId: 'p1', CreationTime }),
      makeRecord({ State: 'Submitted', CreationTime }),
    );
    await writer.cover(now - 3000, now - 60);
    await writer.finish('partial');
    await db.database.query(sql`update mps.coverage set looked_at = to_timestamp(${now - 90})`);
    const text = await (await createApp({ now: () => now * 1000 }).request('/metrics')).text();
    for (const sample of [
      'mps_sync_coverage_lag_seconds{source="default"} 60',
      `mps_sync_last_look_timestamp_seconds{source="default"} ${now - 90}`,
      'mps_sync_gap_seconds{source="default"} 600',
      'mps_sync_gaps{source="default"} 1',
      'mps_sync_open_jobs{source="default"} 1',
      'mps_sync_jobs_24h{source="default",state="Fail"} 1',
      'mps_sync_failed_jobs_24h{source="default",pipeline="p1",code="a\\"b\\\\\\nc"} 1',
      'mps_sync_runs_24h{source="default",outcome="partial"} 1',
      'mps_sync_throttled_calls_24h{source="default",outcome="partial"} 0',
    ]) {
      expect(text.split('\n')).toContain(sample);
    }
    expect(text).not.toContain('standby_lag');
  });
});
