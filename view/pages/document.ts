import { html } from 'hono/html';

/** A page's elements as a whole document. */
export const toDocument = (page: unknown) => html`<!doctype html>
${page}`;
