import uPlot from 'uplot';
import type { Series } from '../../shared/history.ts';
import type { HealthStatus } from '../../shared/status.ts';
import type { Span } from '../history/spans.ts';
import { timeTicks } from '../history/time-axis.ts';
import { formatTick } from '../history/values.ts';

/** A time that is told apart in a chart: the incident, or one of its changes where it has no length. */
export interface Mark extends Span {
  status: HealthStatus;
}

export interface PlotOptions {
  series: Series;
  span: Span;
  marks: readonly Mark[];
  width: number;
  height: number;
  /** Charts with the same one show the same moment. */
  sync: string | undefined;
  oncursor: (index: number | null) => void;
}

/** Pixels that a label of the time axis needs. */
const LABEL_WIDTH = 72;
const AXIS_HEIGHT = 22;
const AXIS_WIDTH = 58;

/** Round numbers of bytes are powers of two. */
const BYTE_STEPS = Array.from({ length: 50 }, (_, power) => 2 ** power);
/** Round lengths of time, in seconds. */
const SECOND_STEPS = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800],
  ...[1, 2, 3, 6, 12, 24, 48, 120, 240, 480, 960, 2400, 4800, 12_000, 24_000].map((hours) => hours * 3600),
];

/** A colour of our tokens, as it is under the theme of this moment. */
const token = (element: Element, name: string): string => getComputedStyle(element).getPropertyValue(name).trim();

/** From zero where that costs little of the height, and not beyond what a share can be. */
function valueRange(min: number | null, max: number | null, unit: string): [number, number] {
  if (min === null || max === null || !Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  // What hardly changes must not look as if it did.
  const pad = Math.max((max - min) * 0.08, Math.abs(max) * 0.02) || 1;
  const low = min >= 0 && min < max * 0.6 ? 0 : min >= 0 ? Math.max(0, min - pad) : min - pad;
  const high = unit === '%' && max <= 100 ? Math.min(100, max + pad) : max + pad;
  return [low, high];
}

/** A value with a gap on both sides is no line, and would not be seen. */
function lonely(values: readonly (number | null)[]): number[] {
  const isGap = (index: number): boolean => values[index] === null || values[index] === undefined;
  return values.flatMap((_, index) => (!isGap(index) && isGap(index - 1) && isGap(index + 1) ? [index] : []));
}

/** The series of the means. */
const MEAN = 2;

function dot(): HTMLElement {
  const element = document.createElement('div');
  element.className = 'chart-dot';
  return element;
}

function drawMarks(plot: uPlot, element: Element, marks: readonly Mark[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { from, to, status } of marks) {
    const left = plot.valToPos(from, 'x', true);
    const right = plot.valToPos(to, 'x', true);
    const long = to > from;
    ctx.globalAlpha = long ? 0.75 : 1;
    ctx.fillStyle = token(element, long ? `--${status}-soft` : `--${status}`);
    if (long) ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
    else ctx.fillRect(Math.round(left), bbox.top, devicePixelRatio, bbox.height);
  }
  ctx.restore();
}

function axes(element: Element, { series, span, width }: PlotOptions): uPlot.Axis[] {
  const ticks = timeTicks(span, Math.max(2, Math.floor((width - AXIS_WIDTH) / LABEL_WIDTH)));
  const look = {
    stroke: () => token(element, '--text-2'),
    font: `11px ${token(element, '--font')}`,
    grid: { stroke: () => token(element, '--grid'), width: 1 },
    ticks: { show: false },
    gap: 4,
  };
  const steps = { B: BYTE_STEPS, s: SECOND_STEPS }[series.unit];
  return [
    {
      ...look,
      size: AXIS_HEIGHT,
      splits: () => ticks.map(({ at }) => at),
      values: () => ticks.map(({ label }) => label),
    },
    {
      ...look,
      size: AXIS_WIDTH,
      space: 26,
      ...(steps === undefined ? {} : { incrs: steps }),
      values: (_, splits, _axis, _space, step) => splits.map((value) => formatTick(value, series.unit, step)),
    },
  ];
}

/** Draws a series: its mean as a line, and all between its least and its most as a band. */
export function createPlot(element: HTMLElement, options: PlotOptions): uPlot {
  const { series, span, marks, sync } = options;
  const curve = (): string => token(element, '--curve');
  const none = { stroke: () => 'transparent', points: { show: false } };
  const data: uPlot.AlignedData = [series.at, series.max, series.avg, series.min];
  return new uPlot(
    {
      width: options.width,
      height: options.height,
      ms: 1,
      pxAlign: 1,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        // Only the mean has a point: those of the band's edges would say nothing more.
        points: { show: (_, index) => (index === MEAN ? dot() : false) as HTMLElement, size: 7 },
        ...(sync === undefined ? {} : { sync: { key: sync, setSeries: false } }),
      },
      scales: {
        x: { time: false, range: () => [span.from, span.to] },
        y: { range: (_, min, max) => valueRange(min, max, series.unit) },
      },
      axes: axes(element, options),
      series: [
        {},
        none,
        {
          stroke: curve,
          width: 1.5,
          points: { show: false, size: 4, fill: curve, stroke: curve, filter: () => lonely(series.avg) },
        },
        none,
      ],
      bands: [{ series: [1, 3], fill: () => token(element, '--band') }],
      hooks: {
        drawClear: [(plot) => drawMarks(plot, element, marks)],
        setCursor: [(plot) => options.oncursor(plot.cursor.idx ?? null)],
      },
    },
    data,
    element,
  );
}
