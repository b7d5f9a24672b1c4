import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barPaths,
  describeBar,
  describePart,
  gapPath,
  partAt,
  partOf,
  runsOf,
  shownLetters,
  statusOf,
} from '../../../src/renderer/history/bar-shapes.ts';
import { sparkPaths } from '../../../src/renderer/history/spark.ts';
import { HOUR } from '../../../src/renderer/history/spans.ts';
import { BAR_LETTERS } from '../../../src/shared/history.ts';

const letters = fc.array(fc.constantFrom(...Object.keys(BAR_LETTERS)), { maxLength: 60 }).map((list) => list.join(''));

describe('a bar', () => {
  it('has its equal parts as one', () => {
    expect(runsOf('hhee-h')).toEqual([
      { status: 'healthy', from: 0, to: 2 },
      { status: 'error', from: 2, to: 4 },
      { status: 'unobserved', from: 4, to: 5 },
      { status: 'healthy', from: 5, to: 6 },
    ]);
  });

  it('is covered by its runs without a gap, whatever it holds', () => {
    fc.assert(
      fc.property(letters, (worst) => {
        const runs = runsOf(worst);
        expect(runs.map(({ from, to }) => worst.slice(from, to)).join('')).toBe(worst);
        for (const { status, from, to } of runs) {
          for (const letter of worst.slice(from, to)) expect(statusOf(letter)).toBe(status);
        }
      }),
    );
  });

  it('draws every status in a shape of its own, and nothing where nothing was observed', () => {
    const paths = barPaths('hwefu-');
    expect(paths.map(({ status }) => status).sort()).toEqual(['error', 'fatal', 'healthy', 'unknown', 'warning']);
    // The same shape at the same place would be told apart by its colour alone.
    const shapes = ['h', 'w', 'e', 'f', 'u'].map((letter) => barPaths(letter)[0]?.d);
    expect(new Set(shapes).size).toBe(5);
    expect(barPaths('---')).toEqual([]);
    expect(gapPath('h--h')).toBe('M1 0H3V100H1Z');
  });

  it('takes a letter that it does not know for a time that was not observed', () => {
    expect(statusOf('?')).toBe('unobserved');
    expect(statusOf('toString')).toBe('unobserved');
    expect(statusOf(undefined)).toBe('unobserved');
  });

  it('is not drawn as well where it was mostly not observed; trouble always is drawn', () => {
    expect(shownLetters({ worst: 'hhew-', unobserved: [40, 20, 59, 59, 60] }, 60)).toBe('-hew-');
  });

  it('has a part for every moment, the last one at its end', () => {
    const span = { from: 1000, to: 2000 };
    expect(partAt(span, 10, 1000)).toBe(0);
    expect(partAt(span, 10, 1999)).toBe(9);
    expect(partAt(span, 10, 2000)).toBe(9);
    expect(partAt(span, 10, -5)).toBe(0);
    expect(partOf(span, 10, 3)).toEqual({ from: 1300, to: 1400 });
  });

  it('is told in words: what was bad, worst first, and what was not observed', () => {
    const span = { from: 0, to: 4 * HOUR };
    expect(describeBar('hwe-', span)).toBe('error for up to 1 h, warning for up to 1 h, not observed for up to 1 h');
    expect(describeBar('hhhh', span)).toBe('healthy all the time');
    expect(describeBar('', span)).toBe('nothing known');
  });

  it('says of a part how long it did not work and was not observed', () => {
    const bars = { service: 'a', worst: 'eh-', down: [90, 0, 0], unobserved: [30, 0, 600] };
    expect(describePart(bars, 0, 600)).toBe('Error, not working for 1 min 30 s, not observed for 30 s');
    expect(describePart(bars, 1, 600)).toBe('Healthy');
    expect(describePart(bars, 2, 600)).toBe('Not observed');
  });
});

describe('a curve as small as a word', () => {
  it('goes from the bottom to the top, and breaks at a gap', () => {
    expect(sparkPaths([0, 10, null, 10, 0], 100)).toBe('M0 92L1 8M3 8L4 92');
  });
  it('lies in the middle where nothing changes', () => {
    expect(sparkPaths([5, 5], 20)).toBe('M0 10L1 10');
  });
  it('shows a value between two gaps', () => {
    expect(sparkPaths([null, 1, null], 20)).toBe('M1 10h0.4');
  });
  it('is nothing where there is no value', () => {
    expect(sparkPaths([null, null], 20)).toBe('');
  });
});
