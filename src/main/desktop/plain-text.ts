/**
 * What must not reach a tooltip, a menu or an alert: control characters, line and paragraph separators, zero-width
 * characters and those that turn the direction of the text around them.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu;

/**
 * Text of somebody else's as a native surface can show it: one line, printable, at most `most` UTF-16 units. What is too
 * long is cut at a word where there is one, and ends in an ellipsis.
 */
export function plainText(text: string, most: number): string {
  // Far more than any surface shows; a message of megabytes need not be searched to its end.
  const line = text
    .slice(0, most * 4 + 400)
    .replace(UNPRINTABLE, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return cutAtWord(line, most);
}

/** Cuts text to `most` UTF-16 units, at a word where that does not lose more than half of it. */
export function cutAtWord(text: string, most: number): string {
  if (text.length <= most) return text;
  if (most < 1) return '';
  let end = most - 1;
  const blank = text.lastIndexOf(' ', end);
  if (blank > most / 2) end = blank;
  // A character outside the basic plane is two units: never one of them alone.
  else if (/[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
  return `${text.slice(0, end).replace(/[ ,;:·]+$/, '')}…`;
}
