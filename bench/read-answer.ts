import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The one message of a child process that then ends; `who` it is, for the error where it ends without. */
export async function readAnswer<Answer>(child: ChildProcess, who: string): Promise<Answer> {
  // Not `exit`, which may come before the last message.
  const ended = once(child, 'close').then(([code, signal]) =>
    Promise.reject(new Error(`${who} ended without an answer (${signal ?? code})`)),
  );
  const [answer] = (await Promise.race([once(child, 'message'), ended])) as [Answer];
  await ended.catch(() => {});
  return answer;
}
