import { expect, it } from 'vitest';
import { parseRecords } from '#core/job.ts';
import { readAnswer } from '#mps/answer.ts';
import { documentedRecord, makeRecord } from './sample-jobs.ts';
import { useStore } from './store-fixture.ts';

const { select, write, writeRecords } = useStore();
const id = 'f'.repeat(32);

/** Stores a record in the middle of a page of ordinary ones, reads the page again, and returns what became of it. */
async function storeAmongOthers(...records: Record<string, unknown>[]) {
  const others = [makeRecord(), makeRecord()];
  const page = [...others.slice(0, 1), ...records, ...others.slice(1)];
  const counts = await writeRecords(...page);
  expect(await writeRecords(...page)).toMatchObject({ inserted: 0, updated: 0, rejected: 0 });
  expect(await select(`select from report.job where id not in ('${id}', '4711')`)).toHaveLength(2);
  const [stored] = await select<Record<string, unknown>>(`select * from report.job where id in ('${id}', '4711')`);
  const rejected = await select<{ original: string }>('select original from mps.rejected_record');
  return { counts, stored, originals: rejected.map(({ original }) => JSON.parse(original) as unknown) };
}

const megabyte = 'ü€😀'.repeat(120_000);

it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['a megabyte of user data', { UserData: megabyte }, { user_data: megabyte }],
  [
    'a megabyte in every text that is indexed',
    { UserData: megabyte, PipelineId: megabyte, State: megabyte, Code: megabyte, Input: { Object: megabyte } },
    { input_object: megabyte, state: megabyte },
  ],
  ['a count that is no number', { Count: 'abc' }, { count: null }],
  ['a count too large to be one', { Count: '9'.repeat(40) }, { count: null }],
  [
    'objects that are null',
    { Input: null, SnapshotConfig: null, MNSMessageResult: null },
    { input_bucket: null, output_object: null },
  ],
  [
    'no objects and no optional fields at all',
    Object.fromEntries(Object.keys(documentedRecord).map((field) => [field, undefined])),
    { input_bucket: null, output_object: null, state: null, pipeline_id: null, user_data: null },
  ],
  ['a number for an id', { Id: 4_711 }, { id: '4711' }],
  [
    'objects that are texts, numbers or lists',
    { Input: 'x', SnapshotConfig: 7, MNSMessageResult: [] },
    { input_object: null, mns_message_id: null },
  ],
  [
    'numbers and booleans where texts are documented',
    { Count: 3, TileCount: 1.5, PipelineId: 12, Code: 0, State: 5, UserData: true },
    { count: '3', tile_count: null, pipeline_id: '12', code: '0', state: '5', user_data: 'true' },
  ],
  ['an unknown state and unknown fields', { State: 'Paused', Extra: { deep: [1, null, 'x'] } }, { state: 'Paused' }],
  ['an object in place of the state', { State: { is: 'odd' } }, { state: '{"is": "odd"}' }],
  ['the first moment of 1970', { CreationTime: '1970-01-01T00:00:00Z' }, { creation_time: '1970-01-01 00:00:00+00' }],
  ['the last second of 2099', { CreationTime: '2099-12-31T23:59:59Z' }, { creation_time: '2099-12-31 23:59:59+00' }],
  [
    'line breaks, tabs, quotes and backslashes',
    { UserData: 'a\nb\r\tc"d\\e\\u0041\u2028' },
    { user_data: 'a\nb\r\tc"d\\e\\u0041\u2028' },
  ],
  ['a field called __proto__', JSON.parse('{"__proto__": {"x": 1}}') as Record<string, unknown>, {}],
])('stores %s verbatim', async (_, fields, columns) => {
  const { Id, CreationTime } = makeRecord({ Id: id });
  const record = { ...makeRecord(), ...fields, Id: fields.Id ?? Id, CreationTime: fields.CreationTime ?? CreationTime };
  const { counts, stored, originals } = await storeAmongOthers(record);
  expect(counts).toMatchObject({ inserted: 3, rejected: 0 });
  expect(stored).toMatchObject(columns);
  expect(stored?.raw).toStrictEqual(JSON.parse(JSON.stringify(record)));
  expect(originals).toEqual([]);
});

it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['U+0000', { UserData: 'a\0b' }, { user_data: 'a\ufffdb' }],
  [
    'a lone surrogate',
    { UserData: 'a\ud800b', Input: { Object: '\udc00' } },
    { user_data: 'a\ufffdb', input_object: '\ufffd' },
  ],
])('stores what can be stored of %s, and keeps the original to the letter', async (_, fields, columns) => {
  const record = makeRecord({ Id: id, ...fields });
  const { counts, stored, originals } = await storeAmongOthers(record);
  expect(counts).toMatchObject({ inserted: 3, rejected: 1 });
  expect(stored).toMatchObject(columns);
  expect(originals).toEqual([record]);
});

