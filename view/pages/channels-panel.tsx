import type { ChannelRow } from '#db/select-alerts.ts';
import { Text, toCountText } from '#view/pages/text.tsx';

interface ChannelsProps {
  readonly channels: readonly ChannelRow[];
  readonly suppressed: readonly { readonly reason: string; readonly jobs: number }[];
}

const reasons: Readonly<Record<string, string>> = {
  'before-alerting': 'had failed before alerting was switched on',
  'too-old': 'were created too long ago',
  silenced: 'were silenced',
};

/** Where messages go, and what was kept quiet for good. */
export function ChannelsPanel({ channels, suppressed }: ChannelsProps) {
  return (
    <section class="panel" aria-label="Channels" data-live="channels">
      {channels.length === 0 && (
        <p class="quiet">
          No message goes anywhere yet: set <code>ALERT_WEBHOOK_URL</code>, <code>ALERT_DINGTALK_URL</code>,{' '}
          <code>ALERT_FEISHU_URL</code> or <code>ALERT_SLACK_URL</code> for the alert function.
        </p>
      )}
      <ul class="freshness">
        {channels.map((row) => (
          <Channel row={row} />
        ))}
      </ul>
      {suppressed.length > 0 && (
        <p class="quiet">
          {`Told to nobody: ${suppressed.map(({ reason, jobs }) => `${toCountText(jobs)} that ${reasons[reason] ?? reason}`).join(', ')}.`}
        </p>
      )}
    </section>
  );
}

function Channel({ row }: { row: ChannelRow }) {
  return (
    <li class={row.disabled_at !== null || row.dead > 0 ? 'stale' : 'ok'}>
      <strong>
        <Text value={row.name} />
      </strong>
      {`: ${toCountText(row.pending)} waiting, ${toCountText(row.dead)} given up.`}
      {row.disabled_at !== null && (
        <>
          {' Its receiver wants no more messages'}
          {row.disabled_reason !== null && (
            <>
              {': '}
              <Text value={row.disabled_reason} />
            </>
          )}
          {'.'}
        </>
      )}
    </li>
  );
}
