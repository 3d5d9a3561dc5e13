import { AppError } from '#core/errors.ts';
import { parseMoment } from '#core/moment.ts';
import type { JobFilter } from '#db/job-filter.ts';
import { toFilter } from '#view/job-parameters.ts';

/** What `mps-sync jobs` is told, as commander reads it. */
export interface JobOptions {
  readonly state?: string;
  readonly pipeline?: string;
  readonly code?: string;
  readonly source?: string;
  readonly input?: string;
  readonly output?: string;
  readonly userData?: string;
  readonly createdFrom?: string;
  readonly createdTo?: string;
  readonly changedFrom?: string;
  readonly changedTo?: string;
}

/** The options as the filter that the API has: the same names mean the same. Throws `usage`. */
export function toJobFilter(options: JobOptions): JobFilter {
  return toFilter({
    state: toList('--state', options.state),
    pipeline: toList('--pipeline', options.pipeline),
    code: toList('--code', options.code),
    source: toList('--source', options.source),
    input: toList('--input', options.input),
    output: toList('--output', options.output),
    user_data: toList('--user-data', options.userData),
    created_from: toMoment('--created-from', options.createdFrom),
    created_to: toMoment('--created-to', options.createdTo),
    changed_from: toMoment('--changed-from', options.changedFrom),
    changed_to: toMoment('--changed-to', options.changedTo),
  });
}

/** An empty value is refused: a filter that a script left empty must not turn into "all". */
function toList(option: string, text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  const words = text.split(',').map((word) => word.trim());
  if (words.every((word) => word !== '' && !word.includes('\0'))) return words;
  throw new AppError('usage', `${option} must be one or more values separated by commas`);
}

const toMoment = (option: string, text: string | undefined): number | undefined =>
  text === undefined ? undefined : parseMoment(option, text);
