interface ErrorKind {
  /** HTTP status. */
  readonly status: number;
  readonly message: string;
}

const kinds = (status: number, messages: Record<string, string>): [string, ErrorKind][] =>
  Object.entries(messages).map(([code, message]) => [code, { status, message }]);

/**
 * Status and usual text of the errors the double can answer. MPS prints its codes without a status; the statuses are those
 * of the gateway that all products of this style share. Where the public pages disagree, the more common one is taken.
 * Sources: https://help.aliyun.com/document_detail/48054.html, https://help.aliyun.com/zh/polardb/client-error-codes,
 * https://www.alibabacloud.com/help/doc-detail/29254.htm
 */
const KINDS = new Map<string, ErrorKind>([
  ...kinds(400, {
    Throttling: 'Request was denied due to request throttling.',
    'Throttling.User': 'Request was denied due to user flow control.',
    'Throttling.Api': 'Request was denied due to api flow control.',
    MissingParameter: 'The parameter is needed but not provided.',
    InvalidParameter: 'The specified parameter is not valid.',
    'InvalidParameter.Format': 'Specified parameter format is not valid.',
    'InvalidParameter.NumberFormatInvalid': 'The specified parameter is not a number.',
    'InvalidParameter.InvalidState': 'The specified State is not valid.',
    NoSuchVersion: 'The specified API version does not exist.',
    IncompleteSignature: 'The request signature does not conform to Aliyun standards.',
    SignatureDoesNotMatch: 'Specified signature is not matched with our calculation.',
    SignatureNonceUsed: 'Specified signature nonce was used already.',
    'InvalidTimeStamp.Format': 'Specified time stamp or date value is not well formatted.',
    'InvalidTimeStamp.Expired': 'Specified time stamp or date value is expired.',
    'InvalidAccessKeyId.Inactive': 'Specified access key is disabled.',
    MissingSecurityToken: 'SecurityToken is mandatory for this action.',
    'InvalidSecurityToken.Malformed': 'Specified SecurityToken is malformed.',
    'InvalidSecurityToken.Expired': 'Specified SecurityToken is expired.',
    'InvalidSecurityToken.MismatchWithAccessKey': 'Specified SecurityToken mismatch with the AccessKey.',
  }),
  ...kinds(403, {
    UnsupportedHTTPMethod: 'This http method is not supported.',
    'Forbidden.RAM': 'User not authorized to operate on the specified resource, or this API does not support RAM.',
    NoPermission: 'You are not authorized to perform this operation.',
    'InvalidIdentity.ServiceDisabled': 'The service is not activated, or is out of service.',
  }),
  ...kinds(404, {
    'InvalidAccessKeyId.NotFound': 'Specified access key is not found.',
    'InvalidAction.NotFound': 'Specified api is not found, please check your url and method.',
  }),
  // A guess: no public page names it. The status is HTTP's own.
  ...kinds(413, { RequestEntityTooLarge: 'The body of the request is too large.' }),
  ...kinds(500, { InternalError: 'The request processing has failed due to some unknown error.' }),
  ...kinds(503, { ServiceUnavailable: 'The request has failed due to a temporary failure of the server.' }),
]);

/** What an error may say beyond its code; each part has a default. */
export interface GatewayErrorDetail {
  readonly message?: string | undefined;
  /** HTTP status. Default: the usual one of the code, else 400. */
  readonly status?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Further fields of the error body, `AccessDeniedDetail` for one. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
}

/** A refusal in MPS's form: a code, a message and an HTTP status. */
export class GatewayError extends Error {
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: string, detail: GatewayErrorDetail = {}) {
    super(detail.message ?? KINDS.get(code)?.message ?? code);
    this.code = code;
    this.status = detail.status ?? KINDS.get(code)?.status ?? 400;
    this.headers = detail.headers ?? {};
    this.fields = detail.fields ?? {};
  }
}
