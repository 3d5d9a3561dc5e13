import type { Notification } from '#core/alert-notification.ts';
import type { Json } from '#core/json.ts';

export type ChannelName = 'webhook' | 'dingtalk' | 'feishu' | 'slack';

/** One message as a channel takes it, unsigned. */
export interface ChannelMessage {
  readonly body: Json;
  /** The notifications that it carries, by their index in what was packed. */
  readonly parts: readonly number[];
}

/** One attempt to deliver. */
export interface DeliveryAttempt {
  /** The stable id of the message: the same at every attempt. */
  readonly id: string;
  /** Epoch seconds. */
  readonly now: number;
  readonly signal: AbortSignal;
}

export interface DeliveryResult {
  /** `refused` is no use repeating soon, `gone` means that the receiver wants no more messages ever. */
  readonly outcome: 'delivered' | 'retry' | 'refused' | 'gone';
  /** HTTP status, `null` where there was no answer. */
  readonly status: number | null;
  /** What was answered, in a few words; never holds a secret. */
  readonly answer: string;
  readonly retryAfterSeconds?: number;
}

/** A place that messages go to. */
export interface Channel {
  readonly name: ChannelName;
  /** At most `count` messages in any `seconds`, over all instances. */
  readonly limits: readonly { readonly count: number; readonly seconds: number }[];
  /**
   * Packs notifications into as few messages as the size limit allows and into `most` at the most, which is small
   * where the limits leave few. Pure. Drops none: what does not fit in words is told by a count and a link.
   */
  pack(notifications: readonly Notification[], most: number): readonly ChannelMessage[];
  /** One attempt, signed anew. Never throws. */
  deliver(body: Json, attempt: DeliveryAttempt): Promise<DeliveryResult>;
}