it.each<[string, Record<string, unknown>]>([
  ['without an id', { Id: undefined }],
  ['with an empty id', { Id: '' }],
  ['without a creation time', { CreationTime: null }],
  ['created before 1970', { CreationTime: '1969-12-31T23:59:59Z' }],
  ['created in 2100', { CreationTime: '2100-01-01T00:00:00Z' }],
])('sets a record %s aside to the letter', async (_, fields) => {
  const record = makeRecord({ Id: id, ...fields });
  const { counts, stored, originals } = await storeAmongOthers(record);
  expect(counts).toMatchObject({ inserted: 2, rejected: 1 });
  expect(stored).toBeUndefined();
  expect(originals).toEqual([JSON.parse(JSON.stringify(record))]);
});

it.each([
  [['Submitted', 'Fail', 'Snapshoting'], 'Fail'],
  [['Snapshoting', 'Submitted'], 'Snapshoting'],
])('takes the furthest of the states %s that a page has of one job', async (states, expected) => {
  const record = makeRecord({ Id: id });
  const { counts, stored } = await storeAmongOthers(...states.map((State) => ({ ...record, State })));
  expect(counts).toMatchObject({ inserted: 3, transitions: 3 });
  expect(stored).toMatchObject({ state: expected });
});

/** Stores a page as it comes over the wire: the fields are JSON text. Returns the raw text and what was set aside, and reads it again. */
async function storeText(fields: string) {
  const record = `{"Id": "${id}", "CreationTime": "2026-01-31T00:00:00Z", ${fields}}`;
  const text = `{"RequestId": "r", "SnapshotJobList": {"SnapshotJob": [${record}, ${JSON.stringify(makeRecord())}]}}`;
  const page = () => parseRecords(readAnswer({ status: 200, headers: {}, text }, { withToken: false, now: 0 }).records);
  const counts = await write(page());
  expect(await write(page())).toMatchObject({ inserted: 0, updated: 0, unchanged: counts.inserted });
  const [stored] = await select<{ text: string; user_data: string; id: string }>(
    "select raw::text as text, user_data, id from report.job where not raw ? 'State'",
  );
  const rejected = await select<{ original: string }>('select original from mps.rejected_record limit 1');
  return { counts, stored, original: rejected[0]?.original, record: record.replaceAll(/([:,]) /g, '$1') };
}

it.each([
  ['12345678901234567890'],
  ['-9007199254740993'],
  ['9007199254740993.5'],
  ['0.1000000000000000055511151231257827021181583404541015625'],
  ['1.50'],
  ['1e400', `1${'0'.repeat(400)}`],
  ['1E-400', `0.${'0'.repeat(399)}1`],
  [`${'9'.repeat(1_000)}`],
])('stores the number %s to the last digit, in a list too', async (number, stored = number) => {
  const found = await storeText(`"UserData": ${number}, "Extra": [1, ${number}]`);
  expect(found.counts).toMatchObject({ inserted: 2, rejected: 0 });
  expect(found.stored?.user_data).toBe(stored);
  expect(found.stored?.text).toContain(`"Extra": [1, ${stored}]`);
});

it('stores a job whose id is a number of any length', async () => {
  const { stored } = await storeText('"Id": 12345678901234567890');
  expect(stored?.id).toBe('12345678901234567890');
});

it.each(['1.5', '-0', '1e3'])('sets a record with the id %s aside to the letter', async (number) => {
  const { counts, original, record } = await storeText(`"Id": ${number}, "UserData": 12345678901234567890`);
  expect(counts).toMatchObject({ inserted: 1, rejected: 1 });
  expect(original).toBe(record.replace(`"Id":"${id}"`, `"Id":${number}`).replace(`,"Id":${number}`, ''));
});

it.each(['1e1001', '-1e999999999', `0.${'1'.repeat(1_000)}`])(
  'stores null for the number %s, which would be a page of digits, and keeps the original to the letter',
  async (number) => {
    const { counts, stored, original, record } = await storeText(`"UserData": ${number}, "Other": 1e400`);
    expect(counts).toMatchObject({ inserted: 2, rejected: 1 });
    expect(stored?.user_data).toBeNull();
    expect(stored?.text).toContain(`"Other": 1${'0'.repeat(400)}`);
    expect(original).toBe(record);
  },
);
