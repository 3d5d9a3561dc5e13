const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Closes what was opened when the process is told to end (Ctrl-C, SIGTERM), and ends it then. Returns `close` as something that
 * can be called again: it does its work once, and everybody waits for that.
 */
export function closeOnSignal(close: () => Promise<unknown>): () => Promise<unknown> {
  let closing: Promise<unknown> | undefined;
  const closeOnce = () => {
    closing ??= close().finally(() => {
      for (const signal of signals) process.off(signal, end);
    });
    return closing;
  };
  const end = () => {
    // What breaks because its server is being taken away is no news, and must not end the process before all is closed.
    process.on('uncaughtException', () => {});
    void closeOnce().finally(() => process.exit(1));
  };
  for (const signal of signals) process.once(signal, end);
  return closeOnce;
}
