import * as z from 'zod';
import { alertRules } from '#core/alert-notification.ts';
import { sourceList } from '#core/source-list.ts';
import {
  hostList,
  hostOrUrl,
  moment,
  postgresUrl,
  region,
  ruleList,
  share,
  webhookSecrets,
  webUrl,
  whole,
  wordList,
} from '#core/variable-kinds.ts';

const aPostgresUrl =
  'a URL such as postgres://user:password@host:5432/database, with / ? # @ and % in user and password percent-encoded (%2F %3F %23 %40 %25)';

/**
 * Every variable the product reads. A description says what the value is, with its unit; `wants` says what a bad one
 * should have been. The table in `docs/configuration.md` is generated from here.
 */
export const variables = {
  DATABASE_URL: define(postgresUrl, 'Postgres to keep the copy in.', aPostgresUrl),
  VIEW_DATABASE_URL: define(
    postgresUrl,
    'Postgres that the view reads, a hot standby for example. Default: DATABASE_URL.',
    aPostgresUrl,
  ),
  MPS_REGION: define(
    region,
    'Region whose jobs are kept. Default on Function Compute: the region of the function.',
    'a region id such as cn-hangzhou',
  ),
  MPS_ENDPOINT: define(
    hostOrUrl,
    'MPS endpoint, a host or a URL. Default: the public endpoint of the region. In a VPC: mts-vpc.<region>.aliyuncs.com.',
    'a host such as mts-vpc.cn-hangzhou.aliyuncs.com, or an http or https URL',
  ),
  MPS_SOURCES: define(
    sourceList,
    'Several accounts, regions or pipelines, as a JSON array; see [sources](sources.md). Default: one, named `default`.',
    'a JSON array of sources, each with a name of its own, as docs/sources.md describes them',
  ),
  ALIBABA_CLOUD_ACCESS_KEY_ID: define(
    z.string(),
    'Access key for MPS, where the function has no role. On a laptop: its presence chooses real MPS over the simulator.',
    'an access key id',
  ),
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: define(z.string(), 'Secret of the access key.', 'an access key secret'),
  ALIBABA_CLOUD_SECURITY_TOKEN: define(z.string(), 'STS token of a temporary access key.', 'an STS token'),
  MPS_QPS: define(
    whole(1, 100_000),
    'Calls a second that the account grants for this operation, all its callers together.',
    'a whole number of calls a second, at least 1',
    '100',
  ),
  MPS_PAGE_SIZE: define(whole(1, 300), 'Jobs asked for per call.', 'a whole number from 1 to 300', '300'),
  MPS_BACKFILL_SHARE: define(
    share,
    'Share of the calls that reading history may use; the rest is left to fresh jobs.',
    'a number above 0, up to 1',
    '0.8',
  ),
  SYNC_SINCE: define(
    moment,
    'Jobs created before this moment are not read. Default: 90 days before the first run.',
    'an ISO 8601 time such as 2026-01-31T00:00:00Z, 1970 or later',
  ),
  SYNC_LOOKBACK_MINUTES: define(
    whole(0, 525_600),
    'How far back every run reads again, for changed states and jobs that appear late, in minutes.',
    'a whole number of minutes',
    '60',
  ),
  SYNC_SETTLE_SECONDS: define(
    whole(0, 86_400),
    'How old a second must be before it can count as read completely, in seconds.',
    'a whole number of seconds',
    '5',
  ),
  RETENTION_MONTHS: define(
    whole(1, 1200),
    'Whole months of jobs to keep besides the present one; older months are dropped. Of several deployments on one database the largest counts. Default: all are kept.',
    'a whole number of months, at least 1',
  ),
  VIEW_TOKEN: define(
    wordList,
    'Tokens that open the view, one or more, separated by commas. Without any, the deployed view answers nothing.',
    'one or more tokens separated by commas',
  ),
  VIEW_ACCESS_KEY_ID: define(
    z.string().regex(/^[\w.-]{1,128}$/),
    'Access key id that opens the replica of QuerySnapshotJobList, for SDKs pointed at the view. Make one up: it is no key of the cloud.',
    'up to 128 letters, digits, dots, dashes and underscores',
  ),
  VIEW_ACCESS_KEY_SECRET: define(
    z.string().min(16),
    'Secret of that access key. Without both, the replica refuses every call.',
    'at least 16 characters',
  ),
  ALERT_WEBHOOK_URL: define(
    webUrl,
    'Where alerts go as Standard Webhooks; see [channels](alert-channels.md). Needs ALERT_WEBHOOK_SECRET.',
    'an http or https URL without user and password',
  ),
  ALERT_WEBHOOK_SECRET: define(
    webhookSecrets,
    'Secrets that sign them, one or more, separated by commas or spaces: every message is signed with each.',
    'one or more secrets such as whsec_ and the base64 of 24 to 64 random bytes',
  ),
  ALERT_DINGTALK_URL: define(
    webUrl,
    'Webhook of a DingTalk group robot, with its access token.',
    'an http or https URL without user and password',
  ),
  ALERT_DINGTALK_SECRET: define(
    z.string().max(200),
    'Secret of the robot (it begins with SEC), where its security setting is the signature.',
    'the secret that DingTalk shows beside the signature setting',
  ),
  ALERT_FEISHU_URL: define(
    webUrl,
    'Webhook of a Feishu or Lark custom bot.',
    'an http or https URL without user and password',
  ),
  ALERT_FEISHU_SECRET: define(
    z.string().max(200),
    'Secret of the bot, where signature verification is on.',
    'the secret that Feishu shows beside signature verification',
  ),
  ALERT_SLACK_URL: define(webUrl, 'Slack incoming webhook.', 'an http or https URL without user and password'),
  ALERT_ALLOW_HOSTS: define(
    hostList,
    'Hosts that alerts may be sent to although their address is private, separated by commas.',
    'host names or addresses without port, separated by commas',
  ),
  PUBLIC_URL: define(
    webUrl.refine((text) => !/[?#]/.test(text)).transform((text) => text.replace(/\/+$/, '')),
    'Where people reach the view, for the links in alerts.',
    'an http or https URL without user, password, query and fragment',
  ),
  ALERT_RULES: define(
    ruleList,
    'Rules that alert, separated by commas; see [alerts](alerts.md#rules). Default: all of them.',
    `one or more of ${alertRules.join(', ')}, separated by commas`,
  ),
  ALERT_GROUP_WAIT_SECONDS: define(
    whole(0, 3600),
    'How long the first alert of a kind waits for more of its kind, in seconds.',
    'a whole number of seconds, up to 3600',
    '30',
  ),
  ALERT_GROUP_INTERVAL_SECONDS: define(
    whole(1, 86_400),
    'Least time between two messages about one kind, in seconds.',
    'a whole number of seconds, at least 1',
    '300',
  ),
  ALERT_REPEAT_MINUTES: define(
    whole(1, 44_640),
    'After how many minutes trouble that lasts is told of again.',
    'a whole number of minutes, at least 1',
    '240',
  ),
  ALERT_RESOLVE_MINUTES: define(
    whole(1, 44_640),
    'After how many minutes without a failure of its kind failed jobs count as over.',
    'a whole number of minutes, at least 1',
    '30',
  ),
  ALERT_MAX_AGE_MINUTES: define(
    whole(1, 525_600),
    'How old a job may be, in minutes since its creation, for its failure to be told of.',
    'a whole number of minutes, at least 1',
    '1440',
  ),
  ALERT_FAILURE_RATE: define(
    share,
    'Share of the finished jobs of a pipeline that may fail, over the present hour and the one before.',
    'a number above 0, up to 1',
    '0.2',
  ),
  ALERT_FAILURE_MIN_JOBS: define(
    whole(1, 1_000_000),
    'Finished jobs of a pipeline below which its failure rate says nothing.',
    'a whole number of jobs, at least 1',
    '20',
  ),
  ALERT_STUCK_MINUTES: define(
    whole(1, 525_600),
    'How long a job may be Submitted or Snapshoting, in minutes since its creation.',
    'a whole number of minutes, at least 1',
    '120',
  ),
  ALERT_STALE_MINUTES: define(
    whole(1, 525_600),
    'How far the copy may lag behind, and how long its gaps may stay as they are, in minutes.',
    'a whole number of minutes, at least 1',
    '15',
  ),
  ALERT_HEARTBEAT_URL: define(
    webUrl,
    'Fetched after each good round of the alert function: let a dead-man service alarm you when it stays away.',
    'an http or https URL without user and password',
  ),
  LOG_LEVEL: define(
    z.enum(['debug', 'info', 'warn', 'error']),
    'Least important log entries to write.',
    'one of debug, info, warn, error',
    'info',
  ),
};

interface Variable<Schema extends z.ZodType, Fallback extends string | undefined> {
  readonly schema: Schema;
  readonly description: string;
  readonly wants: string;
  /** What an absent one counts as, in its text. */
  readonly fallback: Fallback;
}

function define<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  wants: string,
): Variable<Schema, undefined>;
function define<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  wants: string,
  fallback: string,
): Variable<Schema, string>;
function define(schema: z.ZodType, description: string, wants: string, fallback?: string) {
  return { schema, description, wants, fallback };
}

export type VariableName = keyof typeof variables;

/** Variables with a default always have a value. */
export type DefaultedName = {
  [Name in VariableName]: (typeof variables)[Name]['fallback'] extends string ? Name : never;
}[VariableName];
