import type { NotificationSettings } from '../../shared/notification-settings.ts';
import type { Priority } from '../../shared/notification-message.ts';

export const LEVELS: readonly { value: NotificationSettings['notification_level']; label: string }[] = [
  { value: 'error', label: 'error: only error and fatal' },
  { value: 'warning', label: 'warning: warning, error and fatal' },
  { value: 'info', label: 'info: everything' },
];

export const PRIORITIES: readonly { value: Priority; label: string }[] = [
  { value: 'low', label: 'low' },
  { value: 'default', label: 'default' },
  { value: 'high', label: 'high' },
  { value: 'urgent', label: 'urgent' },
];

/** Names that need themselves, by way of others or at once: while all of them are down, nobody is told of any. */
export function rings(dependsOn: NotificationSettings['depends_on']): string[] {
  const reaches = (start: string): boolean => {
    const seen = new Set<string>();
    const edge = [...(dependsOn[start] ?? [])];
    for (let name = edge.pop(); name !== undefined; name = edge.pop()) {
      if (name === start) return true;
      if (seen.has(name)) continue;
      seen.add(name);
      edge.push(...(dependsOn[name] ?? []));
    }
    return false;
  };
  return Object.keys(dependsOn).filter(reaches);
}

/** Every tag that is spoken of anywhere, for suggestions. */
export function knownTags({
  tags,
  rules,
  quiet_hours,
  maintenance,
}: Pick<NotificationSettings, 'tags' | 'rules' | 'quiet_hours' | 'maintenance'>): string[] {
  const lists = [...Object.values(tags), ...[...rules, ...quiet_hours, ...maintenance].map((one) => one.tags)];
  return [...new Set(lists.flat())].sort();
}
