import { describe, expect, it } from 'vitest';
import { measures, pickMeasures, toResultName, unknownFigures } from '../../bench/measures.ts';
import { renderTable } from '../../bench/table.ts';

const figure = { id: 'P5', what: 'a run', bar: '≤ 60 calls', measured: '45 calls', met: true };

describe('the table of figures', () => {
  it('says of each whether its bar was met', () => {
    expect(
      renderTable([figure, { ...figure, measured: '61 calls', met: false }], { judged: true }).split('\n'),
    ).toEqual([
      '| #  | measure | bar        | measured | met |',
      '| -- | ------- | ---------- | -------- | --- |',
      '| P5 | a run   | ≤ 60 calls | 45 calls | yes |',
      '| P5 | a run   | ≤ 60 calls | 61 calls | NO  |',
    ]);
  });

  it('judges nothing where sizes are small', () => {
    expect(renderTable([figure], { judged: false })).not.toMatch(/met|yes/);
  });
});

describe('the choice of measures', () => {
  it('is all of them unless figures are named', () => {
    expect(pickMeasures(measures, undefined)).toEqual(measures);
    expect(pickMeasures(measures, 'p3, P5').map(({ name }) => name)).toEqual(['unchanged-run', 'open-jobs']);
  });

  it('says which figure nothing makes', () => {
    expect(unknownFigures(measures, 'P3,P99')).toMatch(/^no measure makes P99: there are P1, P2, P3/);
    expect(unknownFigures(measures, 'P3')).toBeUndefined();
    expect(unknownFigures(measures, undefined)).toBeUndefined();
  });
});

describe('the results', () => {
  it('of ten million jobs are not overwritten by those of one million', () => {
    const names = (size: 'usual' | 'full') => measures.map((measure) => toResultName(measure, size));
    expect(names('full')).toContain('many-jobs');
    expect(names('usual')).toContain('many-jobs.usual');
    expect(names('usual')).not.toContain('many-jobs');
    expect(names('usual')).toContain('storage');
  });
});
