import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AuditEvent } from '../../../client/api-types.ts';
import { actionWords } from '../../action-words.ts';
import { eventsAroundQuery } from '../../audit-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { absolute } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import styles from './audit.module.css';

/** The events on both sides of where the record breaks. */
export function BrokenPlace({ seq }: { readonly seq: number }) {
  const { data, error, refetch } = useQuery(eventsAroundQuery(seq));
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={3} height={24} />;
  const missing = !data.some((event) => event.seq === seq);
  return (
    <>
      <Neighbours events={data} seq={seq} />
      {missing && <Text size="sm">Event {seq} is not there.</Text>}
    </>
  );
}

function Neighbours({ events, seq }: { readonly events: readonly AuditEvent[]; readonly seq: number }) {
  return (
    <WideTable label="Around the break" minWidth={420}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Event</Table.Th>
          <Table.Th>When</Table.Th>
          <Table.Th>What</Table.Th>
          <Table.Th>Who</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {events.map((event) => (
          <Table.Tr key={event.seq} className={event.seq === seq ? styles.broken : undefined}>
            <Table.Td>{event.seq === seq ? `${event.seq} (breaks here)` : event.seq}</Table.Td>
            <Table.Td>{absolute(event.at)}</Table.Td>
            <Table.Td>{actionWords(event.action)}</Table.Td>
            <Table.Td>{event.actor.name}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
