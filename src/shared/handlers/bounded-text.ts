/**
 * What must not reach anybody's screen or a header: control characters, halves of characters, line and paragraph
 * separators, and invisible marks such as those that turn the direction of writing. The joiners stay: emoji and several
 * scripts are made with them.
 */
const HIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/gu;
const HIDDEN_OR_BLANK = /(?:[\s\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf})+/gu;

const ELLIPSIS = '…';

/**
 * Somebody else's text as one line of at most `most` UTF-16 units, without anything invisible. What is too long ends in an
 * ellipsis.
 */
export function oneLine(text: string, most: number): string {
  return cut(head(text, most).replace(HIDDEN_OR_BLANK, ' ').trim(), most);
}

/**
 * Somebody else's text with its lines kept, at most `most` UTF-16 units, without anything invisible. Never more than one
 * empty line in a row.
 */
export function manyLines(text: string, most: number): string {
  const lines = head(text, most)
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/)
    .map((line) => line.replaceAll('\t', ' ').replace(HIDDEN, ' ').trimEnd());
  return cut(
    lines
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
    most,
  );
}

/** As much as could be needed: a message of megabytes need not be searched to its end. */
function head(text: string, most: number): string {
  const enough = most * 4 + 400;
  return text.length > enough ? text.slice(0, enough) + ELLIPSIS : text;
}

/** Cuts text to `most` UTF-16 units, never through a character. What is cut ends in an ellipsis. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  if (most < 1) return '';
  return wholeCharacters(text, most - 1) + ELLIPSIS;
}

function wholeCharacters(text: string, length: number): string {
  // A character outside the basic plane is two units: never one of them alone.
  const end = /[\uD800-\uDBFF]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return text.slice(0, end);
}

/** How many bytes a text is in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Cuts text to `most` bytes of UTF-8, never through a character. What is cut ends in an ellipsis. */
export function cutToBytes(text: string, most: number): string {
  if (text.length * 3 <= most || (text.length <= most && byteLength(text) <= most)) return text;
  const room = most - byteLength(ELLIPSIS);
  if (room < 0) return '';
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += utf8Size(character);
    if (bytes > room) break;
    end += character.length;
  }
  return text.slice(0, end) + ELLIPSIS;
}

/** Bytes of one character in UTF-8; half a character is encoded as U+FFFD. */
function utf8Size(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/**
 * Escapes text character by character and stops, with an ellipsis, before the result is longer than `most` UTF-16 units:
 * cutting what is escaped already could cut an escape in half.
 */
export function escapeWithin(text: string, most: number, escape: (character: string) => string): string {
  let result = '';
  // Where the text ends in time nothing is cut; until then, this is how far it may go with the ellipsis behind it.
  let safe = 0;
  for (const character of text) {
    const next = escape(character);
    if (result.length + next.length > most) return result.slice(0, safe) + (most < 1 ? '' : ELLIPSIS);
    result += next;
    if (result.length < most) safe = result.length;
  }
  return result;
}

const MARKUP: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML, inside an element or a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => MARKUP[character] ?? character);
}

/** Whole characters only: what has half a character in it is no valid UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\uFFFD');
}
