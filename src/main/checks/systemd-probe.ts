import type { z } from 'zod';
import type { systemd } from '../../shared/checks/systemd.ts';
import { runProgram } from './actions.ts';
import type { Probe } from './probe.ts';
import { showUnits, unitName } from './systemd.ts';
import { judgeUnit } from './unit-judge.ts';
import { systemClocks } from './system-clocks.ts';

/** Looks at one unit. */
export const systemdProbe: Probe<z.output<(typeof systemd)['schema']>> = async ({ unit, user }, { timeLimit, now }) => {
  const name = unitName(unit);
  if (name === undefined) return { status: 'unknown', message: `${unit} cannot be the name of a unit.`, metadata: {} };
  const states = await showUnits({ run: runProgram, user, timeLimit, clocks: systemClocks }, [name]);
  const state = states.get(name);
  const finding = state && judgeUnit(state, { expected: true, restartsBefore: undefined, now });
  return finding ?? { status: 'unknown', message: `systemd told nothing of ${name}.`, metadata: {} };
};
