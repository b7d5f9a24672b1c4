import { partAt, partOf } from '../../history/bar-shapes.ts';
import type { Span } from '../../history/spans.ts';
import type { RowBars } from '../../state/timeline.svelte.ts';

/** So far the pointer may move and still mean a click, in pixels. */
const SLIP = 4;
/** How much of a wheel's step is how much of a zoom. */
const WHEEL = 0.0018;

export interface PointerParts {
  span: () => Span;
  bar: (service: string) => RowBars | undefined;
  /** By a share of the span as it was when the drag began. */
  pan: (from: { span: Span; share: number }) => void;
  zoom: (factor: number, around: number) => void;
  open: (service: string, part: Span) => void;
}

/** What the mouse, the wheel and the keys point at in the timeline. */
export class TimelinePointer {
  /** The moment, and the service's row. */
  at = $state<number>();
  row = $state<string>();
  /** Where what is said of it stands, within the timeline. */
  tip = $state.raw<{ left: number; top: number; flip: boolean }>();
  dragging = $state(false);

  readonly #parts: PointerParts;
  #element: HTMLElement | undefined;
  #drag: { x: number; span: Span; width: number; moved: boolean; row: string | undefined } | undefined;

  constructor(parts: PointerParts) {
    this.#parts = parts;
  }

  readonly handlers = {
    onpointerdown: (event: PointerEvent) => this.#down(event),
    onpointermove: (event: PointerEvent) => this.#move(event),
    onpointerup: (event: PointerEvent) => this.#up(event),
    onpointercancel: () => this.#end(),
    onpointerleave: () => {
      if (this.#drag === undefined) this.leave();
    },
    ondblclick: (event: MouseEvent) => {
      const time = this.#time(event);
      if (time !== undefined) this.#parts.zoom(0.5, time);
    },
  };

  /** The wheel is listened to by hand: only so may it keep the page from scrolling or zooming. */
  attach(element: HTMLElement): () => void {
    this.#element = element;
    const onwheel = (event: WheelEvent): void => this.#wheel(event);
    element.addEventListener('wheel', onwheel, { passive: false });
    return () => {
      element.removeEventListener('wheel', onwheel);
      this.#element = undefined;
    };
  }

  /** Points at a moment by the keyboard. */
  hold(row: string, at: number): void {
    [this.row, this.at] = [row, at];
    const track = this.#track(row);
    if (track === undefined) return;
    const { from, to } = this.#parts.span();
    const box = track.getBoundingClientRect();
    this.#place(box.left + ((at - from) / (to - from)) * box.width, box.bottom);
  }

  /** Goes so many parts on in a row, or to one of its ends. */
  step(row: string, by: number | 'first' | 'last'): void {
    const bars = this.#parts.bar(row);
    if (bars === undefined) return;
    const parts = bars.bars.worst.length;
    const before = this.at === undefined ? parts : partAt(bars, parts, this.at);
    const wanted = by === 'first' ? 0 : by === 'last' ? parts - 1 : before + by;
    const part = partOf(bars, parts, Math.max(0, Math.min(parts - 1, wanted)));
    this.hold(row, (part.from + part.to) / 2);
  }

  leave(): void {
    [this.row, this.at, this.tip] = [undefined, undefined, undefined];
  }

  /** Opens what is pointed at in a row. */
  openAt(row: string): void {
    const bars = this.#parts.bar(row);
    if (bars === undefined || this.at === undefined) return;
    const parts = bars.bars.worst.length;
    this.#parts.open(row, partOf(bars, parts, partAt(bars, parts, this.at)));
  }

  #track(row: string): HTMLElement | undefined {
    return this.#element?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row)}"]`) ?? undefined;
  }

  /** The place of the time axis, which every row's track shares. */
  #axis(): DOMRect | undefined {
    return this.#element?.querySelector('[data-axis]')?.getBoundingClientRect();
  }

  #time({ clientX }: MouseEvent): number | undefined {
    const box = this.#axis();
    if (box === undefined || clientX < box.left || clientX > box.right || box.width === 0) return undefined;
    const { from, to } = this.#parts.span();
    return from + ((clientX - box.left) / box.width) * (to - from);
  }

  #rowOf({ target }: Event): string | undefined {
    const track = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
    return track?.dataset['row'];
  }

  #place(x: number, y: number): void {
    const box = this.#element?.getBoundingClientRect();
    if (box === undefined) return;
    const flip = x > box.left + box.width * 0.6;
    this.tip = { left: x - box.left + (flip ? -12 : 12), top: y - box.top + 10, flip };
  }

  #down(event: PointerEvent): void {
    const box = this.#axis();
    const inside =
      this.#time(event) !== undefined && !(event.target instanceof Element && event.target.closest('a, button'));
    if (event.button !== 0 || box === undefined || !inside) return;
    const { from, to } = this.#parts.span();
    this.#drag = { x: event.clientX, span: { from, to }, width: box.width, moved: false, row: this.#rowOf(event) };
  }

  #move(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag !== undefined) {
      const by = event.clientX - drag.x;
      if (!drag.moved && Math.abs(by) < SLIP) return;
      if (!drag.moved) this.#element?.setPointerCapture(event.pointerId);
      drag.moved = true;
      this.dragging = true;
      this.leave();
      this.#parts.pan({ span: drag.span, share: -by / drag.width });
      return;
    }
    const row = this.#rowOf(event);
    const at = this.#time(event);
    if (row === undefined || at === undefined) {
      this.leave();
      return;
    }
    [this.row, this.at] = [row, at];
    const track = this.#track(row);
    this.#place(event.clientX, track?.getBoundingClientRect().bottom ?? event.clientY);
  }

  #up(event: PointerEvent): void {
    const drag = this.#drag;
    this.#end();
    if (drag === undefined || drag.moved || drag.row === undefined) return;
    const at = this.#time(event);
    if (at === undefined) return;
    this.at = at;
    this.openAt(drag.row);
  }

  #end(): void {
    this.#drag = undefined;
    this.dragging = false;
  }

  #wheel(event: WheelEvent): void {
    const at = this.#time(event);
    if (at === undefined) return;
    const onAxis = event.target instanceof Element && event.target.closest('[data-axis]') !== null;
    // Without a key the wheel scrolls the page, as everywhere; but over the axis there is nothing to scroll.
    if (event.ctrlKey || event.metaKey || onAxis) {
      event.preventDefault();
      this.#parts.zoom(Math.exp(event.deltaY * WHEEL), at);
      return;
    }
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (sideways === 0 || (!event.shiftKey && Math.abs(event.deltaX) < Math.abs(event.deltaY))) return;
    event.preventDefault();
    const box = this.#axis();
    if (box !== undefined) this.#parts.pan({ span: this.#parts.span(), share: sideways / box.width });
  }
}
