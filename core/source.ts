/** One list of jobs to keep a copy of: an account's jobs in a region, or one of its pipelines. */
export interface Source {
  /** Names the source's rows, its lease and its coverage. */
  readonly name: string;
  /** MPS there. */
  readonly endpoint: URL;
  readonly pipelineId?: string | undefined;
  /** Sources of one account share its calls. */
  readonly account: string;
  /** Environment variables that hold the access key; `undefined` is the platform's role, else the usual ones. */
  readonly credentialVariables?: CredentialVariables | undefined;
  /** Calls a second that the account grants, all its callers together. */
  readonly callsPerSecond: number;
  /** Share of these that history may use. */
  readonly historyShare: number;
  /** Jobs asked for per call, 1 to 300. */
  readonly pageSize: number;
  /** Epoch seconds; `undefined` is 90 days before the first run. */
  readonly since: number | undefined;
  readonly lookbackSeconds: number;
  readonly settleSeconds: number;
  /** Whole months to keep besides the present one; `undefined` keeps everything. */
  readonly retentionMonths?: number | undefined;
}

/** Names of variables, never their values. */
export interface CredentialVariables {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
}

/** MPS documents no retention for snapshot jobs; its transcoding list keeps 90 days. */
export const defaultHistorySeconds = 90 * 24 * 3600;
