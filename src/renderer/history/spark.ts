/** Two figures behind the point are more than a screen shows. */
const short = (value: number): string => String(Math.round(value * 100) / 100);

/**
 * A line through the values from the bottom of the height to its top: x counts the values, a gap breaks the line. What does
 * not change at all lies in the middle.
 */
export function sparkPaths(values: readonly (number | null)[], height: number): string {
  const known = values.filter((value) => value !== null);
  const min = known.reduce((a, b) => Math.min(a, b), Infinity);
  const max = known.reduce((a, b) => Math.max(a, b), -Infinity);
  const pad = height * 0.08;
  const place = (value: number): number =>
    max === min ? height / 2 : height - pad - ((value - min) / (max - min)) * (height - 2 * pad);
  let d = '';
  let drawing = false;
  values.forEach((value, index) => {
    if (value === null) {
      drawing = false;
      return;
    }
    d += `${drawing ? 'L' : 'M'}${index} ${short(place(value))}`;
    // A value between two gaps is a short stroke, or nobody would see it.
    if (!drawing && (values[index + 1] ?? null) === null) d += 'h0.4';
    drawing = true;
  });
  return d;
}
