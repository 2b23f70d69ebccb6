import type { IconName } from './ui/icon.tsx';

interface Place {
  readonly to: '/' | '/inbox' | '/secrets' | '/projects' | '/sync' | '/vaults' | '/policies' | '/access' | '/audit';
  readonly label: string;
  readonly icon: IconName;
  /** Which number stands beside it. */
  readonly badge?: 'waiting';
  /** Other paths that belong to it. */
  readonly also?: readonly string[];
}

/** The places of the console in the order of the menu. */
export const NAVIGATION: readonly Place[] = [
  { to: '/', label: 'Overview', icon: 'overview' },
  { to: '/inbox', label: 'Inbox', icon: 'inbox', badge: 'waiting', also: ['/changes'] },
  { to: '/secrets', label: 'Secrets', icon: 'key' },
  { to: '/projects', label: 'Projects', icon: 'folder' },
  { to: '/sync', label: 'Sync map', icon: 'sync' },
  { to: '/vaults', label: 'Vaults', icon: 'vault' },
  { to: '/policies', label: 'Policies', icon: 'shield' },
  { to: '/access', label: 'Access', icon: 'people' },
  { to: '/audit', label: 'Audit', icon: 'list' },
];
