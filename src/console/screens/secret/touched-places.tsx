import { List, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Secret } from '../../../client/api-types.ts';
import { targetsQuery } from '../../queries.ts';
import { Breakable } from '../../ui/breakable.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Says } from './action-dialog.tsx';

interface Props {
  readonly secret: Secret;
  readonly copies: 'delete' | 'keep';
  readonly recoverable: boolean;
}

/** Every place that it touches. */
export function TouchedPlaces({ secret, copies, recoverable }: Props) {
  const { data } = useQuery(targetsQuery(secret.id));
  if (!data) return <Loading rows={2} height={28} />;
  const there = data.items.filter(({ state }) => state !== 'removed');
  return (
    <Stack gap={6}>
      <Says>
        {recoverable
          ? 'At its source it can be restored until its time is over.'
          : 'At its source every version is destroyed. Nobody can bring it back.'}
      </Says>
      {there.length === 0 ? (
        <Says>There are no copies.</Says>
      ) : (
        <>
          <Text size="sm">
            {there.length === 1 ? 'One copy' : `${there.length} copies`}{' '}
            {copies === 'delete' ? 'will be removed:' : 'will stay:'}
          </Text>
          <List size="sm" spacing={2}>
            {there.map(({ id, profileName, remotePath }) => (
              <List.Item key={id}>
                <strong>{profileName}</strong>{' '}
                <Text span size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                  <Breakable text={remotePath} />
                </Text>
              </List.Item>
            ))}
          </List>
        </>
      )}
    </Stack>
  );
}
