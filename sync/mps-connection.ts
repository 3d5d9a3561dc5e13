import type { Clock } from '#core/clock.ts';
import type { Config } from '#core/config.ts';
import type { Log } from '#core/log.ts';
import { createMpsClient, type MpsClient, toEndpoint } from '#mps/client.ts';
import type { CredentialSource } from '#mps/credentials.ts';
import { createPace } from '#mps/pace.ts';
import { createTransport } from '#mps/transport.ts';

export interface MpsConnection {
  /** A client for one run: the signal ends its waits, and its counts are the run's. */
  connect(signal: AbortSignal): MpsClient;
  close(): Promise<void>;
}

/** The keep-alive connections to the configured endpoint, shared by the runs of a process. */
export function createMpsConnection(options: {
  config: Pick<Config, 'MPS_ENDPOINT' | 'MPS_REGION' | 'MPS_QPS'>;
  credentials: CredentialSource;
  clock: Clock;
  log: Log;
}): MpsConnection {
  const { config, credentials, clock, log } = options;
  const { origin, host } = toEndpoint(config.MPS_REGION, config.MPS_ENDPOINT);
  const transport = createTransport({ origin });
  return {
    connect: (signal) =>
      createMpsClient({ transport, host, credentials, pace: createPace(config.MPS_QPS, signal), clock, signal, log }),
    close: () => transport.close(),
  };
}
