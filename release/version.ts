const pattern = /^(\d+)\.(\d+)\.(\d+)$/;

/** Whether a version is one of ours, and comes after another. */
export function isNewer(version: string, than: string): boolean {
  const [one, other] = [version, than].map((text) => pattern.exec(text)?.slice(1).map(Number));
  if (one === undefined || other === undefined) return false;
  const index = one.findIndex((part, at) => part !== other[at]);
  return index !== -1 && (one[index] ?? 0) > (other[index] ?? 0);
}
