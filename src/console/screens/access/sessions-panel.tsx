import { Badge, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Session } from '../../../client/api-types.ts';
import { sessionsQuery } from '../../access-queries.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { ConfirmButton } from './confirm-button.tsx';

interface Props {
  readonly userId: string;
  readonly own?: boolean;
}

/** The browsers somebody is signed in at. */
export function SessionsPanel({ userId, own = false }: Props) {
  const { data, error, refetch } = useQuery(sessionsQuery(userId));
  return (
    <Panel title="Signed in at">
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={2} height={32} />)}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed">
          No browser at the moment.
        </Text>
      )}
      {data && data.length > 0 && (
        <WideTable label="List of sessions" minWidth={480}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Since</Table.Th>
              <Table.Th>Last seen</Table.Th>
              <Table.Th>Ends at the latest</Table.Th>
              <Table.Th aria-label="Action" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((session) => (
              <Row key={session.id} session={session} own={own} />
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </Panel>
  );
}

function Row({ session, own }: { readonly session: Session; readonly own: boolean }) {
  const { id, createdAt, seenAt, expiresAt, current } = session;
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Time at={createdAt} />
          {current && (
            <Badge variant="default" tt="none">
              This browser
            </Badge>
          )}
        </Group>
      </Table.Td>
      <Table.Td>
        <Time at={seenAt} />
      </Table.Td>
      <Table.Td>
        <Time at={expiresAt} />
      </Table.Td>
      <Table.Td ta="right">
        {!current && (
          <ConfirmButton
            label="End"
            name="End the session"
            title="End this session?"
            says={`${own ? 'That browser' : 'The browser'} has to sign in again, from its next request on.`}
            send={(options) => keyferry.sessions.revoke(id, options)}
            done="The session has ended."
            danger
            small
          />
        )}
      </Table.Td>
    </Table.Tr>
  );
}
