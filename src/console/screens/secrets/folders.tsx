import { Button, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { SecretFilter } from '../../secret-queries.ts';
import { Icon } from '../../ui/icon.tsx';
import { trail } from './folder-tree.ts';
import styles from './secrets.module.css';
import { withFilter } from './secrets-search.ts';
import { type Listed, useFolders } from './use-folders.ts';

interface Props {
  readonly filter: SecretFilter;
  readonly listed: Listed;
}

/** Where the list is, the way up, and the folders below. */
export function Folders({ filter, listed }: Props) {
  const here = filter.path ?? '';
  const { folders: below, counted, read } = useFolders(filter, listed);
  if (here === '' && below.length === 0) return null;
  const to = (path: string) => withFilter(filter, { path });
  return (
    <Group gap="xs" component="nav" aria-label="Folders">
      {here !== '' && (
        <Group gap={4} wrap="nowrap">
          <Link to="/secrets" search={to('')} className={styles.step}>
            All folders
          </Link>
          {trail(here).map(({ name, path }) => (
            <Group key={path} gap={4} wrap="nowrap">
              <Text span c="dimmed" aria-hidden="true">
                /
              </Text>
              <Link
                to="/secrets"
                search={to(path)}
                className={styles.step}
                aria-current={path === here ? 'location' : undefined}
              >
                {name}
              </Link>
            </Group>
          ))}
        </Group>
      )}
      {below.map(({ name, path, count }) => (
        <Link key={path} to="/secrets" search={to(path)} className={styles.folder}>
          <Icon name="folder" size={16} /> {name}
          <Text span size="xs" c="dimmed">
            {count}
            {!counted && '+'}
          </Text>
        </Link>
      ))}
      {read?.hasNextPage && (
        <Button
          size="compact-sm"
          variant="subtle"
          loading={read.isFetchingNextPage}
          onClick={() => void read.fetchNextPage()}
        >
          More folders
        </Button>
      )}
    </Group>
  );
}
