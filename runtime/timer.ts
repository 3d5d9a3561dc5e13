import { runAsCall, toCallFields } from './current-call.ts';
import { decodeEvent, describeEvent } from './event.ts';
import { type Handler, type HandlerOptions, reportErrors } from './handler.ts';
import { isHttpEvent } from './http-event.ts';
import { createInvocation, type Invocation } from './invocation.ts';
import { toPlainJson } from './plain-json.ts';
import { asRecord, asText } from './record.ts';

/** One tick of a schedule, or a call by hand. */
export interface TimerEvent {
  /** The trigger's or the schedule's name; `manual` for any other event. */
  triggerName: string;
  /** When the trigger fired: it may be a little after the time that was scheduled. */
  triggerTime: Date | undefined;
  /** The text configured on the trigger, as it is, never parsed; undefined where it is empty. */
  payload: string | undefined;
}

type Run = (event: TimerEvent, invocation: Invocation) => Promise<unknown>;

/**
 * A handler for timers. Accepts Function Compute's timer event, EventBridge's scheduled event, and anything else that
 * is JSON (a schedule with an input of its own, an invocation by hand) as trigger `manual` with the JSON text for
 * payload. An HTTP request is refused: whoever may call a URL does not thereby choose what a timer does.
 *
 * The result is `run`'s, as plain JSON. Its error is logged once and thrown on without secrets; the platform then
 * retries the call. Ticks come at least once and may overlap: `run` has to bear both.
 */
export function createTimerHandler(run: Run, options: HandlerOptions = {}): Handler {
  return async (event, context) => {
    const invocation = createInvocation(context, options);
    return runAsCall(toCallFields(invocation), () => answerTick(run, event, invocation));
  };
}

async function answerTick(run: Run, event: unknown, invocation: Invocation): Promise<unknown> {
  const { retryCount } = invocation;
  const tick = await reportErrors(invocation, { retryCount }, 'timer_event_refused', () => toTimerEvent(event));
  const fields = { retryCount, triggerName: tick.triggerName };
  return reportErrors(invocation, fields, 'timer_handler_failed', async () => toPlainJson(await run(tick, invocation)));
}

/** Reads a timer's event, of whichever platform. Throws a TypeError when it is not JSON, or an HTTP request. */
function toTimerEvent(event: unknown): TimerEvent {
  const { value, text } = decodeEvent(event);
  if (isHttpEvent(value)) throw new TypeError(`this handler answers timers: got ${describeEvent(value)}`);
  return functionComputeTick(value) ?? eventBridgeTick(value) ?? manualTick(value, text);
}

// { triggerTime, triggerName, payload }: https://help.aliyun.com/document_detail/2513615.html
function functionComputeTick(value: unknown): TimerEvent | undefined {
  const fields = asRecord(value);
  if (typeof fields?.triggerName !== 'string' || !('triggerTime' in fields)) return undefined;
  return {
    triggerName: fields.triggerName,
    triggerTime: toDate(fields.triggerTime),
    payload: asText(fields.payload),
  };
}

// Rules (source aws.events) and EventBridge Scheduler (aws.scheduler) send the same envelope; `resources` names the rule:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-run-lambda-schedule.html
function eventBridgeTick(value: unknown): TimerEvent | undefined {
  const fields = asRecord(value);
  const source = fields?.source;
  if (fields?.['detail-type'] !== 'Scheduled Event') return undefined;
  if (source !== 'aws.events' && source !== 'aws.scheduler') return undefined;
  const resources: unknown[] = Array.isArray(fields.resources) ? fields.resources : [];
  const detail = typeof fields.detail === 'string' ? fields.detail : JSON.stringify(fields.detail ?? {});
  return {
    triggerName: asText(resources[0])?.split('/').at(-1) || source,
    triggerTime: toDate(fields.time),
    payload: detail === '{}' ? undefined : asText(detail),
  };
}

function manualTick(value: unknown, text: string | undefined): TimerEvent {
  const payload = text ?? (value === undefined ? undefined : JSON.stringify(value));
  return { triggerName: 'manual', triggerTime: undefined, payload };
}

function toDate(value: unknown): Date | undefined {
  const date = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
