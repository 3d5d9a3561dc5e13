import * as z from 'zod';
import { parseJson } from '#core/json.ts';
import { hostOrUrl, moment, region } from '#core/variable-kinds.ts';

const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/);

/** One entry of `MPS_SOURCES`. What it leaves out comes from the other variables. */
const sourceEntry = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/),
    region: region.optional(),
    endpoint: hostOrUrl.optional(),
    pipelineId: z
      .string()
      .regex(/^[^\s,\0\p{Cs}]{1,128}$/u)
      .optional(),
    account: z
      .string()
      .regex(/^[^\0\p{Cs}]{1,128}$/u)
      .optional(),
    accessKeyIdVariable: variableName.optional(),
    accessKeySecretVariable: variableName.optional(),
    securityTokenVariable: variableName.optional(),
    qps: z.int().min(1).max(100_000).optional(),
    since: moment.optional(),
  })
  .refine((entry) => (entry.accessKeyIdVariable === undefined) === (entry.accessKeySecretVariable === undefined), {
    path: ['accessKeySecretVariable'],
  })
  .refine((entry) => entry.securityTokenVariable === undefined || entry.accessKeyIdVariable !== undefined, {
    path: ['securityTokenVariable'],
  });

export type SourceEntry = z.output<typeof sourceEntry>;

/** `MPS_SOURCES`: JSON text of at least one source, with names that differ. */
export const sourceList = z
  .string()
  .transform(parseJson)
  .pipe(
    z
      .array(sourceEntry)
      .min(1)
      .refine((entries) => new Set(entries.map(({ name }) => name)).size === entries.length),
  );
