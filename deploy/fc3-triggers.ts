import * as z from 'zod';

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]{0,127}$/);

/** `@every 4m`, in whole minutes or hours. */
const every = /^@every [1-9]\d*[mh]$/;

/** Seconds, minutes, hours, day, month, weekday; the seconds are one number. UTC unless a time zone is named. */
const cron = /^(CRON_TZ=\S+ )?[0-5]?\d( [\d,*/?-]+){2} [\d,*/?-]+ [\dA-Z,*/?-]+ [\dA-Z,*?-]+$/;

/** https://help.aliyun.com/document_detail/2513615.html. The payload may be as long as that of an asynchronous call. */
export const timerTrigger = z.strictObject({
  triggerName: name,
  triggerType: z.literal('timer'),
  triggerConfig: z.strictObject({
    cronExpression: z.union([z.string().regex(every), z.string().regex(cron)]),
    enable: z.boolean(),
    payload: z.string().max(131_072).optional(),
  }),
});

/** Signed and JWT access are the platform's own; this project checks its own tokens behind `anonymous`. */
export const httpTrigger = z.strictObject({
  triggerName: name,
  triggerType: z.literal('http'),
  triggerConfig: z.strictObject({
    authType: z.enum(['anonymous', 'function']),
    disableURLInternet: z.boolean(),
    methods: z.array(z.enum(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', 'OPTIONS'])).min(1),
  }),
});
