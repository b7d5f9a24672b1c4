/** What is remembered beyond this visit, in this browser. @returns undefined where there is nothing, or no storage. */
export function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(`experimance-health.${key}`) ?? undefined;
  } catch {
    // No storage in this browser: it begins as at the first visit.
    return undefined;
  }
}

/** Remembers it; an empty text forgets it. */
export function remember(key: string, text: string): void {
  try {
    if (text === '') localStorage.removeItem(`experimance-health.${key}`);
    else localStorage.setItem(`experimance-health.${key}`, text);
  } catch {
    // Without storage it holds for this visit only, which is what can be done.
    return;
  }
}
