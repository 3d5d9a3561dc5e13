import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { beforeEach, describe, it } from 'vitest';
import { getOpenApi } from '#view/api/index.ts';
import { makeRecord } from '../db/sample-jobs.ts';
import { toRuns } from '../fuzz/effort.ts';
import { useView } from './use-view.ts';

interface Schema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly items?: Schema;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Readonly<Record<string, { schema: object }>> }>
  >;
}

const document = getOpenApi() as unknown as {
  paths: Record<string, { get: Operation }>;
  components: { responses: Operation['responses'] };
};
const { createApp, getJson, startWriter } = useView();
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'api', ...document });
const word = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('Fail', 'p1', "'", '%', '*', 'a*', '\\', '\0', '😀', '-1', 'x'.repeat(1_001)),
);
const time = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(
    '2026-03-01T00:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999+14:00',
    '2026-03-01',
    '-000001-01-01T00:00:00Z',
  ),
);
const known: { cursors: string[]; ids: string[] } = { cursors: [], ids: [] };

/** Values that the document allows, and some that it does not. */
function toValue({ name, schema }: Parameter): fc.Arbitrary<string> {
  if (name === 'cursor') return fc.oneof(fc.constantFrom(...known.cursors), fc.base64String(), word);
  if (name === 'id') return fc.oneof(fc.constantFrom(...known.ids), word);
  if (schema.format === 'date-time') return fc.oneof(time, time, word);
  if (schema.type === 'integer')
    return fc.oneof(fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 9 }).map(String), word);
  const names = schema.enum ?? schema.items?.enum;
  const one = names ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...names) }, word) : word;
  return schema.type === 'array' ? fc.array(one, { maxLength: 4 }).map((values) => values.join(',')) : one;
}

const toQuery = (operation: Operation): fc.Arbitrary<string[][]> => {
  const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const pairs = parameters.map((parameter) =>
    fc.option(toValue(parameter), { freq: 2 }).map((value) => [parameter.name, value]),
  );
  return fc
    .tuple(
      ...pairs,
      fc.option(word, { freq: 30 }).map((value) => ['unknown', value]),
    )
    .map((all) => all.filter((pair): pair is string[] => pair[1] !== null));
};

/** Throws unless the document declares the answer: its status, its media type and its body. */
async function check(operation: Operation, answer: Response): Promise<void> {
  const declared = operation.responses[String(answer.status)];
  const name = declared?.$ref?.split('/').at(-1);
  const response = name === undefined ? declared : document.components.responses[name];
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  const text = await answer.text();
  if (response === undefined) throw new Error(`status ${answer.status} is not declared: ${text}`);
  const content = response.content?.[type];
  if (content === undefined) throw new Error(`${answer.status} declares no ${type}`);
  if (!type.endsWith('json')) return;
  const validate = ajv.compile(JSON.parse(JSON.stringify(content.schema).replaceAll('"#/', '"api#/')) as object);
  if (!validate(JSON.parse(text))) throw new Error(`${ajv.errorsText(validate.errors)} in ${text.slice(0, 500)}`);
}

beforeEach(async () => {
  const writer = await startWriter();
  const states = ['Success', 'Fail', 'Submitted', undefined];
  const records = Array.from({ length: 40 }, (_, index) =>
    makeRecord({ Id: `id${index}`, State: states[index % 4], PipelineId: `p${index % 3}` }),
  );
  await writer.write(...records, makeRecord({ Id: 'weird/%\\*', Code: "';--", UserData: '=1+1' }));
  await writer.cover(0, 1_000);
  await writer.finish('partial', 'mps_throttled');
});

describe.each(Object.entries(document.paths))('%s', (path, { get: operation }) => {
  it('answers whatever is asked with a status and a body that its document declares, never with a 5xx', async () => {
    const app = createApp();
    known.cursors = await Promise.all(
      ['/v1/jobs?limit=1', '/v1/runs?limit=1'].map(
        async (list) => (await getJson<{ next_cursor: string }>(list)).next_cursor ?? 'x',
      ),
    );
    known.ids = ['id1', 'weird/%\\*'];
    const ask = fc.tuple(
      fc.oneof(
        fc.constantFrom(...known.ids),
        word.filter((text) => text !== '' && !/^\.{1,2}$/.test(text)),
      ),
      toQuery(operation),
    );
    await fc.assert(
      fc.asyncProperty(ask, async ([id, query]) => {
        const search = new URLSearchParams(query as [string, string][]);
        const address = `${path.replace('{id}', encodeURIComponent(id.toWellFormed()))}?${search}`;
        await check(operation, await app.request(address, { headers: { accept: 'application/json' } }));
      }),
      { numRuns: toRuns(150) },
    );
  });
});
