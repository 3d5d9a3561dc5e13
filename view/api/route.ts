import type { Context, Hono } from 'hono';
import type * as z from 'zod';
import type { ViewContext } from '#view/context.ts';
import { type Parameters, parseParameters, type Values } from '#view/parameters.ts';
import { toQuery } from '#view/query.ts';

/** Refusals that a route may answer beyond those every route may (`400`, `401`, `403`, `429`, `503`). */
type ExtraStatus = 404;

/** What a handler gets: the query, read; and the request, for what the query does not say. */
interface Asked<Query extends Parameters> {
  readonly values: Values<Query>;
  readonly query: URLSearchParams;
  readonly request: Context;
  readonly view: ViewContext;
}

/** A body in JSON, which a schema vouches for, or in one of several other media types. */
type Answer<Body extends z.ZodType> =
  | { readonly json: Body; readonly description: string }
  | { readonly types: readonly string[]; readonly description: string };

/** One route of the API. What it says of itself checks its requests and writes the OpenAPI document. */
export interface ApiRoute<Query extends Parameters = Parameters, Body extends z.ZodType = z.ZodType> {
  /** With parameters as in OpenAPI: `/v1/jobs/{id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: 'Jobs' | 'Statistics' | 'Sync' | 'Alerts' | 'Service';
  readonly summary: string;
  readonly description?: string;
  readonly query: Query;
  readonly answer: Answer<Body>;
  readonly refuses?: readonly ExtraStatus[];
  /** Whether it answers without a token. */
  readonly isOpen?: boolean;
  /** The body, or a whole response where the answer is not JSON. */
  readonly handle: (asked: Asked<Query>) => Promise<z.input<Body> | Response>;
}

/** Infers the types of a route from its schemas. */
export function defineRoute<Query extends Parameters, Body extends z.ZodType>(route: ApiRoute<Query, Body>): ApiRoute {
  return route as unknown as ApiRoute;
}

/** Puts routes into an app. */
export function mountRoutes(app: Hono, routes: readonly ApiRoute[], view: ViewContext): void {
  for (const route of routes) {
    app.get(route.path.replace(/\{(\w+)\}/g, ':$1'), async (request) => {
      const query = toQuery(request);
      const values = parseParameters(route.query, query);
      const answer: unknown = await route.handle({ values, query, request, view });
      return answer instanceof Response ? answer : request.json(answer);
    });
  }
}
