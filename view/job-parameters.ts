import type { JobFilter, TextMatch } from '#db/job-filter.ts';
import { aCursor, aLimit, aMoment, anyOf, anyText, oneOf, someOf, type Values } from '#view/parameters.ts';

const matching =
  ' Whole, commas included, or its beginning followed by `*`: beginnings are looked for among the jobs that the other filters leave, some thousand a page, so give a time too.';

/** What narrows a list of jobs, on the API and on the page alike. */
export const filterParameters = {
  state: anyOf('Jobs in one of these states: `Submitted`, `Snapshoting`, `Success`, `Fail`, or whatever MPS may add.'),
  pipeline: anyOf('Jobs of one of these pipelines, by id.'),
  code: anyOf('Jobs with one of these error codes.'),
  source: anyOf('Jobs of one of these sources.'),
  without: someOf(
    ['state', 'pipeline', 'code'],
    'Jobs that have no state, no pipeline or no error code: MPS sent none.',
  ),
  id: anyOf('These jobs.'),
  created_from: aMoment('Jobs created at this time or later.'),
  created_to: aMoment('Jobs created before this time.'),
  changed_from: aMoment('Jobs whose last change was seen at this time or later.'),
  changed_to: aMoment('Jobs whose last change was seen before this time.'),
  input: anyText(`Jobs with one of these input objects, URL-encoded as MPS stores it, or plain.${matching}`),
  output: anyText(`Jobs with one of these output objects, URL-encoded as MPS stores it, or plain.${matching}`),
  user_data: anyText(`Jobs with one of these user data.${matching}`),
} as const;

const include = someOf(['raw'], 'Add `raw`: the record exactly as MPS sent it.');

export const pageParameters = { ...filterParameters, cursor: aCursor } as const;
export const listParameters = {
  ...pageParameters,
  limit: aLimit(1000, 'Jobs in one answer; 100 unless given.'),
  include,
} as const;
export const sourceParameter = {
  source: oneOf('The source of the job, where several have one of this id. Default: the first by name.'),
} as const;
export const jobParameters = { ...sourceParameter, include } as const;

/** The filter of a parsed query. */
export const toFilter = (values: Values<typeof filterParameters>): JobFilter => ({
  states: toKeys(values.state, values.without?.includes('state')),
  pipelines: toKeys(values.pipeline, values.without?.includes('pipeline')),
  codes: toKeys(values.code, values.without?.includes('code')),
  sources: values.source,
  ids: values.id,
  createdFrom: values.created_from,
  createdTo: values.created_to,
  changedFrom: values.changed_from,
  changedTo: values.changed_to,
  inputs: values.input && toMatch(values.input.flatMap(toSpellings)),
  outputs: values.output && toMatch(values.output.flatMap(toSpellings)),
  userData: values.user_data && toMatch(values.user_data),
});

/** No job has one of these values and none. */
const toKeys = (values: readonly string[] | undefined, isWithout = false): readonly string[] | undefined =>
  isWithout ? (values === undefined ? [''] : []) : values;

function toMatch(texts: readonly string[]): TextMatch {
  const beginnings = texts.filter((text) => text.endsWith('*')).map((text) => text.slice(0, -1));
  return { whole: texts.filter((text) => !text.endsWith('*')), beginnings };
}

/** MPS keeps object names URL-encoded; people have them plain. A lone surrogate cannot be encoded and is in no name. */
function toSpellings(text: string): string[] {
  const [, name = '', star = ''] = /^(.*?)(\*?)$/su.exec(text) ?? [];
  const encoded = `${encodeURIComponent(name.toWellFormed())}${star}`;
  return encoded === text ? [text] : [text, encoded];
}
