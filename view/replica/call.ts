import type { Context } from 'hono';
import { ReplicaRefusal } from '#view/replica/refusal.ts';

/** A request in MPS's manner, decoded but not yet judged. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly query: URLSearchParams;
  /** Parameters of a form body. */
  readonly form: URLSearchParams;
  readonly body: Uint8Array;
}

/** Whether a request to `/` is meant for MPS: it names an action, in a header (V3) or among its parameters (V1). */
export function isReplicaCall({ req }: Context): boolean {
  if (req.path !== '/') return false;
  return req.method === 'POST' || req.header('x-acs-action') !== undefined || req.query('Action') !== undefined;
}

export async function readCall({ req }: Context): Promise<Call> {
  const url = new URL(req.url);
  const body = new Uint8Array(await req.arrayBuffer());
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(req.header('content-type') ?? '');
  return {
    method: req.method,
    path: url.pathname,
    headers: req.raw.headers,
    query: url.searchParams,
    form: new URLSearchParams(isForm ? new TextDecoder().decode(body) : ''),
    body,
  };
}

/** A parameter of the operation; an empty one counts as absent. */
export const findParameter = ({ query, form }: Call, name: string): string | undefined =>
  query.get(name) || form.get(name) || undefined;

/** Throws MissingParameter. */
export function getParameter(call: Call, name: string): string {
  const value = findParameter(call, name);
  if (value === undefined)
    throw new ReplicaRefusal('MissingParameter', `The parameter "${name}" is needed but not provided.`);
  return value;
}

/** A header, several of one name sorted and joined as the signature wants them. Throws MissingParameter. */
export function getHeader(call: Call, name: string): string {
  const value = call.headers.get(name)?.trim();
  if (!value) throw new ReplicaRefusal('MissingParameter', `The header "${name}" is needed but not provided.`);
  return value;
}
