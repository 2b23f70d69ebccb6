import { Table, Text } from '@mantine/core';
import type { RoleGrant } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { roleLabel } from '../../role-words.ts';
import { ObjectLink } from '../../ui/object-link.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { useDirectory } from '../../use-directory.ts';
import { ConfirmButton } from './confirm-button.tsx';
import { ScopeText } from './scope-text.tsx';

interface Props {
  readonly grants: readonly RoleGrant[];
  /** Whether to say whose they are. */
  readonly withSubject?: boolean;
}

/** Who holds which role where. */
export function GrantTable({ grants, withSubject = false }: Props) {
  if (grants.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No role was given.
      </Text>
    );
  }
  return (
    <WideTable label="List of roles" minWidth={560}>
      <Table.Thead>
        <Table.Tr>
          {withSubject && <Table.Th>Who</Table.Th>}
          <Table.Th>Role</Table.Th>
          <Table.Th>Where</Table.Th>
          <Table.Th>Since</Table.Th>
          <Table.Th aria-label="Action" />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {grants.map((grant) => (
          <Row key={grant.id} grant={grant} withSubject={withSubject} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function Row({ grant, withSubject }: { readonly grant: RoleGrant; readonly withSubject: boolean }) {
  const { nameOf } = useDirectory();
  const { id, subjectType, subjectId, role, createdAt } = grant;
  const name = nameOf(subjectId) ?? `a ${subjectType}`;
  return (
    <Table.Tr>
      {withSubject && (
        <Table.Td>
          <ObjectLink about={{ type: subjectType, id: subjectId }}>{name}</ObjectLink>
          {subjectType !== 'person' && (
            <Text span size="sm" c="dimmed">
              {' '}
              {subjectType}
            </Text>
          )}
        </Table.Td>
      )}
      <Table.Td>{roleLabel(role)}</Table.Td>
      <Table.Td>
        <ScopeText {...grant} />
      </Table.Td>
      <Table.Td>
        <Time at={createdAt} />
      </Table.Td>
      <Table.Td ta="right">
        <ConfirmButton
          label="Take away"
          name={`Take ${roleLabel(role)} from ${name}`}
          title={`Take ${roleLabel(role)} from ${name}?`}
          says="It ends with the next request."
          send={(options) => keyferry.roles.revoke(id, options)}
          done="The role is taken away."
          danger
          small
        />
      </Table.Td>
    </Table.Tr>
  );
}
