import * as z from 'zod';
import { alertRules } from '#core/alert-notification.ts';
import { count, listOf, named, text, time } from '#view/schemas/registry.ts';

export const alertStatuses = ['pending', 'firing', 'resolved'] as const;

const alert = named(
  'Alert',
  'What is told of together: the failures of one source, pipeline and code, or a condition of the sync.',
  z.object({
    id: z.int(),
    rule: z.enum(alertRules),
    source: z.string(),
    pipeline_id: text,
    code: text,
    status: z.enum(alertStatuses).meta({ description: '`pending` waits for more of its kind before it is told of.' }),
    again: z.boolean().meta({ description: 'It was resolved before and fires again.' }),
    starts_at: time,
    ends_at: time.nullable(),
    active_at: time.meta({ description: 'When its cause was last seen.' }),
    notified_at: time.nullable(),
    notifications: count,
    jobs_total: count.meta({ description: 'Jobs since it began.' }),
    detail: z.string(),
    examples: z.array(z.object({ job_id: z.string(), creation_time: time, input_object: text, message: text })),
    silence_id: z.int().nullable().meta({ description: 'The silence that keeps it quiet now.' }),
  }),
);
export type AlertJson = z.input<typeof alert>;
export const alertList = named('AlertList', 'Alerts, the latest to appear first.', listOf('alerts', alert));
