import { createHttpHandler, createLifecycleHook, createLogger } from '@fc2/runtime';
import { carriers } from '#view/context.ts';
import { type OpenView, openView } from '#view/open-view.ts';

const log = createLogger();
let view: OpenView | undefined;

/** One connection: the platform hands an instance one request at a time. */
function ensureView(): OpenView {
  view ??= openView({ env: process.env, connections: 1, log });
  return view;
}

/** The HTTP function. Its connection outlives a call; the view's reads notice when a frozen one died, and connect anew. */
export const handler = createHttpHandler(
  (request, { platform }) => ensureView().app.fetch(request, carriers[platform]),
  { log },
);

/** Opens the view before the first request, which would else wait for it. */
export const initialize = createLifecycleHook(() => void ensureView(), { log, timeoutSeconds: 10 });

export const preStop = createLifecycleHook(async () => {
  const open = view;
  view = undefined;
  await open?.close();
});
