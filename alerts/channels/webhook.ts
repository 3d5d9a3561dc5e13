import { Webhook } from 'standardwebhooks';
import type { Channel } from '#alerts/channel.ts';
import { type ChannelOptions, createDelivery } from '#alerts/delivery.ts';
import { readable } from '#alerts/limits.ts';
import { type Layout, packAlerts, toBytes } from '#alerts/pack.ts';
import type { Notification } from '#core/alert-notification.ts';
import { type AlertText, toLink } from '#core/alert-text.ts';
import { toFailureMeaning } from '#core/failure-codes.ts';
import type { Json } from '#core/json.ts';
import { toPlainLine } from '#core/plain-text.ts';

/**
 * Standard Webhooks: JSON with `type`, `timestamp` and `data`, its id, time and signatures in headers, signed by every
 * secret anew at every attempt. Any 2xx is success, 410 disables. The specification advises to stay below 20 kB.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function createWebhookChannel(options: ChannelOptions & { readonly secrets: readonly string[] }): Channel {
  const { url, secrets, dashboard, sender } = options;
  const signers = secrets.map((secret) => new Webhook(secret));
  return {
    name: 'webhook',
    limits: [readable],
    pack: (notifications, most) => packAlerts(notifications, { most, layout, dashboard }),
    deliver: createDelivery({
      sender,
      judge: (text) => ({ outcome: 'delivered', words: text }),
      toRequest: (body, { id, now }) => {
        const text = JSON.stringify(body);
        const signatures = signers.map((signer) => signer.sign(id, new Date(now * 1000), text));
        const headers = {
          'webhook-id': id,
          'webhook-timestamp': String(now),
          'webhook-signature': signatures.join(' '),
        };
        return { url, headers, text, secrets: [...secrets, ...signatures.map((each) => each.slice(3))] };
      },
    }),
  };
}

const layout: Layout<Json> = {
  toPiece: toAlert,
  toCost: (piece) => ({ bytes: toBytes(piece), blocks: 1 }),
  capacity: { bytes: 18_000, blocks: 1000 },
  toBody: ({ title, pieces, tail, dashboard, notifications }) => ({
    type: 'mps_sync.alerts',
    timestamp: toTime(notifications.reduce((latest, each) => Math.max(latest, each.endsAt ?? each.startsAt), 0)),
    data: {
      title,
      alerts: pieces,
      alerts_total: notifications.length,
      jobs: notifications.reduce((sum, { jobs }) => sum + jobs, 0),
      more: tail,
      dashboard: toLink(dashboard),
    },
  }),
};

/** The facts for a program: the same that people read, told as fully as `text` was. */
function toAlert({ title, facts, url }: AlertText, notification: Notification): Json {
  const { status, again, rule, source, pipelineId, code, jobs, jobsTotal, startsAt, endsAt } = notification;
  const line = { status, rule, title, jobs };
  if (facts.length === 0) return line;
  const full = facts.some(({ label }) => label === 'Code' || label === 'Example');
  return {
    ...line,
    again,
    source: toPlainLine(source, 60),
    pipeline_id: pipelineId === null ? null : toPlainLine(pipelineId, 64),
    code: toCode(code),
    jobs_total: jobsTotal,
    starts_at: toTime(startsAt),
    ends_at: endsAt === null ? null : toTime(endsAt),
    detail: facts[0]?.text ?? '',
    url,
    ...(full ? toReasons(notification) : {}),
  };
}

function toReasons({ topCodes, examples }: Notification): Record<string, Json> {
  return {
    top_codes: topCodes.slice(0, 5).map(({ code, jobs }) => ({ code: toCode(code), jobs, ...toFailureMeaning(code) })),
    examples: examples.map(({ id, creationTime, inputObject, message }) => ({
      id: toPlainLine(id, 64),
      creation_time: toTime(creationTime),
      input_object: inputObject === null ? null : toPlainLine(inputObject, 250),
      message: message === null ? null : toPlainLine(message, 250),
    })),
  };
}

const toCode = (code: string | null) => (code === null ? null : toPlainLine(code, 80));

function toTime(seconds: number): string | null {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
