/** A number for each service, such as when it was last asked for. Nothing is drawn from it, so it is not reactive. */
export type Marks = Map<string, number>;

export function newMarks(): Marks {
  return new Map();
}
