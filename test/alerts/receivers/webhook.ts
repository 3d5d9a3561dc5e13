import { Webhook } from 'standardwebhooks';
import type { Received, Reply } from '#scripts/receiver.ts';

/** A receiver that checks with the official verifier, times included. */
export function createWebhookReceiver(secret: string) {
  return ({ headers, text }: Received): Reply => {
    try {
      new Webhook(secret).verify(text, { ...headers });
      return { status: 204 };
    } catch (error) {
      return { status: 401, text: String(error) };
    }
  };
}
