/** Who a call says it comes from, and how to check it. Both signature versions come down to this. */
export interface Claim {
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  /** ISO 8601, as sent. */
  readonly timestamp: string;
  readonly nonce: string;
  readonly signature: string;
  /** What had to be signed. */
  readonly stringToSign: string;
  /** The signature that the owner of this secret would have made. */
  sign(secret: string): string;
}
