import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

/** Kinds of events and which queries they make stale. */
const AREAS: Readonly<Record<string, readonly string[]>> = {
  change: ['changes', 'secrets', 'profiles', 'policies', 'audit'],
  target: ['secrets', 'sync', 'audit'],
  secret: ['secrets', 'audit'],
  vault_profile: ['profiles', 'sync', 'audit'],
  approval_profile: ['policies', 'audit'],
  reset: ['changes', 'secrets', 'sync', 'profiles', 'policies', 'audit'],
};
const KINDS = [
  ...['waiting', 'reviewed', 'commented', 'unsatisfiable', 'overridden', 'approved', 'rejected', 'cancelled'].map(
    (kind) => `change.${kind}`,
  ),
  ...['expiring', 'expired', 'applied', 'failed', 'conflict', 'indeterminate'].map((kind) => `change.${kind}`),
  ...['failed', 'drifted', 'conflict'].map((kind) => `target.${kind}`),
  ...['drifted', 'expiring'].map((kind) => `secret.${kind}`),
  'approval_profile.unsatisfiable',
  'vault_profile.unreachable',
  'reset',
];
/** Events that come together lead to one look. */
const GATHER_MS = 80;

/**
 * Keeps what is shown up to date through the event stream. A person has few streams at a time, so a tab that nobody looks at
 * gives its own back and catches up when it is looked at again.
 */
export function useLiveEvents(): void {
  const client = useQueryClient();
  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = '';
    const stale = new Set<string>();
    const refresh = () => {
      timer = undefined;
      for (const area of stale) void client.invalidateQueries({ queryKey: [area] });
      stale.clear();
    };
    const onEvent = (event: MessageEvent) => {
      last = event.lastEventId || last;
      for (const area of AREAS[event.type.split('.')[0] ?? ''] ?? []) stale.add(area);
      timer ??= setTimeout(refresh, GATHER_MS);
    };
    const open = () => {
      source = new EventSource(last === '' ? '/v1/events' : `/v1/events?after=${last}`);
      for (const kind of KINDS) source.addEventListener(kind, onEvent);
    };
    const close = () => {
      source?.close();
      source = undefined;
    };
    const follow = () => {
      if (document.hidden) close();
      else if (source === undefined) open();
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      clearTimeout(timer);
      close();
    };
  }, [client]);
}
