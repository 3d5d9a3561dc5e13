import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { alertRules } from '#core/alert-notification.ts';
import { reviveDeliveries } from '#db/alert-delivery.ts';
import { expireSilence, insertSilence } from '#db/alert-silence.ts';
import type { Database } from '#db/client.ts';
import {
  selectAlertChannels,
  selectAlertGroups,
  selectDeliveries,
  selectSilences,
  selectSuppressed,
} from '#db/select-alerts.ts';
import type { ViewContext } from '#view/context.ts';
import { readForm } from '#view/form.ts';
import { AlertsPage } from '#view/pages/alerts-page.tsx';
import { toDocument } from '#view/pages/document.ts';
import { readFrame } from '#view/pages/frame.ts';
import { silenceHours } from '#view/pages/new-silence-form.tsx';
import { oneOf, oneOfThese, parseParameters } from '#view/parameters.ts';
import { badParameter, RefusalError } from '#view/problem.ts';
import { toQuery } from '#view/query.ts';
import { requireSameOrigin } from '#view/same-origin.ts';

const path = '/alerts';
const most = { open: 200, ended: 50, silences: 100, dead: 100, deliveries: 50 } as const;

/** What the form for a new silence is filled with. */
const formParameters = {
  rule: oneOfThese(alertRules, 'The rule to be silenced.'),
  source: oneOf('The source.'),
  pipeline: oneOf('The pipeline.'),
  code: oneOf('The error code.'),
} as const;

/**
 * The page of alerts, and its forms where there is a database to write to. Whatever is read comes from the view's own
 * database, which may be a hot standby; so what was just written may take a moment to show there.
 */
export function createAlertRoutes(view: ViewContext): Hono {
  const app = new Hono().get(path, (request) => answerAlerts(request, view));
  const { writer } = view;
  if (writer === undefined) return app;
  app.post(`${path}/silences`, requireSameOrigin, async (request) => {
    await createSilence(writer, await readForm(request), view.now());
    return request.redirect(path, 303);
  });
  app.post(`${path}/silences/:id{\\d{1,15}}/end`, requireSameOrigin, async (request) => {
    await expireSilence(writer, { id: Number(request.req.param('id')), now: view.now() });
    return request.redirect(path, 303);
  });
  app.post(`${path}/deliveries/:id/retry`, requireSameOrigin, async (request) => {
    const id = request.req.param('id');
    if (!id.includes('\0')) await reviveDeliveries(writer, { id, now: view.now() });
    return request.redirect(path, 303);
  });
  return app;
}

async function answerAlerts(request: Context, view: ViewContext) {
  const values = parseParameters(formParameters, toQuery(request));
  const { database, now } = view;
  const [frame, open, ended, silences, dead, deliveries, channels, suppressed] = await Promise.all([
    readFrame(view),
    selectAlertGroups(database, { open: true, limit: most.open }),
    selectAlertGroups(database, { open: false, limit: most.ended }),
    selectSilences(database, { endsAfter: now(), limit: most.silences }),
    selectDeliveries(database, { status: 'dead', limit: most.dead }),
    selectDeliveries(database, { limit: most.deliveries }),
    selectAlertChannels(database),
    selectSuppressed(database),
  ]);
  const canWrite = view.writer !== undefined;
  const found = { frame, open, ended, silences, dead, deliveries, channels, suppressed };
  return request.html(toDocument(<AlertsPage {...{ ...found, values, canWrite }} />));
}

const pattern = z
  .string()
  .trim()
  .max(1_000)
  .regex(/^[^\0]*$/u)
  .optional()
  .transform((text) => text || null);

/** What somebody says of a silence; it is read by people only. */
const words = (max: number) =>
  z
    .string()
    .trim()
    .regex(/^[^\0]+$/u)
    .max(max);

const silenceForm = z.object({
  rule: pattern.pipe(z.enum(alertRules).nullable()),
  source: pattern,
  pipeline: pattern,
  code: pattern,
  hours: z.enum(silenceHours).transform(Number),
  reason: words(500),
  author: words(100),
});

async function createSilence(writer: Database, form: Record<string, unknown>, now: number): Promise<void> {
  const read = silenceForm.safeParse(form);
  if (!read.success) throw new RefusalError(badSilence(read.error));
  const { rule, source, pipeline, code, hours, reason, author } = read.data;
  const matcher = { rule, source, pipelineId: pipeline, code };
  await insertSilence(writer, { ...matcher, reason, author, now, endsAt: now + hours * 3_600 });
}

const badSilence = (error: z.ZodError) =>
  badParameter(
    `A silence wants a reason, a name and a time; not good: ${[...new Set(error.issues.map(({ path: [name] }) => String(name)))].join(', ')}.`,
  );
