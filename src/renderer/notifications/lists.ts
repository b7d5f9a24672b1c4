/** Moves an item of a list by some places. @returns whether it could. */
export function move<T>(list: T[], item: T, by: number): boolean {
  const from = list.indexOf(item);
  const to = from + by;
  if (from < 0 || to < 0 || to >= list.length) return false;
  list.splice(from, 1);
  list.splice(to, 0, item);
  return true;
}
