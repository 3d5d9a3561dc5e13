import type { RawJob, ScheduledJob, SnapshotState } from './job.ts';
import type { PipelineProfile } from './pipelines.ts';
import { alphanumeric, createRandom, hex32, integer, pick, type Random } from './random.ts';
import { drawSnapshotConfig } from './snapshot-config.ts';
import { formatUtcTime } from './utc-time.ts';

const LOCATION = 'oss-cn-hangzhou';
const ROLE_ARN = 'acs:ram::1234567890123456:role/aliyunmtsdefaultrole';
const TITLES = ['episode', 'goal cam', 'live replay', '发布会', '产品介绍', 'drone (4k)', 'news', 'trailer & teaser'];

/**
 * The whole job object in a state, in the field order of the documentation. It is drawn from `contentSeed` each time, so a
 * model of a million jobs holds no objects. Object names are URL-encoded UTF-8, as MPS returns them.
 * Source: https://www.alibabacloud.com/help/en/mps/developer-reference/api-mts-2014-06-18-querysnapshotjoblist
 */
export function describeContent(
  job: ScheduledJob,
  state: SnapshotState,
  pipeline: PipelineProfile,
  contentSeed: number,
): RawJob {
  const random = createRandom(contentSeed);
  const creationTime = formatUtcTime(job.submittedAt);
  const path = `${creationTime.slice(0, 10)}/${pick(random, TITLES)} ${alphanumeric(random, 8)}`;
  const drawn = drawSnapshotConfig(random, (suffix) => ossFile('media-snapshots', `snapshots/${path}${suffix}`));
  const input = ossFile('media-input', `uploads/${path}${pick(random, ['.mp4', '.mov', '.flv'])}`);
  const userData = drawUserData(random);
  const notice = drawNotice(random);
  const raw: RawJob = { CreationTime: creationTime, SnapshotConfig: drawn.config, State: state };
  if (state === 'Fail') {
    raw.Message = job.failure?.message;
    raw.Code = job.failure?.code;
  }
  if (pipeline.notifies && (state === 'Success' || state === 'Fail')) {
    raw.MNSMessageResult = notice;
  }
  raw.Input = input;
  if (state === 'Success') {
    Object.assign(raw, drawn.counts);
  }
  if (userData !== undefined) {
    raw.UserData = userData;
  }
  raw.PipelineId = job.pipelineId;
  raw.Id = job.id;
  return raw;
}

function ossFile(bucket: string, path: string) {
  return { RoleArn: ROLE_ARN, Object: encodeURIComponent(path), Location: LOCATION, Bucket: bucket };
}

function drawUserData(random: Random): string | undefined {
  const order = integer(random, 10_000, 99_999);
  const draw = random();
  if (draw < 0.35) {
    return undefined;
  }
  if (draw < 0.65) {
    return JSON.stringify({ orderId: order, team: pick(random, ['sports', 'news', 'drama']), retry: false });
  }
  return draw < 0.95 ? `asset-${order}` : `素材 ${order}`;
}

function drawNotice(random: Random): Record<string, string> {
  const messageId = hex32(random).toUpperCase();
  return random() < 0.98
    ? { MessageId: messageId }
    : { ErrorMessage: 'The topic name you provided is not exist.', ErrorCode: 'TopicNotExist' };
}
