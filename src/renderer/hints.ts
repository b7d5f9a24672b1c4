import type { ServiceSummary } from '../shared/service-status.ts';
import { formatDuration } from '../shared/text.ts';

/** One thing to do: a sentence, and the command that does it where there is one. */
export interface Hint {
  text: string;
  command?: string;
}

/** A path as one word of a POSIX shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function folderOf(file: string): string {
  return file.replace(/[/\\][^/\\]*$/, '') || '/';
}

function stemOf(file: string): string {
  return file.replace(/^.*[/\\]/, '').replace(/\.json$/, '');
}

/** Windows has other commands; there the sentence alone must do. */
function command(file: string, line: (path: string) => string): Pick<Hint, 'command'> {
  return file.startsWith('/') ? { command: line(quoted(file)) } : {};
}

const look = (file: string): Pick<Hint, 'command'> => command(file, (path) => `ls -l ${path}`);
const WRITERS =
  'A health file must be written beside itself and renamed into place, as HealthReporter does; a program that writes into the file itself will be read half-way now and then.';
const FOUND_IN_LOG = 'Look into the service’s log for what happened at that time.';

const FAULTS: Readonly<Record<string, (file: string) => Hint[]>> = {
  empty: (file) => [
    { text: 'The file is there and holds nothing. Often the disk is full, or the service was killed while it wrote.' },
    {
      text: 'See whether there is room on the disk, then restart the service.',
      ...command(folderOf(file), (path) => `df -h ${path}`),
    },
  ],
  truncated: (file) => [
    { text: 'The file ends in the middle. The disk may be full, or the service does not write it in one piece.' },
    { text: 'See whether there is room on the disk.', ...command(folderOf(file), (path) => `df -h ${path}`) },
    { text: WRITERS },
  ],
  'not-json': (file) => [
    {
      text: 'The file is not JSON. See what stands in it, and which program writes it.',
      ...command(file, (path) => `head -c 400 ${path}`),
    },
    { text: WRITERS },
  ],
  binary: (file) => [
    {
      text: 'The file is not text. Something other than a health report is written there, or the disk is damaged.',
      ...command(file, (path) => `file ${path}`),
    },
  ],
  'wrong-shape': () => [
    {
      text: 'The file is JSON, but not a health report. The message names the field: correct it where the service writes the file.',
    },
  ],
  'unknown-status': () => [
    {
      text: 'A status must be one of healthy, warning, error, fatal and unknown. The message says where another word stands: correct it in the service.',
    },
  ],
  'too-large': (file) => [
    {
      text: 'A health file holds the last 50 checks and is a few kilobytes long. See what this one has grown by.',
      ...look(file),
    },
  ],
  'not-a-file': (file) => [
    {
      text: 'Something with this name is there, and it is no file. Move it away; the service writes a new one.',
      ...look(file),
    },
  ],
  'outside-link': (file) => [
    {
      text: 'The file is a link that leads out of the folder, and is not followed. Let the service write into the folder itself.',
      ...look(file),
    },
  ],
  'no-permission': (file) => [
    {
      text: 'The monitor may not read the file. Allow it, or let the monitor run in the service’s group.',
      ...command(file, (path) => `chmod a+r ${path}`),
    },
  ],
  'read-error': (file) => [
    {
      text: 'The file could not be read. The disk or the network share may be failing; the system’s log says more.',
      ...look(file),
    },
  ],
  'folder-missing': (file) => [
    {
      text: 'The folder of the health files does not exist. Start a service that writes there, or create it.',
      ...command(folderOf(file), (path) => `mkdir -p ${path}`),
    },
    { text: 'If the services write somewhere else, correct health_dirs in the settings.' },
  ],
  'folder-unreadable': (file) => [
    {
      text: 'The monitor may not read the folder of the health files. Allow it.',
      ...command(folderOf(file), (path) => `chmod a+rx ${path}`),
    },
  ],
};

function missing({ file, expected }: ServiceSummary): Hint[] {
  return [
    {
      text: 'Its file was there and is gone. If the service should run, start it: its next report brings it back.',
      ...look(folderOf(file)),
    },
    {
      text: expected
        ? 'If it is gone for good, take it out of expected_services in the settings.'
        : 'If it is gone for good, forget it below.',
    },
  ];
}

/**
 * What a person can do about a service, the likeliest first.
 *
 * @param now the monitor's time, in milliseconds since the epoch.
 */
export function whatToDo(service: ServiceSummary, now: number): Hint[] {
  const { reason, fault, file, status, reportedAt } = service;
  const byFault = fault === null ? undefined : FAULTS[fault]?.(file);
  switch (reason) {
    case 'grace':
      return [
        {
          text: 'Nothing: just wait. The monitor, or this machine, has only just started and gives the service time to report.',
        },
      ];
    case 'stale':
      return [
        {
          text: `It has not written its file${reportedAt === null ? '' : ` for ${formatDuration(now - reportedAt)}`}. It has probably stopped or hangs: see whether its process runs, and restart it.`,
          ...command(file, () => `pgrep -af -- ${quoted(stemOf(file))}`),
        },
        { text: FOUND_IN_LOG },
        { text: 'If it is well and only reports seldom, give it more time in service_timeouts in the settings.' },
      ];
    case 'missing':
      return fault === 'folder-missing' || fault === 'folder-unreadable'
        ? (byFault ?? missing(service))
        : missing(service);
    case 'never-seen':
      return [
        ...(fault === 'folder-missing' || fault === 'folder-unreadable' ? (byFault ?? []) : []),
        { text: 'The settings say that there is such a service, and it has never reported. Start it.' },
        { text: `If it runs, see whether it writes ${file} under exactly this name.`, ...look(folderOf(file)) },
      ];
    case 'checked':
      return status === 'healthy'
        ? []
        : [
            { text: 'The monitor looked at it from outside: its checks below say what was found, worst first.' },
            { text: FOUND_IN_LOG },
          ];
    case 'check-failed':
      return [
        {
          text: 'The check itself could not be carried out, so nothing is known of the service. The message says what stood in the way.',
        },
      ];
    case 'corrupt':
    case 'unreadable':
    case 'too-large':
      return byFault ?? [{ text: 'See what is wrong with the file, and which program writes it.', ...look(file) }];
    case 'reported':
      if (byFault !== undefined) return byFault;
      if (status === 'healthy') return [];
      return [
        { text: 'The service says this of itself: its checks below say what is wrong, worst first.' },
        ...(status === 'fatal'
          ? [{ text: 'After a fatal error a service stops. Repair the cause, then start it again.' }]
          : [{ text: FOUND_IN_LOG }]),
      ];
  }
}
