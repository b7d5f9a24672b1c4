/** What a key does in the timeline: steps to another part or row, or moves in time. */
export type TimelineKey =
  | { act: 'step'; by: number | 'first' | 'last' }
  | { act: 'row'; by: number }
  | { act: 'pan'; share: number }
  | { act: 'zoom'; factor: number }
  | { act: 'open' }
  | { act: 'leave' };

const KEYS: Readonly<Record<string, TimelineKey>> = {
  ArrowLeft: { act: 'step', by: -1 },
  ArrowRight: { act: 'step', by: 1 },
  PageUp: { act: 'step', by: -12 },
  PageDown: { act: 'step', by: 12 },
  Home: { act: 'step', by: 'first' },
  End: { act: 'step', by: 'last' },
  ArrowUp: { act: 'row', by: -1 },
  ArrowDown: { act: 'row', by: 1 },
  '+': { act: 'zoom', factor: 0.5 },
  '=': { act: 'zoom', factor: 0.5 },
  '-': { act: 'zoom', factor: 2 },
  Enter: { act: 'open' },
  ' ': { act: 'open' },
  Escape: { act: 'leave' },
};
const SHIFTED: Readonly<Record<string, TimelineKey>> = {
  ArrowLeft: { act: 'pan', share: -0.25 },
  ArrowRight: { act: 'pan', share: 0.25 },
  // On most keyboards a plus needs Shift.
  '+': { act: 'zoom', factor: 0.5 },
};

/** @returns undefined for a key that means nothing here. */
export function timelineKey(
  event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>,
): TimelineKey | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  return (event.shiftKey ? SHIFTED : KEYS)[event.key];
}
