import type { Context } from 'hono';

/** The query of a request's address, repeated parameters included. */
export const toQuery = ({ req }: Context): URLSearchParams => new URL(req.url).searchParams;
