import type { DeliveryFault } from './fault.ts';
import type { GatewayError } from './gateway-error.ts';

/** A response before it is delivered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly delivery?: DeliveryFault | undefined;
}

/** An answer in JSON with the headers of the gateway. */
export function jsonAnswer(
  requestId: string,
  body: string | Buffer,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const fixed = { 'content-type': 'application/json;charset=utf-8', 'x-acs-request-id': requestId };
  return { status, headers: { ...fixed, ...headers }, body: typeof body === 'string' ? Buffer.from(body) : body };
}

/**
 * An error in MPS's form: RequestId, HostId, Code, Message and Recommend.
 * Source of the form: https://help.aliyun.com/document_detail/48054.html and public reports of gateway answers.
 */
export function errorAnswer(requestId: string, hostId: string, error: GatewayError): Answer {
  const body = JSON.stringify({
    RequestId: requestId,
    HostId: hostId,
    Code: error.code,
    Message: error.message,
    Recommend: `https://api.aliyun.com/troubleshoot?q=${error.code}&product=Mts&requestId=${requestId}`,
    ...error.fields,
  });
  return jsonAnswer(requestId, body, error.status, error.headers);
}
