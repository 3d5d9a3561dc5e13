import { Hono } from 'hono';
import { selectNothing } from '#db/select-health.ts';
import type { ViewContext } from '#view/context.ts';

/** `/livez`: the process answers. `/readyz`: and so does the database, with a schema that the view can read. */
export function createProbeRoutes({ database }: ViewContext): Hono {
  return new Hono()
    .get('/livez', (context) => context.json({ status: 'ok' }))
    .get('/readyz', async (context) => {
      await selectNothing(database);
      return context.json({ status: 'ok' });
    });
}
