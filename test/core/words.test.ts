import { expect, it } from 'vitest';
import { alertRules } from '#core/alert-notification.ts';
import { tellings } from '#core/alert-text.ts';
import { driftKinds } from '#core/drift.ts';
import { listedOpenStates } from '#core/open-jobs.ts';
import { knownStates } from '#core/state.ts';
import { words } from '#core/words.ts';

it.each([
  { what: 'the states of MPS', list: knownStates, spelled: 'Submitted Snapshoting Success Fail' },
  { what: 'the states that MPS lists open jobs by', list: listedOpenStates, spelled: 'Submitted Snapshoting' },
  {
    what: 'the rules of alerts',
    list: alertRules,
    spelled: 'job-failed failure-rate job-stuck sync-stale sync-gaps source-failing unknown-state rejected-records',
  },
  { what: 'the kinds of drift', list: driftKinds, spelled: 'missing stale extra' },
  { what: 'the lengths of a notification', list: tellings, spelled: 'full short line' },
])('$what are spelled as MPS, the database and users know them', ({ list, spelled }) => {
  expect(list).toEqual(spelled.split(' '));
});

it('words are a list, in their order', () => {
  expect(words('b', 'a')).toEqual(['b', 'a']);
});
