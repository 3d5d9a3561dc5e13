import * as z from 'zod';
import { named } from '#view/schemas/registry.ts';

export const problem = named(
  'Problem',
  'A problem document (RFC 9457). `code` is stable; `detail` is for people.',
  z.object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
  }),
);

export const status = named('Status', 'All is well.', z.object({ status: z.literal('ok') }));
