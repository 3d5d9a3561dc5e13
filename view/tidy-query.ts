/**
 * The query of a form as an address one would keep: without the fields that were left empty, and with times that were
 * written short (`2026-01-31`, `2026-01-31T12:30`) made whole, in UTC.
 */
export function toTidyQuery(query: URLSearchParams): URLSearchParams {
  const filled = [...query].map(([name, value]) => [name, value.trim()] as const).filter(([, value]) => value !== '');
  return new URLSearchParams(
    filled.map(([name, value]): [string, string] => [name, /_(from|to)$/.test(name) ? toWholeTime(value) : value]),
  );
}

function toWholeTime(text: string): string {
  const [, date, time = '00:00', seconds = ':00'] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?)?$/.exec(text) ?? [];
  return date === undefined ? text : `${date}T${time}${seconds}Z`;
}
