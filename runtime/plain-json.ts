/**
 * The value as JSON would carry it, so that both platforms answer the same: dates as text, no undefined fields, a
 * bigint as a number where that is exact and as text where it is not. Throws a TypeError on a cycle.
 */
export function toPlainJson(value: unknown): unknown {
  const text: string | undefined = JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'bigint' ? toNumberOrText(each) : each,
  );
  return text === undefined ? undefined : JSON.parse(text);
}

function toNumberOrText(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
}
