import * as z from 'zod';
import { parseExactJson } from '#core/exact-json.ts';
import { type Refusal, toRefusalError } from '#mps/refusal.ts';

/** One page of the list, newest job first. Records are as they came: reading them is the caller's business. */
export interface JobPage {
  readonly records: readonly unknown[];
  /** Present while more may follow, even after a short or an empty page. */
  readonly nextToken: string | undefined;
  /** Ids asked for that MPS does not know. */
  readonly missingIds: readonly string[];
  /** The server's clock as of its answer, in epoch ms, where it told. */
  readonly serverTime: number | undefined;
}

/** An HTTP answer, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Lists come as `{"SnapshotJob": [...]}`; documentation of 2021 printed them flat. Both are read. */
const list = (member: string) =>
  z
    .union([
      z.array(z.unknown()),
      z
        .looseObject({ [member]: z.array(z.unknown()).nullish() })
        .transform((value) => (value[member] ?? []) as unknown[]),
    ])
    .nullish()
    .transform((value) => value ?? []);

const pageSchema = z.looseObject({
  RequestId: z.string(),
  NextPageToken: z.string().nullish(),
  SnapshotJobList: list('SnapshotJob'),
  NonExistSnapshotJobIds: list('String').pipe(z.array(z.coerce.string())),
});

const refusalSchema = z.object({
  Code: z.string().min(1),
  Message: z.string().optional().catch(undefined),
  RequestId: z.string().optional().catch(undefined),
});

/**
 * Reads an answer. Throws the `AppError` that it stands for when it is not a page: an error status, an error code
 * inside a 200, HTML, nothing at all.
 */
export function readAnswer(answer: Answer, request: { withToken: boolean; now: number }): JobPage {
  const body = parseExactJson(answer.text);
  const serverTime = toEpochMs(header(answer, 'date'));
  const refused = refusalSchema.safeParse(body);
  const page = refused.success || answer.status !== 200 ? undefined : pageSchema.safeParse(body);
  if (!page?.success) {
    const said = refused.success ? refused.data : undefined;
    throw toRefusalError(toRefusal(answer, said, request, serverTime));
  }
  return {
    records: page.data.SnapshotJobList,
    nextToken: page.data.NextPageToken || undefined,
    missingIds: page.data.NonExistSnapshotJobIds,
    serverTime,
  };
}

function toRefusal(
  answer: Answer,
  said: z.infer<typeof refusalSchema> | undefined,
  request: { withToken: boolean; now: number },
  serverTime: number | undefined,
): Refusal {
  return {
    status: answer.status,
    code: said?.Code,
    message: said?.Message,
    requestId: said?.RequestId,
    retryAfterMs: toDuration(header(answer, 'x-acs-retry-after')),
    withToken: request.withToken,
    clockOffsetMs: serverTime === undefined ? undefined : serverTime - request.now,
  };
}

function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** `x-acs-retry-after` is in milliseconds, unlike HTTP's `Retry-After`; zero, negative or odd values mean nothing. */
function toDuration(text: string | undefined): number | undefined {
  const ms = Number(text);
  return text !== undefined && Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

function toEpochMs(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}
