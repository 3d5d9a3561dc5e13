import { describe, expect, it } from 'vitest';
import { alertRules } from '#core/alert-notification.ts';
import { toAlertSettings } from '#core/alert-settings.ts';
import { parseConfig } from '#core/config.ts';

describe('the settings of alerts', () => {
  it('have the defaults that the documents name, in seconds', () => {
    expect(toAlertSettings(parseConfig({}))).toEqual({
      timing: { waitSeconds: 30, intervalSeconds: 300, repeatSeconds: 4 * 3600 },
      rules: alertRules,
      maxAgeSeconds: 86_400,
      resolveSeconds: 1_800,
      failureRate: 0.2,
      failureMinJobs: 20,
      stuckSeconds: 7_200,
      staleSeconds: 900,
      publicUrl: undefined,
    });
  });

  it('are what the variables say', () => {
    const config = parseConfig({
      ALERT_GROUP_WAIT_SECONDS: '1',
      ALERT_GROUP_INTERVAL_SECONDS: '2',
      ALERT_REPEAT_MINUTES: '3',
      ALERT_RULES: 'job-stuck, sync-gaps',
      ALERT_MAX_AGE_MINUTES: '4',
      ALERT_RESOLVE_MINUTES: '5',
      ALERT_FAILURE_RATE: '0.6',
      ALERT_FAILURE_MIN_JOBS: '7',
      ALERT_STUCK_MINUTES: '8',
      ALERT_STALE_MINUTES: '9',
      PUBLIC_URL: 'https://jobs.example.com/',
    });
    expect(toAlertSettings(config)).toEqual({
      timing: { waitSeconds: 1, intervalSeconds: 2, repeatSeconds: 180 },
      rules: ['job-stuck', 'sync-gaps'],
      maxAgeSeconds: 240,
      resolveSeconds: 300,
      failureRate: 0.6,
      failureMinJobs: 7,
      stuckSeconds: 480,
      staleSeconds: 540,
      publicUrl: 'https://jobs.example.com',
    });
  });
});
