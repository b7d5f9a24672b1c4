/** More of a text than this is not searched, in UTF-16 units: the beginning names what happened. */
const SEARCHED = 4000;
const MOST_WORDS = 8;

/** What a search looks through: without case, in every script. */
export function searchText(parts: readonly string[]): string {
  return parts.join('\n').slice(0, SEARCHED).toLowerCase();
}

/** The words that must all occur, as `searchText` writes them. */
export function searchWords(search: string): string[] {
  return search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
}
