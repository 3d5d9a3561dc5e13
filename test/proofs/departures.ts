import { subscribe } from 'node:diagnostics_channel';

/**
 * Tells when each request of this process to an origin leaves, in epoch ms. Only the sender knows: on its way a request may wait behind
 * others, and arrive with those that came after it.
 */
export function watchDepartures(origin: string, onDeparture: (at: number) => void): void {
  subscribe('undici:client:sendHeaders', (message) => {
    const { request } = message as { readonly request: { readonly origin: string | URL } };
    if (new URL(request.origin).origin === origin) onDeparture(performance.timeOrigin + performance.now());
  });
}
