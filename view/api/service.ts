import { selectNothing } from '#db/select-health.ts';
import { defineRoute } from '#view/api/route.ts';
import { readMetrics } from '#view/metrics.ts';
import { status } from '#view/schemas/problem.ts';

const metrics = defineRoute({
  path: '/metrics',
  operationId: 'getMetrics',
  tag: 'Service',
  summary: 'Freshness, gaps, jobs and runs for Prometheus',
  query: {},
  answer: { types: ['text/plain'], description: 'The text format of Prometheus, version 0.0.4.' },
  async handle({ view }) {
    return new Response(await readMetrics(view), {
      headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' },
    });
  },
});

const livez = defineRoute({
  path: '/livez',
  operationId: 'isAlive',
  tag: 'Service',
  summary: 'Whether the process answers',
  query: {},
  isOpen: true,
  answer: { json: status, description: 'It does.' },
  handle: async () => ({ status: 'ok' as const }),
});

const readyz = defineRoute({
  path: '/readyz',
  operationId: 'isReady',
  tag: 'Service',
  summary: 'Whether the database answers, with a schema that the view can read',
  query: {},
  answer: { json: status, description: 'It does.' },
  async handle({ view: { database } }) {
    await selectNothing(database);
    return { status: 'ok' as const };
  },
});

export const serviceRoutes = [metrics, livez, readyz];
