import { List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { SecretUse } from '../../../client/api-types.ts';
import { consumersQuery } from '../../consumer-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';

/** Who reads the secret, and whom a change would reach. */
export function ConsumersPanel({ secretId }: { readonly secretId: string }) {
  const { data, error, refetch } = useQuery(consumersQuery(secretId));
  const uses = data?.items ?? [];
  const follow = uses.filter(({ selector }) => !isPinned(selector)).length;
  return (
    <Panel title="Consumers">
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading rows={1} height={28} />}
      {data && uses.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody has said that they read it.
        </Text>
      )}
      {uses.length > 0 && (
        <>
          <List size="sm" spacing={4} mb="xs">
            {uses.map((use) => (
              <List.Item key={`${use.id} ${use.selector}`}>
                <strong>{use.name}</strong> {readsWhat(use)}
              </List.Item>
            ))}
          </List>
          <Text size="sm" c="dimmed">
            {follow === 0
              ? 'A new version reaches none of them: all stay at theirs.'
              : `A new version reaches ${follow} of ${uses.length}. Deleting it leaves all without.`}
          </Text>
        </>
      )}
    </Panel>
  );
}

function isPinned(selector: string): boolean {
  return /^\d+$/.test(selector);
}

function readsWhat({ selector, version }: SecretUse): string {
  if (isPinned(selector)) return `reads version ${selector}`;
  const which = selector === 'latest' ? 'the newest version' : 'the newest enabled version';
  return version === null ? `reads ${which}; there is none` : `reads ${which}, now ${version}`;
}
