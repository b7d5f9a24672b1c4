const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const SPACE = '\u202f';

/** A number with three or four figures that count: 0.0123, 1.5, 42, 1 234. */
export function figures(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(2);
  if (size >= 100) return Math.round(value).toLocaleString('en').replaceAll(',', SPACE);
  return String(Number(value.toPrecision(3)));
}

function scaled(value: number, unit: string): { value: number; unit: string } {
  const size = Math.abs(value);
  if (unit === 'B') {
    const power = size < 1024 ? 0 : Math.min(BYTES.length - 1, Math.floor(Math.log2(size) / 10));
    return { value: value / 1024 ** power, unit: BYTES[power] ?? 'B' };
  }
  if (unit === 'ms' && size >= 10_000) return scaled(value / 1000, 's');
  if (unit === 's' && size >= 172_800) return { value: value / 86_400, unit: 'd' };
  if (unit === 's' && size >= 7_200) return { value: value / 3600, unit: 'h' };
  if (unit === 's' && size >= 120) return { value: value / 60, unit: 'min' };
  if (unit === 's' && size > 0 && size < 0.1) return { value: value * 1000, unit: 'ms' };
  return { value, unit };
}

/** A value of a metric as a person reads it: `42 %`, `1.5 GiB`, `3.2 min`; a dash where there is none. */
export function formatValue(value: number | null, unit: string): string {
  if (value === null) return '–';
  const shown = scaled(value, unit);
  return `${figures(shown.value)}${shown.unit === '' ? '' : `${SPACE}${shown.unit}`}`;
}

/**
 * A tick of an axis: with as many figures as tell it from the next one.
 *
 * @param step how far apart ticks are.
 */
export function formatTick(value: number, unit: string, step: number): string {
  const shown = scaled(value, unit);
  const apart = value === 0 ? step : (step * shown.value) / value;
  const decimals = Math.max(0, Math.min(6, Math.ceil(-Math.log10(Math.abs(apart)) - 1e-9)));
  const size = Math.abs(shown.value);
  const text =
    size >= 1e9 ? shown.value.toExponential(1) : shown.value.toFixed(Number.isFinite(decimals) ? decimals : 0);
  const grouped = size >= 1000 && decimals === 0 && size < 1e9 ? figures(Number(text)) : text;
  return `${grouped}${shown.unit === '' ? '' : `${SPACE}${shown.unit}`}`;
}

/** The least, the mean and the most of a thinned series. */
export interface Summary {
  min: number;
  avg: number;
  max: number;
  last: number;
  /** How many parts have a value, and how many there are. */
  known: number;
  parts: number;
}

/** @returns undefined where nothing was sampled. */
export function summarize(series: {
  min: readonly (number | null)[];
  avg: readonly (number | null)[];
  max: readonly (number | null)[];
}): Summary | undefined {
  const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
  const avg = known(series.avg);
  const last = avg.at(-1);
  if (last === undefined) return undefined;
  const lows = known(series.min);
  const highs = known(series.max);
  return {
    min: lows.reduce((a, b) => Math.min(a, b), Infinity),
    avg: avg.reduce((a, b) => a + b, 0) / avg.length,
    max: highs.reduce((a, b) => Math.max(a, b), -Infinity),
    last,
    known: avg.length,
    parts: series.avg.length,
  };
}
