/** Rows of a CSV as RFC 4180 has it, every one ended by CRLF. Throws on what is none. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  let row: string[] = [];
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const [, quoted, bare = '', end] = field.exec(text) ?? [];
    if (end === undefined) throw new Error(`no field of a CSV: ${text.slice(at, at + 80)}`);
    row.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
