import { Table, Text } from '@mantine/core';
import type { RoleList } from '../../../client/api-types.ts';
import { roleLabel } from '../../role-words.ts';
import { Panel } from '../../ui/panel.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { wordsOf } from '../../words.ts';

/** What each role allows. */
export function RoleGuide({ roles }: { readonly roles: RoleList['items'] }) {
  return (
    <Panel title="What each role allows">
      <WideTable label="Roles and rights" minWidth={640}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Role</Table.Th>
            <Table.Th>In a sentence</Table.Th>
            <Table.Th>Rights</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {roles.map(({ role, summary, rights }) => (
            <Table.Tr key={role}>
              <Table.Td>{roleLabel(role)}</Table.Td>
              <Table.Td>{summary}</Table.Td>
              <Table.Td>
                <Text size="sm" c="dimmed">
                  {rights.map((right) => wordsOf(right).toLowerCase()).join(', ')}
                </Text>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
    </Panel>
  );
}
