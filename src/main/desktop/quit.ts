import type { App } from 'electron';

/** A monitor that cannot be closed in this time is left to the end of its process. */
const TIME_LIMIT = 5_000;

/** Lets the program end only after `close`, and then for good. */
export function endOnce(app: Pick<App, 'on' | 'exit'>, close: () => Promise<void>): void {
  let ending = false;
  const end = async (): Promise<void> => {
    let code = 0;
    const late = setTimeout(() => app.exit(code), TIME_LIMIT);
    try {
      await close();
    } catch (error) {
      console.error(error);
      code = 1;
    }
    clearTimeout(late);
    app.exit(code);
  };
  app.on('will-quit', (event) => {
    event.preventDefault();
    if (ending) return;
    ending = true;
    void end();
  });
}
