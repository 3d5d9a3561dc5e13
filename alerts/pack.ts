import type { ChannelMessage } from '#alerts/channel.ts';
import type { Notification } from '#core/alert-notification.ts';
import { type AlertText, type Telling, tellings, toAlertText } from '#core/alert-text.ts';
import type { Json } from '#core/json.ts';
import { toQuantity } from '#core/plain-text.ts';

/** What a piece of a message takes of what the channel grants: bytes of the JSON that is sent, and blocks. */
interface Cost {
  readonly bytes: number;
  readonly blocks: number;
}

/** What a message holds: a title with the totals, and the notifications that it tells of, each a piece. */
interface Content<Piece> {
  readonly title: string;
  readonly pieces: readonly Piece[];
  /** Says how many more alerts and jobs there are than the pieces tell of; `null` where there are none. */
  readonly tail: string | null;
  readonly dashboard: string | null;
  readonly notifications: readonly Notification[];
}

/** How a channel writes. The costs of pieces add up; `capacity` leaves room for `frame` with its title and tail. */
export interface Layout<Piece> {
  readonly toPiece: (text: AlertText, notification: Notification) => Piece;
  readonly toCost: (piece: Piece) => Cost;
  readonly capacity: Cost;
  readonly toBody: (content: Content<Piece>) => Json;
}

/** The bytes that a value takes inside the JSON that is sent, a comma included. */
export const toBytes = (value: Json): number => Buffer.byteLength(JSON.stringify(value)) + 1;

interface Bin<Piece> {
  readonly pieces: Piece[];
  readonly parts: number[];
  bytes: number;
  blocks: number;
}

/**
 * Packs notifications in their order into at most `most` messages: with all that is known where that fits, else each
 * shorter. Where even lines do not fit, the last message counts the others. No notification is left out of `parts`.
 */
export function packAlerts<Piece>(
  notifications: readonly Notification[],
  options: { readonly most: number; readonly layout: Layout<Piece>; readonly dashboard: string | null },
): ChannelMessage[] {
  const most = Math.max(1, Math.floor(options.most));
  const telling = tellings.find((each) => fillBins(notifications, each, { ...options, most }).untold.length === 0);
  const { bins, untold } = fillBins(notifications, telling ?? 'line', { ...options, most });
  return bins.map((bin, index) => {
    const others = index === bins.length - 1 ? untold : [];
    return toMessage(bin, { others, notifications, ...options });
  });
}

/** Fills messages until there are `most`; ends there, so that the rest costs nothing. */
function fillBins<Piece>(
  notifications: readonly Notification[],
  telling: Telling,
  { layout, most }: { readonly layout: Layout<Piece>; readonly most: number },
): { bins: Bin<Piece>[]; untold: number[] } {
  const bins: Bin<Piece>[] = [];
  for (const [index, notification] of notifications.entries()) {
    const { piece, cost } = fitPiece(notification, telling, layout);
    let bin = bins.at(-1);
    if (!bin || bin.bytes + cost.bytes > layout.capacity.bytes || bin.blocks + cost.blocks > layout.capacity.blocks) {
      if (bins.length === most) return { bins, untold: toIndexes(index, notifications.length) };
      bin = { pieces: [], parts: [], bytes: 0, blocks: 0 };
      bins.push(bin);
    }
    bin.pieces.push(piece);
    bin.parts.push(index);
    bin.bytes += cost.bytes;
    bin.blocks += cost.blocks;
  }
  return { bins, untold: [] };
}

const toIndexes = (from: number, to: number) => Array.from({ length: to - from }, (_, offset) => from + offset);

/** One notification may be too long for a message of its own when told in full. */
function fitPiece<Piece>(notification: Notification, telling: Telling, { toPiece, toCost, capacity }: Layout<Piece>) {
  const shorter = tellings.slice(tellings.indexOf(telling));
  for (const each of shorter) {
    const piece = toPiece(toAlertText(notification, each), notification);
    const cost = toCost(piece);
    if ((cost.bytes <= capacity.bytes && cost.blocks <= capacity.blocks) || each === shorter.at(-1))
      return { piece, cost };
  }
  throw new Error('there is always a last telling');
}

const sumJobs = (notifications: readonly Notification[]) => notifications.reduce((sum, { jobs }) => sum + jobs, 0);

function toMessage<Piece>(
  bin: Bin<Piece>,
  context: {
    readonly others: readonly number[];
    readonly notifications: readonly Notification[];
    readonly layout: Layout<Piece>;
    readonly dashboard: string | null;
  },
): ChannelMessage {
  const { others, dashboard, layout } = context;
  const parts = [...bin.parts, ...others];
  const carried = parts.flatMap((index) => context.notifications[index] ?? []);
  const title = `mps-sync: ${toQuantity(carried.length, 'alert')}, ${toQuantity(sumJobs(carried), 'job')}`;
  const untold = carried.slice(bin.parts.length);
  const tail = untold.length > 0 ? toTail(untold) : null;
  return { body: layout.toBody({ title, pieces: bin.pieces, tail, dashboard, notifications: carried }), parts };
}

function toTail(untold: readonly Notification[]): string {
  const firing = untold.filter(({ status }) => status === 'firing').length;
  const counts = `${toQuantity(untold.length, 'more alert')} with ${toQuantity(sumJobs(untold), 'job')}`;
  return `And ${counts}, ${firing} of them firing: see the dashboard.`;
}
