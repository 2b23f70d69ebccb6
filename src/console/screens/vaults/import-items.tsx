import { Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ImportItem } from '../../../client/api-types.ts';
import { itemsOf } from '../../pages.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { More } from '../../ui/more.tsx';
import { Status } from '../../ui/status.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { importItemsQuery } from '../../vault-queries.ts';
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

/** What became of each entry, or would: names and types, never a value. */
export function ImportItems({ id }: { readonly id: string }) {
  const read = useInfiniteQuery(importItemsQuery(id));
  const { data, error, refetch } = read;
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
          {itemsOf(data).map((item) => (
            <Item key={item.position} item={item} />
          ))}
        </Table.Tbody>
      </WideTable>
      <More of={read} />
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
