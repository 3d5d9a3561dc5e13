import type { Child } from 'hono/jsx';
import type { AlertGroupRow, ChannelRow, DeliveryRow, SilenceRow } from '#db/select-alerts.ts';
import { AlertGroupsTable } from '#view/pages/alert-groups-table.tsx';
import { ChannelsPanel } from '#view/pages/channels-panel.tsx';
import { DeliveriesTable } from '#view/pages/deliveries-table.tsx';
import type { Frame } from '#view/pages/frame.ts';
import { Layout } from '#view/pages/layout.tsx';
import type { NewSilenceValues } from '#view/pages/new-silence-form.tsx';
import { SilencesSection } from '#view/pages/silences-panel.tsx';

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
  const { now } = frame;
  return (
    <Layout title="Alerts" at="/alerts" frame={frame}>
      <div class="heading">
        <h1>Alerts</h1>
      </div>
      <ChannelsPanel {...props} />
      <LiveSection id="firing" heading={toOpenHeading(open)}>
        {open.length === 0 && <p class="panel empty">Nothing is firing.</p>}
        {open.length > 0 && <AlertGroupsTable label="Firing" groups={open} now={now} canSilence={canWrite} />}
      </LiveSection>
      <SilencesSection {...{ silences, now, canWrite, values }} />
      <LiveSection id="dead" heading={dead.length === 0 ? 'Dead letters' : `Dead letters (${dead.length})`}>
        {dead.length === 0 && <p class="quiet">No message was given up.</p>}
        {dead.length > 0 && <DeliveriesTable label="Dead letters" deliveries={dead} now={now} canRetry={canWrite} />}
      </LiveSection>
      <LiveSection id="recent" heading="Ended lately">
        {ended.length === 0 && <p class="quiet">No alert has ended yet.</p>}
        {ended.length > 0 && <AlertGroupsTable label="Ended lately" groups={ended} now={now} canSilence={false} />}
      </LiveSection>
      <LiveSection id="deliveries" heading="Messages">
        {deliveries.length === 0 && <p class="quiet">No message was made yet.</p>}
        {deliveries.length > 0 && (
          <DeliveriesTable label="Messages, newest first" {...{ deliveries, now }} canRetry={false} />
        )}
      </LiveSection>
    </Layout>
  );
}

/** A part of the page that is renewed by itself. */
function LiveSection({ id, heading, children }: { id: string; heading: string; children: Child }) {
  return (
    <section aria-labelledby={id} data-live={id}>
      <h2 id={id}>{heading}</h2>
      {children}
    </section>
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
