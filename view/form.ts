import type { Context } from 'hono';
import { badParameter, RefusalError } from '#view/problem.ts';

/**
 * The fields of a form that was sent: of a field that came twice the last, and none where the body is of another type.
 * Throws a refusal for a body that is not what its type says, such as half of one.
 */
export async function readForm({ req }: Context): Promise<Record<string, unknown>> {
  try {
    return await req.parseBody();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new RefusalError(badParameter('The form cannot be read: its body is not of the type that it says it is.'));
  }
}
