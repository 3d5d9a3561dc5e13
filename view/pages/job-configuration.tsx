import { ExactNumber, toJsonText } from '#core/exact-json.ts';
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

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value instanceof ExactNumber;

/** The leaves of a value by their paths; a list of plain values is one leaf. */
function flatten(value: unknown, path = '', depth = 0): [string, string][] {
  if (value === undefined || value === null || value === '') return [];
  if (Array.isArray(value) && value.every(isPlain)) return [[path, value.join(', ')]];
  if (isPlain(value)) return [[path, String(value)]];
  if (depth >= maxDepth) return [[path, toJsonText(value)]];
  return Object.entries(value).flatMap(([name, field]) =>
    flatten(field, path === '' ? name : `${path}.${name}`, depth + 1),
  );
}
