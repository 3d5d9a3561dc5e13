/** What a code of MPS means, and what to do about it. Both are whole sentences. */
export interface FailureMeaning {
  readonly meaning: string;
  readonly remedy: string;
}

/**
 * MPS publishes its codes without their meaning for snapshots; the words here are ours, after its list of codes, its
 * snapshot questions and its notification examples.
 * Sources: https://www.alibabacloud.com/help/doc-detail/29254.htm,
 * https://www.alibabacloud.com/help/en/mps/support/faq-about-taking-snapshots and
 * https://help.aliyun.com/zh/mps/receive-notifications
 */
const codes: Readonly<Record<string, FailureMeaning>> = {
  SnapshotTimeOut: {
    meaning: 'A snapshot taken synchronously was not ready within its five seconds.',
    remedy: 'Submit such jobs with Interval or Num, so that they run asynchronously.',
  },
  InternalError: {
    meaning: 'MPS failed for a reason of its own.',
    remedy: 'Submit the job again; if it keeps failing, open a ticket with the job id.',
  },
  Throttling: {
    meaning: 'The account called MPS too often.',
    remedy: 'Spread submissions out, or ask for a higher quota.',
  },
  'InvalidIdentity.ServiceDisabled': {
    meaning: 'MPS is not enabled for the account, or was stopped for unpaid bills.',
    remedy: 'Enable the service or settle the bill.',
  },
  InvalidParameter: {
    meaning: 'A parameter of the job is wrong.',
    remedy: 'Compare the job’s configuration with what its message names.',
  },
  'InvalidParameter.NullValue': {
    meaning: 'A parameter that the job needs is missing.',
    remedy: 'Add what the message names.',
  },
  'InvalidParameter.EmptyValue': {
    meaning: 'A parameter that the job needs is empty.',
    remedy: 'Fill in what the message names.',
  },
  'InvalidParameter.InvalidState': {
    meaning: 'A resource that the job uses is in a state that does not allow it, such as a paused pipeline.',
    remedy: 'Check the state of the pipeline and the media.',
  },
  'InvalidParameter.NotSupported': {
    meaning: 'The job asks for something that MPS does not support.',
    remedy: 'Compare the snapshot configuration with the documentation.',
  },
  'InvalidParameter.OutOfRange': {
    meaning: 'A value of the configuration, often the time of the snapshot, is beyond what the input allows.',
    remedy: 'Ask for a time within the duration of the video and sizes within the limits.',
  },
  'InvalidParameter.TimeArray': {
    meaning: 'A time point lies beyond the end of the video.',
    remedy: 'Ask only for time points within the duration of the video.',
  },
  'InvalidParameter.ResourceNotFound': {
    meaning: 'The input file, or another resource that the job names, does not exist.',
    remedy: 'Check bucket, region and object name (URL-encoded), and that the upload had ended.',
  },
  'InvalidParameter.ResourceContentBad': {
    meaning: 'The input file cannot be read as a video: damaged, cut short, or of another kind.',
    remedy: 'Play the file; upload or encode it again.',
  },
  'InvalidParameter.ResourceNotSupported': {
    meaning: 'The input has a format or a codec that MPS does not read.',
    remedy: 'Encode it in a supported format first.',
  },
  'InvalidParameter.UUIDFormatInvalid': {
    meaning: 'An id, often that of the pipeline, is not 32 characters of a-f and 0-9.',
    remedy: 'Correct the id in whatever submits the jobs.',
  },
  'InvalidParameter.Format': {
    meaning: 'A parameter has the wrong form.',
    remedy: 'Correct what the message names.',
  },
  'InvalidParameter.NumberFormatInvalid': {
    meaning: 'A parameter that must be a number is none.',
    remedy: 'Correct what the message names.',
  },
  'InvalidParameter.JsonFormatInvalid': {
    meaning: 'A parameter that must be JSON is none.',
    remedy: 'Check how the submitting program builds its JSON.',
  },
  'PermissionDenied.ResourceAccess': {
    meaning: 'MPS may not read the input or write the output.',
    remedy: 'Check the bucket’s policy and the role AliyunMTSDefaultRole.',
  },
  'PermissionDenied.ResourceQuotaExceed': {
    meaning: 'A quota of the account is used up.',
    remedy: 'Ask for a higher quota, or remove what is no longer needed.',
  },
};

/** Where a code is not listed, the longest part of it that is says at least as much: `Throttling` of `Throttling.User`. */
const families = Object.keys(codes).toSorted((a, b) => b.length - a.length);

const unnamed: FailureMeaning = {
  meaning: 'MPS gave no code.',
  remedy: 'Read the message of the job.',
};
const unknown: FailureMeaning = {
  meaning: 'A code that MPS does not document for snapshots.',
  remedy: 'Read the message of the job.',
};

/** MPS's meaning of a failure code, `null` being a job without one; never missing. */
export function toFailureMeaning(code: string | null): FailureMeaning {
  if (code === null) return unnamed;
  const family = families.find((each) => code === each || code.startsWith(`${each}.`));
  return (family && codes[family]) || unknown;
}
