import { runAsCall, toCallFields } from './current-call.ts';
import { type HandlerOptions, reportErrors } from './handler.ts';
import { createInvocation, type Invocation } from './invocation.ts';

/** What Function Compute loads by name as an instance's initializer or preStop hook. */
export type LifecycleHook = (context: unknown) => Promise<void>;

/** What {@link createLifecycleHook} takes. */
export interface LifecycleHookOptions extends HandlerOptions {
  /**
   * The time limit configured for the hook, which the context does not tell: up to 300 seconds for the initializer
   * and 90 for preStop. Default 3, which is what the fc3 component configures when asked for nothing else.
   */
  timeoutSeconds?: number | undefined;
}

/**
 * A hook for the start (initializer) or the end (preStop) of a Function Compute instance
 * (https://www.alibabacloud.com/help/en/functioncompute/fc/lifecycle-hooks-for-function-instances). The platform repeats
 * an initializer that threw until it succeeds once: `run` has to bear that. An error is logged and thrown on, without
 * secrets. Lambda has no such hooks.
 */
export function createLifecycleHook(
  run: (invocation: Invocation) => void | Promise<void>,
  options: LifecycleHookOptions = {},
): LifecycleHook {
  return async (context) => {
    const invocation = createInvocation(context, options, options.timeoutSeconds ?? 3);
    await runAsCall(toCallFields(invocation), () =>
      reportErrors(invocation, {}, 'lifecycle_hook_failed', () => run(invocation)),
    );
  };
}
