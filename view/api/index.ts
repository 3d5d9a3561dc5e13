import { alertRoutes } from '#view/api/alerts.ts';
import { exportRoutes } from '#view/api/export.ts';
import { jobRoutes } from '#view/api/jobs.ts';
import { defineRoute } from '#view/api/route.ts';
import { serviceRoutes } from '#view/api/service.ts';
import { statisticsRoutes } from '#view/api/statistics.ts';
import { syncRoutes } from '#view/api/sync.ts';
import { createOpenApi, type OpenApi } from '#view/openapi.ts';

let document: OpenApi | undefined;

/** The OpenAPI document of this API. Made when it is first asked for: a cold start has other things to do. */
export function getOpenApi(): OpenApi {
  document ??= createOpenApi(apiRoutes);
  return document;
}

const openApi = defineRoute({
  path: '/openapi.json',
  operationId: 'getOpenApi',
  tag: 'Service',
  summary: 'This document',
  query: {},
  answer: { types: ['application/json'], description: 'An OpenAPI 3.1 document.' },
  handle: async () => Response.json(getOpenApi()),
});

/** Every route of the API. */
export const apiRoutes = [
  ...jobRoutes,
  ...exportRoutes,
  ...statisticsRoutes,
  ...syncRoutes,
  ...alertRoutes,
  openApi,
  ...serviceRoutes,
];
