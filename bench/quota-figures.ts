import type { Measured } from './measure.ts';
import type { Traffic } from './stage.ts';

/** Calls a second that the account is granted. */
export const cap = 100;

const bars = { refused: 0.005, used: 0.85 };

/** How four processes shared an account with others, as the server saw both. */
export function toQuotaFigures(ours: Traffic, others: Traffic): Measured {
  // Of the first and the last second, which are cut, calls are counted: they count as whole, which flatters nobody.
  const seconds = ours.perSecond.length + 2;
  const left = cap * seconds - (others.calls - others.throttled);
  const refused = ours.throttled / ours.calls;
  const used = (ours.calls - ours.throttled) / left;
  const percent = (share: number) => `${(share * 100).toFixed(2)}%`;
  return {
    figures: [
      {
        id: 'quota',
        what: 'calls that were refused',
        bar: `≤ ${percent(bars.refused)}`,
        measured: percent(refused),
        met: refused <= bars.refused,
      },
      {
        id: 'quota',
        what: 'of what the others left, used',
        bar: `≥ ${percent(bars.used)}`,
        measured: percent(used),
        met: used >= bars.used,
      },
    ],
    details: { seconds, ours: ours.calls, others: others.calls, most: ours.most, refused, used },
  };
}
