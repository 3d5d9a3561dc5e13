import { randomUUID } from 'node:crypto';
import type { Context } from 'hono';
import { toJsonText } from '#core/exact-json.ts';
import type { Log } from '#core/log.ts';
import type { ViewContext } from '#view/context.ts';
import { toProblem } from '#view/problem.ts';
import { createAuthenticator, type ReplicaKey } from '#view/replica/authenticate.ts';
import { readCall } from '#view/replica/call.ts';
import { checkOperation, readListRequest } from '#view/replica/list-request.ts';
import { readListing } from '#view/replica/listing.ts';
import { ReplicaRefusal } from '#view/replica/refusal.ts';

/** Answers `QuerySnapshotJobList` as MPS does, from the copy, to whoever signs with the replica's key. */
export function createReplica(
  view: ViewContext,
  { key, log }: { key: ReplicaKey | undefined; log: Log },
): (request: Context) => Promise<Response> {
  const authenticate = createAuthenticator(key, () => view.now() * 1000);
  return async (request) => {
    const requestId = randomUUID().toUpperCase();
    try {
      const call = await readCall(request);
      checkOperation(call);
      authenticate(call);
      const listing = await readListing(view.database, view.cursors, readListRequest(call));
      return answer(request, requestId, 200, { ...listing, RequestId: requestId });
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal.status >= 500) log.error({ code: refusal.code, err: error }, 'replica_call_failed');
      return answerRefusal(request, refusal, requestId);
    }
  };
}

/** Source of the form: https://help.aliyun.com/document_detail/48054.html */
function answerRefusal(request: Context, { code, message, status }: ReplicaRefusal, requestId: string): Response {
  const HostId = new URL(request.req.url).host;
  const Recommend = `https://api.aliyun.com/troubleshoot?q=${code}&product=Mts&requestId=${requestId}`;
  return answer(request, requestId, status, { RequestId: requestId, HostId, Code: code, Message: message, Recommend });
}

const answer = (request: Context, requestId: string, status: ReplicaRefusal['status'], body: object): Response =>
  request.body(toJsonText(body), status, {
    'Content-Type': 'application/json;charset=utf-8',
    'x-acs-request-id': requestId,
  });

/** What is no refusal of the replica's own is trouble of the server, told in MPS's words. */
function toRefusal(error: unknown): ReplicaRefusal {
  if (error instanceof ReplicaRefusal) return error;
  const { status, detail } = toProblem(error);
  return status === 503 ? new ReplicaRefusal('ServiceUnavailable', detail) : new ReplicaRefusal('InternalError');
}
