/** The longest values that a deployment is likely to have, to see whether they still fit. */
const lengths: Readonly<Record<string, number>> = {
  DATABASE_URL: 220,
  VIEW_DATABASE_URL: 220,
  MPS_ENDPOINT: 60,
  MPS_SOURCES: 1_500,
  VIEW_TOKEN: 200,
  VIEW_ACCESS_KEY_ID: 64,
  VIEW_ACCESS_KEY_SECRET: 64,
  ALERT_WEBHOOK_URL: 200,
  ALERT_WEBHOOK_SECRET: 80,
  ALERT_DINGTALK_URL: 150,
  ALERT_DINGTALK_SECRET: 80,
  ALERT_FEISHU_URL: 100,
  ALERT_FEISHU_SECRET: 40,
  ALERT_SLACK_URL: 100,
  ALERT_ALLOW_HOSTS: 200,
  ALERT_HEARTBEAT_URL: 120,
  ALERT_RULES: 100,
  PUBLIC_URL: 80,
};

/** A value for every variable: of a length that is generous for it, 32 characters where nothing is known of it. */
export const generousValues: Readonly<Record<string, string>> = new Proxy(
  {},
  { get: (_, name) => 'x'.repeat(lengths[String(name)] ?? 32), has: () => true },
);
