export { type CustomServerOptions, createCustomServer } from './custom-server.ts';
export type { Handler, HandlerOptions } from './handler.ts';
export { createHttpHandler } from './http.ts';
export type { HttpResult } from './http-result.ts';
export type { Credentials, Invocation } from './invocation.ts';
export { createLifecycleHook, type LifecycleHook, type LifecycleHookOptions } from './lifecycle.ts';
export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export { createTimerHandler, type TimerEvent } from './timer.ts';
