import { describe, expect, it } from 'vitest';
import { type AlertRule, alertRules, type Notification } from '#core/alert-notification.ts';
import { tellings, toAlertText, toLink } from '#core/alert-text.ts';
import { sampleNotification } from './sample-notification.ts';

const titleOf = (changes: Partial<Notification>) => toAlertText({ ...sampleNotification, ...changes }, 'full').title;

describe('an alert in words', () => {
  it('tells what failed, how many, since when, what the code means, an example and a link', () => {
    expect(toAlertText(sampleNotification, 'full')).toEqual({
      title:
        'FIRING: 12 jobs failed with InvalidParameter.ResourceNotFound, source default, pipeline 0123456789abcdef0123456789abcdef',
      facts: [
        { label: 'What', text: '12 jobs failed.' },
        { label: 'Since', text: '2026-01-31 08:05:00 UTC' },
        { label: 'Jobs', text: '12 since the last message, 1,234 since it began' },
        {
          label: 'Code',
          text: 'InvalidParameter.ResourceNotFound (12 jobs): The input file, or another resource that the job names, does not exist. Check bucket, region and object name (URL-encoded), and that the upload had ended.',
        },
        {
          label: 'Example',
          text: 'job a1b2c3d4e5f60718293a4b5c6d7e8f90, created 2026-01-31 08:04:00 UTC, input uploads/launch film.mp4: The resource operated InputFile cannot be found',
        },
      ],
      url: sampleNotification.url,
    });
  });

  it('leaves out what it was not given, and says that there is no code', () => {
    const example = { id: 'a', creationTime: 0, inputObject: null, message: null };
    const untold = { pipelineId: null, code: null, topCodes: [{ code: null, jobs: 12 }], examples: [example] };
    const { title, facts } = toAlertText({ ...sampleNotification, ...untold }, 'full');
    expect(title).toBe('FIRING: 12 jobs failed with no code, source default');
    expect(facts.slice(3)).toEqual([
      { label: 'Code', text: 'no code (12 jobs): MPS gave no code. Read the message of the job.' },
      { label: 'Example', text: 'job a, created 1970-01-01 00:00:00 UTC' },
    ]);
  });

  it('says whether it fires, fires again or is over, and since when', () => {
    expect(titleOf({})).toMatch(/^FIRING: 12 jobs/);
    expect(titleOf({ again: true })).toMatch(/^FIRING AGAIN: /);
    expect(titleOf({ status: 'resolved', again: true })).toMatch(/^RESOLVED: 1,234 jobs/);
    const { facts } = toAlertText({ ...sampleNotification, endsAt: sampleNotification.startsAt + 90 }, 'short');
    expect(facts[1]?.text).toBe('2026-01-31 08:05:00 UTC, until 2026-01-31 08:06:30 UTC');
  });

  it.each<[AlertRule, RegExp]>([
    ['job-failed', /12 jobs failed with/],
    ['failure-rate', /too many jobs fail/],
    ['job-stuck', /12 jobs stuck/],
    ['sync-stale', /out of date/],
    ['sync-gaps', /has gaps/],
    ['source-failing', /cannot be read/],
    ['unknown-state', /unknown state/],
    ['rejected-records', /could not be stored/],
  ])('names what %s is about', (rule, words) => {
    expect(titleOf({ rule })).toMatch(words);
    expect(alertRules).toContain(rule);
  });

  it('counts the codes that it has no room for', () => {
    const topCodes = Array.from({ length: 8 }, (_, index) => ({ code: `Code${index}`, jobs: 8 - index }));
    const codes = toAlertText({ ...sampleNotification, topCodes }, 'full').facts.filter(
      ({ label }) => label === 'Code',
    );
    expect(codes).toHaveLength(6);
    expect(codes[5]?.text).toBe('3 more codes (6 jobs)');
  });

  it('says nothing of jobs where it is about none', () => {
    const { facts } = toAlertText({ ...sampleNotification, rule: 'sync-stale', jobs: 0, jobsTotal: 0 }, 'short');
    expect(facts.map(({ label }) => label)).toEqual(['What', 'Since']);
    const over = toAlertText({ ...sampleNotification, jobs: 0, jobsTotal: 5 }, 'short');
    expect(over.facts[2]?.text).toBe('0 since the last message, 5 since it began');
  });

  it('gets shorter from one telling to the next, and keeps its title', () => {
    const notification = { ...sampleNotification, detail: 'x'.repeat(500) };
    const texts = tellings.map((telling) => toAlertText(notification, telling));
    expect(texts.map(({ facts }) => facts.length)).toEqual([5, 3, 0]);
    expect(texts.map(({ facts }) => facts[0]?.text.length)).toEqual([400, 200, undefined]);
    expect(texts.map(({ url }) => url)).toEqual([notification.url, notification.url, null]);
    expect(new Set(texts.map(({ title }) => title)).size).toBe(1);
  });

  it('has no line ends and stays short, whatever the jobs say', () => {
    const hostile = `\u202e${'x\n'.repeat(500_000)}`;
    const example = { id: hostile, creationTime: 0, inputObject: hostile, message: hostile };
    const told = toAlertText(
      {
        ...sampleNotification,
        source: hostile,
        pipelineId: hostile,
        code: hostile,
        detail: hostile,
        topCodes: Array.from({ length: 9 }, () => ({ code: hostile, jobs: 1 })),
        examples: [example, example, example],
      },
      'full',
    );
    const lines = [told.title, ...told.facts.map(({ text }) => text)];
    expect(lines.join('')).not.toMatch(/[\n\u202e]/);
    expect(lines.join('').length).toBeLessThan(4500);
  });
});

describe('a link', () => {
  const longest = `https://h/${'x'.repeat(990)}`;

  it.each([
    ['https://h/jobs?a=b', 'https://h/jobs?a=b'],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080/'],
    [longest, longest],
    [`${longest}x`, null],
    ['javascript:alert(1)', null],
    ['see https://h/', null],
    ['https://h/a b', null],
    ['https://h/\u202e', null],
    [null, null],
  ])('%s becomes %s', (url, link) => {
    expect(toLink(url)).toBe(link);
  });
});
