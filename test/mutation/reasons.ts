/** Why a change may stay unnoticed: what stood there, what it was changed to (where that matters), and the reason. */
export const reasons: readonly { file: string; original: string; replacement?: string; why: string }[] = [
  {
    file: 'core/alert-rules.ts',
    original: '!last',
    replacement: 'false',
    why: 'a last run that went well is no fatal code and leaves less than three failures in a row',
  },
  {
    file: 'core/call-rate.ts',
    original: 'seconds < 0.5',
    why: 'both parts of the curve meet there',
  },
  {
    file: 'core/variable-kinds.ts',
    original: 'words.filter(isRule)',
    why: 'only tells the compiler what the check before it made sure of',
  },
  {
    file: 'core/config.ts',
    original: 'error.issues[0]?.path',
    why: 'a refusal always has an issue; the question mark is for the compiler',
  },
  {
    file: 'core/config.ts',
    original: '[]',
    why: 'what stands in where nothing is required names no variable either way, and every issue has a path',
  },
  {
    file: 'core/distinct-jobs.ts',
    original: "typeof state === 'string'",
    replacement: 'true',
    why: 'what is no text ranks like a text that is not known',
  },
  {
    file: 'core/drift.ts',
    original: 'record?.text',
    why: 'a row differs from a record only where there is one',
  },
  {
    file: 'core/job.ts',
    original: String.raw`/:\d{2}(\.\d{1,6})?(Z|[+-](0\d|1[0-5]):\d{2})$/`,
    why: 'what was found to be a time before has nothing behind its offset',
  },
  {
    file: 'core/json.ts',
    original: '{\n    return undefined;\n  }',
    why: 'a function that ends without a word returns undefined too',
  },
  {
    file: 'core/moment.ts',
    original: 'until !== undefined',
    replacement: 'true',
    why: 'no number is beyond undefined; the check is for the compiler',
  },
  {
    file: 'core/pace.ts',
    original: '!first || !last',
    replacement: '!first && !last',
    why: 'samples have a first one if, and only if, they have a last one',
  },
  {
    file: 'core/plain-text.ts',
    original: "'en-US'",
    why: 'it is read when the module is loaded, and then no test file loads that needs it',
  },
  {
    file: 'core/range.ts',
    original: 'part.to <= range.from',
    why: 'a part that only touches a range cuts nothing off it: the piece on that side is empty and dropped',
  },
  {
    file: 'core/range.ts',
    original: 'part.from >= range.to',
    why: 'the same at the other end',
  },
  {
    file: 'core/sources.ts',
    original: 'accessKeyId === undefined || accessKeySecret === undefined',
    why: 'the configuration was refused if it names only one of the two',
  },
  {
    file: 'core/sources.ts',
    original: 'accessKeyId === undefined',
    why: 'the same: the other half of the check answers for both',
  },
  {
    file: 'core/sources.ts',
    original: 'accessKeySecret === undefined',
    why: 'the same: the other half of the check answers for both',
  },
  {
    file: 'core/timer-payload.ts',
    original: "''",
    why: 'any text that is no JSON asks for nothing, as no text does',
  },
  {
    file: 'core/walk.ts',
    original: 'walk.restartedAt !== undefined',
    why: 'nothing is at or after undefined; the check is for the compiler',
  },
];
