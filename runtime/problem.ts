/**
 * A problem document (RFC 9457) as a response. `detail` is for the client: never the message of an error that was not
 * made for it.
 */
export function toProblem(status: number, title: string, requestId: string, detail?: string): Response {
  const body = { type: 'about:blank', title, status, ...(detail === undefined ? {} : { detail }), requestId };
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } });
}
