import type { Sender } from '#alerts/send.ts';
import type { Log } from '#core/log.ts';

/**
 * Tells a dead-man service that a round went well. That it cannot be reached is logged and no more: the service itself
 * raises the alarm then.
 */
export async function sendHeartbeat(
  sender: Sender,
  { url, signal, log }: { url: string | undefined; signal: AbortSignal; log: Log },
): Promise<void> {
  if (url === undefined) return;
  const result = await sender.post({ url, headers: {}, text: '{}', signal });
  if (result.status !== null && result.status < 300) return;
  const answer = result.status === null ? result.reason : `HTTP ${result.status}`;
  log.warn({ answer }, 'alert_heartbeat_failed');
}
