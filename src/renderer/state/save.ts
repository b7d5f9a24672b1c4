import type { ExportedFile, ExportQuery } from '../../shared/history.ts';
import type { AppState } from './app.svelte.ts';

/** The browser may still be reading it for a while, in ms. */
const KEPT = 60_000;

/** Has a browser save a file, where it saves files. */
function download({ name, type, text }: ExportedFile): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
}

/** Fetches what is shown as a file and saves it: a browser by itself, the desktop where the person says. */
export async function saveExport(app: AppState, query: ExportQuery): Promise<void> {
  await app.run(async () => {
    const file = await app.client.exportHistory(query);
    const cut = file.cut ? ' It holds the first 100,000 rows; a shorter span has them all.' : '';
    if (app.session.link.remote) {
      download(file);
      app.toasts.done(`Saved ${file.name}.${cut}`);
      return;
    }
    const { saved, path } = await app.client.saveFile({ name: file.name, text: file.text });
    if (saved) app.toasts.done(`Saved ${path ?? file.name}.${cut}`);
  }, 'It could not be exported.');
}
