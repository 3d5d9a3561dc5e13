import type { AlertGroupRow, ChannelRow, DeliveryRow, SilenceRow } from '#db/select-alerts.ts';
import { AlertGroupsTable } from '#view/pages/alert-groups-table.tsx';
import { DeliveriesTable } from '#view/pages/deliveries-table.tsx';
import type { Frame } from '#view/pages/frame.ts';
import { Layout } from '#view/pages/layout.tsx';
import { NewSilenceForm, type NewSilenceValues, Silences } from '#view/pages/silences-panel.tsx';
import { Text, toCountText } from '#view/pages/text.tsx';

export interface AlertsPageProps {
  readonly frame: Frame;
  readonly open: readonly AlertGroupRow[];
  readonly ended: readonly AlertGroupRow[];
  readonly silences: readonly SilenceRow[];
  readonly dead: readonly DeliveryRow[];
  readonly deliveries: readonly DeliveryRow[];
  readonly channels: readonly ChannelRow[];
  readonly suppressed: readonly { readonly reason: string; readonly jobs: number }[];
  /** What the form for a new silence is filled with. */
  readonly values: NewSilenceValues;
  /** Whether this view may write to where alerts are kept. */
  readonly canWrite: boolean;
}

/** What is told of, what is kept quiet, and what became of each message. */
export function AlertsPage(props: AlertsPageProps) {
  const { frame, open, ended, silences, dead, deliveries, values, canWrite } = props;
  return (
    <Layout title="Alerts" at="/alerts" frame={frame}>
      <div class="heading">
        <h1>Alerts</h1>
      </div>
      <Channels {...props} />
      <section aria-labelledby="firing" data-live="firing">
        <h2 id="firing">{toOpenHeading(open)}</h2>
        {open.length === 0 ? (
          <p class="panel empty">Nothing is firing.</p>
        ) : (
          <AlertGroupsTable label="Firing" groups={open} now={frame.now} canSilence={canWrite} />
        )}
      </section>
      <section aria-labelledby="silences">
        <h2 id="silences">Silences</h2>
        <div class="panel" data-live="silences">
          <Silences silences={silences} now={frame.now} canWrite={canWrite} />
        </div>
        {canWrite && <NewSilenceForm values={values} />}
        {!canWrite && (
          <p class="quiet">
            Silences cannot be made or ended here, and dead letters not sent again: this view only reads, because{' '}
            <code>DATABASE_URL</code> is not set for it. Set it to the primary database beside{' '}
            <code>VIEW_DATABASE_URL</code>.
          </p>
        )}
      </section>
      <section aria-labelledby="dead" data-live="dead">
        <h2 id="dead">{dead.length === 0 ? 'Dead letters' : `Dead letters (${dead.length})`}</h2>
        {dead.length === 0 ? (
          <p class="quiet">No message was given up.</p>
        ) : (
          <DeliveriesTable label="Dead letters" deliveries={dead} now={frame.now} canRetry={canWrite} />
        )}
      </section>
      <section aria-labelledby="recent" data-live="recent">
        <h2 id="recent">Ended lately</h2>
        {ended.length === 0 ? (
          <p class="quiet">No alert has ended yet.</p>
        ) : (
          <AlertGroupsTable label="Ended lately" groups={ended} now={frame.now} canSilence={false} />
        )}
      </section>
      <section aria-labelledby="deliveries" data-live="deliveries">
        <h2 id="deliveries">Messages</h2>
        {deliveries.length === 0 ? (
          <p class="quiet">No message was made yet.</p>
        ) : (
          <DeliveriesTable label="Messages, newest first" deliveries={deliveries} now={frame.now} canRetry={false} />
        )}
      </section>
    </Layout>
  );
}

/** Those that wait for more of their kind have been told to nobody yet. */
function toOpenHeading(open: readonly AlertGroupRow[]): string {
  const firing = open.filter(({ status }) => status === 'firing').length;
  const parts = [
    ...(firing > 0 || open.length === 0 ? [firing > 0 ? `Firing (${firing})` : 'Firing'] : []),
    ...(open.length > firing ? [`Pending (${open.length - firing})`] : []),
  ];
  return parts.join(', ');
}

const reasons: Readonly<Record<string, string>> = {
  'before-alerting': 'had failed before alerting was switched on',
  'too-old': 'were created too long ago',
  silenced: 'were silenced',
};

/** Where messages go, and what was kept quiet for good. */
function Channels({ channels, suppressed }: AlertsPageProps) {
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
