import { isOpen } from '#core/state.ts';
import type { SourceRow } from '#db/select-health.ts';
import type { StatRow } from '#db/select-stats.ts';
import type { Hours } from '#view/hours.ts';
import { toHref } from '#view/pages/href.ts';
import { toCountText, toPercentText } from '#view/pages/text.tsx';
import { toRfc3339 } from '#view/rfc3339.ts';

interface TilesProps {
  readonly byState: readonly StatRow[];
  readonly sources: readonly SourceRow[];
  readonly hours: Hours;
}

/** The four numbers that one looks for first, each leading to its jobs. */
export function Tiles({ byState, sources, hours }: TilesProps) {
  const sum = (rows: readonly StatRow[]) => rows.reduce((total, { jobs }) => total + jobs, 0);
  const all = sum(byState);
  const failed = sum(byState.filter(({ state }) => state === 'Fail'));
  const open = sum(byState.filter(({ state }) => isOpen(state)));
  const openEver = sources.reduce((total, { open_jobs }) => total + open_jobs, 0);
  const since = new URLSearchParams({ created_from: toRfc3339(hours.from) });
  return (
    <div class="tiles" data-live="tiles">
      <Tile name="Created" value={toCountText(all)} href={toHref('/jobs', since)} />
      <Tile
        name="Failed"
        value={toCountText(failed)}
        also={all > 0 ? toPercentText(failed / all) : undefined}
        href={toHref('/jobs', since, { state: 'Fail' })}
      />
      <Tile
        name="Under way"
        value={toCountText(open)}
        href={toHref('/jobs', since, { state: 'Submitted,Snapshoting' })}
      />
      <Tile
        name="Not finished, of any age"
        value={toCountText(openEver)}
        href={toHref('/jobs', new URLSearchParams(), { state: 'Submitted,Snapshoting' })}
      />
    </div>
  );
}

function Tile({ name, value, also, href }: { name: string; value: string; also?: string | undefined; href: string }) {
  return (
    <a class="tile panel" href={href}>
      <dl>
        <dt>{name}</dt>
        <dd>
          {value} {also && <small>{also}</small>}
        </dd>
      </dl>
    </a>
  );
}
