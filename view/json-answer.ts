import { createHash } from 'node:crypto';

/**
 * An answer that is JSON already, with a tag by its content. For large ones: the middleware that tags whatever has no tag yet reads
 * the whole answer a second time, and has another thread digest it.
 */
export function answerJson(text: string): Response {
  const digest = createHash('sha1').update(text).digest('hex');
  return new Response(text, { headers: { 'Content-Type': 'application/json', ETag: `W/"${digest}"` } });
}
