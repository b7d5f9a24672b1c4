/** An id for a new check that no other has: `http`, `http-2`. */
export function freeId(wanted: string, taken: readonly string[]): string {
  let id = wanted;
  for (let count = 2; taken.includes(id); count += 1) id = `${wanted}-${count}`;
  return id;
}
