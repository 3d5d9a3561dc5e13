import { isOpen } from '#core/state.ts';
import type { JobRow } from '#db/select-jobs.ts';
import type { TransitionRow } from '#db/select-transitions.ts';
import { toDurationText } from '#view/pages/duration.ts';
import { Moment, StateBadge, Utc } from '#view/pages/text.tsx';

interface TimelineProps {
  readonly job: JobRow;
  readonly transitions: readonly TransitionRow[];
  readonly now: number;
}

/** MPS tells no time of change, only what a job is at the time of asking: hence "between". */
export function JobTimeline({ job, transitions, now }: TimelineProps) {
  return (
    <ol class="timeline">
      <li>
        Created at <Moment at={job.creation_time} />
        <Utc />
      </li>
      {transitions.map((step) => (
        <li>
          <StateBadge state={step.to_state} />{' '}
          {step.previous_observed_at === null ? (
            'first seen at '
          ) : (
            <>
              {'between '}
              <Moment at={step.previous_observed_at} />
              {' and '}
            </>
          )}
          <Moment at={step.observed_at} />
          <Utc />
          <span class="quiet">{`, ${toDurationText(step.observed_at - job.creation_time)} after its creation`}</span>
        </li>
      ))}
      {isOpen(job.state) && <li class="quiet">{`Not finished for ${toDurationText(now - job.creation_time)}.`}</li>}
      {job.missing_since !== null && (
        <li>
          MPS no longer knows it since <Moment at={job.missing_since} />
          <Utc />
        </li>
      )}
    </ol>
  );
}
