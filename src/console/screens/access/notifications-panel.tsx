import { Group, NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { NotificationPreferences } from '../../../client/api-types.ts';
import { preferencesQuery } from '../../access-queries.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useGovernedMutation } from '../../use-governed-mutation.ts';

const PACES = [
  { value: 'immediate', label: 'At once' },
  { value: 'hourly', label: 'Gathered, every hour' },
  { value: 'daily', label: 'Gathered, every day' },
  { value: 'off', label: 'Never' },
] as const satisfies readonly { value: NotificationPreferences['reviews']; label: string }[];

const KINDS = [
  { kind: 'reviews', label: 'Reviews', says: 'Requests that wait for you, and what becomes of yours' },
  { kind: 'operations', label: 'Operations', says: 'Copies, vaults and what runs out, if you look after them' },
] as const;

/** What comes by mail, and how fast. */
export function NotificationsPanel() {
  const { data, error, refetch } = useQuery(preferencesQuery);
  const choose = useGovernedMutation({
    send: (body: Partial<NotificationPreferences>, options) =>
      keyferry.call('updateNotificationPreferences', { body }, options),
    done: 'Saved.',
  });
  return (
    <Panel title="Mail">
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={1} height={60} />)}
      {data && (
        <Group gap="lg" align="flex-start">
          {KINDS.map(({ kind, label, says }) => (
            <NativeSelect
              key={kind}
              label={label}
              description={says}
              maw="22rem"
              data={[...PACES]}
              value={choose.isPending ? (choose.variables[kind] ?? data[kind]) : data[kind]}
              disabled={choose.isPending}
              onChange={({ currentTarget }) =>
                choose.mutate({ [kind]: currentTarget.value as NotificationPreferences['reviews'] })
              }
            />
          ))}
        </Group>
      )}
      {choose.error && <Failure error={choose.error} />}
      <Text size="sm" c="dimmed" mt="sm">
        Mail never holds a value.
      </Text>
    </Panel>
  );
}
