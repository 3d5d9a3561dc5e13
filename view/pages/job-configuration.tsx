import { Text } from '#view/pages/text.tsx';

/** How the snapshots were asked for: every field of `SnapshotConfig`, whatever MPS may add. The files have a part of their own. */
export function JobConfiguration({ raw }: { raw: Readonly<Record<string, unknown>> | undefined }) {
  const fields = flatten(raw?.SnapshotConfig).filter(([name]) => !/^(Tile)?OutputFile\./.test(name));
  return (
    <section class="panel" aria-labelledby="configuration">
      <h2 id="configuration">Configuration</h2>
      {fields.length === 0 && <p class="quiet">The record has none.</p>}
      <dl class="facts">
        {fields.map(([name, value]) => (
          <>
            <dt>
              <Text value={name} />
            </dt>
            <dd>
              <Text value={value} />
            </dd>
          </>
        ))}
      </dl>
    </section>
  );
}

const maxDepth = 4;

/** The leaves of a value by their paths; a list of plain values is one leaf. */
function flatten(value: unknown, path = '', depth = 0): [string, string][] {
  if (value === undefined || value === null || value === '') return [];
  const isPlainList = Array.isArray(value) && value.every((item) => typeof item !== 'object');
  if (isPlainList) return [[path, value.join(', ')]];
  if (typeof value !== 'object' || depth >= maxDepth)
    return [[path, typeof value === 'object' ? JSON.stringify(value) : String(value)]];
  return Object.entries(value).flatMap(([name, field]) =>
    flatten(field, path === '' ? name : `${path}.${name}`, depth + 1),
  );
}
