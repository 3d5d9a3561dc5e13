import type { ContentfulStatusCode } from 'hono/utils/http-status';

/**
 * Status and usual text of the errors that the replica answers: MPS's own, with the statuses of the gateway that all
 * products of this style share.
 * https://www.alibabacloud.com/help/doc-detail/29254.htm, https://help.aliyun.com/document_detail/48054.html
 */
const kinds = {
  MissingParameter: [400, 'The parameter is needed but not provided.'],
  InvalidParameter: [400, 'The specified parameter is not valid.'],
  'InvalidParameter.Format': [400, 'Specified parameter format is not valid.'],
  'InvalidParameter.NumberFormatInvalid': [400, 'The specified parameter is not a number.'],
  'InvalidParameter.InvalidState': [400, 'The specified State is not valid.'],
  NoSuchVersion: [400, 'The specified API version does not exist.'],
  IncompleteSignature: [400, 'The request signature does not conform to Aliyun standards.'],
  SignatureDoesNotMatch: [400, 'Specified signature is not matched with our calculation.'],
  SignatureNonceUsed: [400, 'Specified signature nonce was used already.'],
  'InvalidTimeStamp.Format': [400, 'Specified time stamp or date value is not well formatted.'],
  'InvalidTimeStamp.Expired': [400, 'Specified time stamp or date value is expired.'],
  'InvalidSecurityToken.MismatchWithAccessKey': [400, 'Specified SecurityToken mismatch with the AccessKey.'],
  UnsupportedHTTPMethod: [403, 'This http method is not supported.'],
  'InvalidAccessKeyId.NotFound': [404, 'Specified access key is not found.'],
  'InvalidAction.NotFound': [404, 'Specified api is not found, please check your url and method.'],
  InternalError: [500, 'The request processing has failed due to some unknown error.'],
  ServiceUnavailable: [503, 'The request has failed due to a temporary failure of the server.'],
} as const satisfies Record<string, readonly [ContentfulStatusCode, string]>;

export type ReplicaCode = keyof typeof kinds;

/** A refusal in MPS's form: a code, a message and an HTTP status. */
export class ReplicaRefusal extends Error {
  override readonly name = 'ReplicaRefusal';
  readonly code: ReplicaCode;
  readonly status: ContentfulStatusCode;

  constructor(code: ReplicaCode, message: string = kinds[code][1]) {
    super(message);
    this.code = code;
    this.status = kinds[code][0];
  }
}

export const invalid = (message: string): ReplicaRefusal => new ReplicaRefusal('InvalidParameter', message);
