/**
 * Closes what was opened when the process is told to end (Ctrl-C, SIGTERM), and ends it then. Returns `close` as something that
 * can be called again: it does its work once, and everybody waits for that.
 */
export function closeOnSignal(close: () => Promise<unknown>): () => Promise<unknown> {
  let closing: Promise<unknown> | undefined;
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void closeOnce().finally(() => process.exit(1)));
  }
  return closeOnce;
}
