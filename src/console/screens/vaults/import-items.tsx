import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Status } from '../../ui/status.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { importItemsQuery } from '../../vault-queries.ts';
import type { ImportItem } from '../../vault-types.ts';
import { type Tone, wordsOf } from '../../words.ts';

const TONES: Readonly<Record<string, Tone>> = {
  ready: 'good',
  imported: 'good',
  importing: 'moving',
  pending: 'moving',
  waiting: 'waiting',
  skipped: 'quiet',
  cancelled: 'quiet',
};

/** What became of each entry, or would: names and types, never a value. The first 200. */
export function ImportItems({ id }: { readonly id: string }) {
  const { data, error, refetch } = useQuery(importItemsQuery(id));
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Loading rows={3} height={32} />;
  return (
    <>
      <WideTable label="Entries and what becomes of them" minWidth={620}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Entry</Table.Th>
            <Table.Th>Secret</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>State</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.items.map((item) => (
            <Item key={item.position} item={item} />
          ))}
        </Table.Tbody>
      </WideTable>
      {data.nextCursor !== null && (
        <Text size="sm" c="dimmed">
          These are the first {data.items.length}.
        </Text>
      )}
    </>
  );
}

function Item({ item: { entry, path, name, type, state, code, found } }: { readonly item: ImportItem }) {
  return (
    <Table.Tr>
      <Table.Td ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
        {entry}
      </Table.Td>
      <Table.Td>{name === null ? '–' : [path, name].filter(Boolean).join('/')}</Table.Td>
      <Table.Td>
        {type === null ? '–' : wordsOf(type)}
        {found?.because && (
          <Text size="xs" c="dimmed">
            {wordsOf(found.because)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Status tone={TONES[state] ?? 'bad'} label={wordsOf(state)} />
        {(code ?? found?.expected) && (
          <Text size="xs" c="dimmed">
            {code ? wordsOf(code) : `Expected ${found?.expected}`}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
