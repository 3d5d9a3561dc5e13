import type { AlertTiming } from '#core/alert-group.ts';
import { type AlertRule, alertRules } from '#core/alert-notification.ts';
import type { Config } from '#core/config.ts';

/** Everything about alerts that is configured, the channels apart. */
export interface AlertSettings {
  readonly timing: AlertTiming;
  readonly rules: readonly AlertRule[];
  readonly maxAgeSeconds: number;
  /** Quiet time after which failures of one kind count as over. */
  readonly resolveSeconds: number;
  readonly failureRate: number;
  readonly failureMinJobs: number;
  readonly stuckSeconds: number;
  readonly staleSeconds: number;
  /** Where people reach the view, without a slash at the end. */
  readonly publicUrl: string | undefined;
}

export function toAlertSettings(config: Config): AlertSettings {
  return {
    timing: {
      waitSeconds: config.ALERT_GROUP_WAIT_SECONDS,
      intervalSeconds: config.ALERT_GROUP_INTERVAL_SECONDS,
      repeatSeconds: config.ALERT_REPEAT_MINUTES * 60,
    },
    rules: config.ALERT_RULES ?? alertRules,
    maxAgeSeconds: config.ALERT_MAX_AGE_MINUTES * 60,
    resolveSeconds: config.ALERT_RESOLVE_MINUTES * 60,
    failureRate: config.ALERT_FAILURE_RATE,
    failureMinJobs: config.ALERT_FAILURE_MIN_JOBS,
    stuckSeconds: config.ALERT_STUCK_MINUTES * 60,
    staleSeconds: config.ALERT_STALE_MINUTES * 60,
    publicUrl: config.PUBLIC_URL,
  };
}
