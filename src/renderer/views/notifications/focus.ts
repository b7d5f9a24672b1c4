import { tick } from 'svelte';

/** Where a button has gone together with what it did, whoever works by keys goes on at the tab's content. */
export async function focusPanel(): Promise<void> {
  await tick();
  if (document.activeElement !== document.body) return;
  document.querySelector<HTMLElement>('[role="tabpanel"]')?.focus({ preventScroll: true });
}
