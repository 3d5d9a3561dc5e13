const units = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3600, name: 'h' },
  { seconds: 60, name: 'min' },
] as const;

/** Seconds in the largest unit of which there are two or more: `45 s`, `12 min`, `3 d`. */
export function toDurationText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const unit = units.find((candidate) => whole >= candidate.seconds * 2);
  return unit ? `${Math.floor(whole / unit.seconds)} ${unit.name}` : `${whole} s`;
}
