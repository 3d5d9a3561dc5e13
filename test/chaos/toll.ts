/** How often each kind of trouble was made, and how often it was felt. */
export type Toll = Readonly<Record<string, { readonly made: number; readonly felt: number }>>;

/** Shorter runs cannot make every kind. */
const wholeMinutes = 10;

/**
 * The kinds of trouble of which a run proves nothing although it is long enough: those that were never felt, and those that
 * cannot be made here and that nobody agreed to do without.
 */
export function findUnproven(run: {
  readonly minutes: number;
  readonly toll: Toll;
  readonly impossible: readonly string[];
  readonly waived: readonly string[];
}): string[] {
  if (run.minutes < wholeMinutes) return [];
  const unfelt = Object.entries(run.toll).filter(([, { felt }]) => felt === 0);
  const missing = run.impossible.filter((name) => !run.waived.includes(name));
  return [
    ...unfelt.map(([name]) => `the trouble "${name}" was never felt`),
    ...missing.map(
      (name) => `the trouble "${name}" cannot be made here: run as one who may mount, or --without "${name}"`,
    ),
  ];
}
