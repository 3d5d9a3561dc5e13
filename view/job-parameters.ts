import { z } from 'zod';
import type { JobFilter, JobPosition } from '#db/select-jobs.ts';
import { decodeCursor } from '#view/cursor.ts';
import { aLimit, aMoment, anyOf, oneOf, type Values } from '#view/parameters.ts';

const aCursor = {
  schema: z.string().transform((text, context): JobPosition => {
    const position = decodeCursor(text);
    if (position) return position;
    context.addIssue({ code: 'custom', message: 'not a cursor' });
    return z.NEVER;
  }),
  wants: 'the next_cursor of an earlier answer, unchanged',
} as const;

const include = {
  schema: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(z.enum(['raw']))),
  wants: 'raw',
} as const;

/** What narrows a list of jobs, on the API and on the page alike. */
export const filterParameters = {
  state: anyOf,
  pipeline: anyOf,
  code: anyOf,
  source: anyOf,
  id: anyOf,
  created_from: aMoment,
  created_to: aMoment,
} as const;

export const pageParameters = { ...filterParameters, cursor: aCursor } as const;
export const listParameters = { ...pageParameters, limit: aLimit, include } as const;
export const jobParameters = { source: oneOf, include } as const;
export const sourceParameter = { source: oneOf } as const;

/** The filter of a parsed query. */
export const toFilter = (values: Values<typeof filterParameters>): JobFilter => ({
  states: values.state,
  pipelines: values.pipeline,
  codes: values.code,
  sources: values.source,
  ids: values.id,
  createdFrom: values.created_from,
  createdTo: values.created_to,
});
