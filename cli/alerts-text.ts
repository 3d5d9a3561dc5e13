import { toSpan } from '#core/alert-rules.ts';
import { toMpsTime } from '#core/clock.ts';
import type { AlertGroupRow, ChannelRow, DeliveryRow, SilenceRow } from '#db/select-alerts.ts';

export interface ListedAlerts {
  readonly groups: readonly AlertGroupRow[];
  readonly silences: readonly SilenceRow[];
  readonly channels: readonly ChannelRow[];
  readonly dead: readonly DeliveryRow[];
}

/** Everything about alerts for a terminal. Texts from elsewhere lose their control characters. */
export function renderAlerts({ groups, silences, channels, dead }: ListedAlerts): string {
  const lines = [
    ...section('Firing', groups.map(renderGroup)),
    ...section('Silences', silences.map(renderSilence)),
    ...section('Channels', channels.map(renderChannel)),
    ...section('Dead letters', dead.map(renderDelivery)),
  ];
  return `${lines.map(toPlain).join('\n')}\n`;
}

const section = (title: string, lines: readonly string[]): string[] => [
  `${title}: ${lines.length === 0 ? 'none' : lines.length}`,
  ...lines.map((line) => `  ${line}`),
];

function renderGroup(group: AlertGroupRow): string {
  const { rule, source, pipeline_id: pipeline, code, status, starts_at: from, jobs_total: jobs } = group;
  const where = [source, pipeline, code].filter((part) => part !== null).join(' / ');
  const what = group.detail || (jobs > 0 ? `${jobs} job${jobs === 1 ? '' : 's'}` : '');
  const silenced = group.silence_id === null ? '' : ` (silence ${group.silence_id})`;
  return `${status} ${rule} ${where} since ${toMpsTime(Math.floor(from))}${silenced}${what ? `: ${what}` : ''}`;
}

export function renderSilence(silence: SilenceRow): string {
  const { rule, source, pipeline_id: pipeline, code } = silence;
  const matchers = Object.entries({ rule, source, pipeline, code })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${value}`);
  const until = toMpsTime(Math.floor(silence.ends_at));
  return `${silence.id}: ${matchers.join(' ') || 'everything'} until ${until}, ${silence.reason} (${silence.author})`;
}

function renderChannel({ name, disabled_at: since, disabled_reason: reason, pending, dead }: ChannelRow): string {
  const state = since === null ? 'in use' : `disabled since ${toMpsTime(Math.floor(since))} (${reason ?? 'no reason'})`;
  return `${name}: ${state}, ${pending} to send, ${dead} dead`;
}

function renderDelivery({ id, channel, attempts, created_at: at, answer, finished_at: end }: DeliveryRow): string {
  const after = end === null ? '' : ` after ${toSpan(end - at)}`;
  return `${id} ${channel}: given up${after}, ${attempts} attempts, the last answer: ${answer ?? 'none'}`;
}

const toPlain = (text: string): string => text.replace(/\p{C}/gu, ' ');
