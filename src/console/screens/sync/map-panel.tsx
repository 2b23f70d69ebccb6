import { Text } from '@mantine/core';
import { useMemo } from 'react';
import type { VaultProfile } from '../../../client/api-types.ts';
import type { MapFilter } from '../../sync-queries.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { MapFilters } from './map-filters.tsx';
import { SyncMap } from './sync-map.tsx';
import type { MapSearch } from './sync-search.ts';
import { useMapRows } from './use-map-rows.ts';

const NUMBER = new Intl.NumberFormat('en');

interface Props {
  readonly search: MapSearch;
  readonly profiles: readonly VaultProfile[];
  readonly onOpen: (secretId: string, targetId: string) => void;
}

/** The map with what narrows it. */
export function MapPanel({ search, profiles, onOpen }: Props) {
  const { name, state, profile } = search;
  const filter = useMemo(
    (): MapFilter => ({
      ...(name === undefined ? {} : { name }),
      ...(state === undefined ? {} : { targetState: state }),
      ...(profile === undefined ? {} : { profileId: profile }),
    }),
    [name, state, profile],
  );
  const rows = useMapRows(filter);
  const { pages, count, reading, cut, error, dataUpdatedAt, refetch } = rows;
  return (
    <Panel
      title="Copies"
      aside={
        <Text size="sm" c="dimmed" role="status">
          {count > 0 && `${NUMBER.format(count)}${reading ? ' and more' : ''} secrets`}
        </Text>
      }
    >
      <MapFilters search={search} profiles={profiles} />
      {error && <Failure error={error} retry={() => void refetch()} />}
      {pages.length === 0 && !error && <Loading rows={8} height={44} />}
      {pages.length > 0 && count === 0 && <Nothing narrowed={Object.keys(filter).length > 0} />}
      {count > 0 && (
        <SyncMap filter={filter} pages={pages} readAt={dataUpdatedAt} profiles={profiles} onOpen={onOpen} />
      )}
      {cut && (
        <Text size="sm" c="dimmed" mt="xs">
          These are the first {NUMBER.format(count)} by name. Narrow the map to see others.
        </Text>
      )}
    </Panel>
  );
}

function Nothing({ narrowed }: { readonly narrowed: boolean }) {
  return narrowed ? (
    <Empty icon="sync" title="No secret matches">
      Nothing is in that state, or has that name.
    </Empty>
  ) : (
    <Empty icon="sync" title="No secret yet">
      Create a secret with targets, and its copies appear here with their state and version.
    </Empty>
  );
}
