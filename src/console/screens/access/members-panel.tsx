import { Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { membersQuery } from '../../access-queries.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ObjectLink } from '../../ui/object-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Person } from '../../ui/person.tsx';
import { Status } from '../../ui/status.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { useDirectory } from '../../use-directory.ts';
import { ChooseDialog } from './choose-dialog.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { CutOff } from './cut-off.tsx';
import { standingOf } from './standing.ts';

interface Props {
  readonly groupId: string;
  readonly name: string;
  readonly mayEdit: boolean;
}

/** The people of a group. */
export function MembersPanel({ groupId, name, mayEdit }: Props) {
  const { data, error, refetch } = useQuery(membersQuery(groupId));
  const { people } = useDirectory();
  const others = people.filter(({ id, disabled }) => !disabled && !data?.some((member) => member.id === id));
  return (
    <Panel
      title="Members"
      aside={
        mayEdit && (
          <ChooseDialog
            label="Add a member"
            title={`Add somebody to ${name}`}
            field="Person"
            choices={others}
            send={(userId, options) => keyferry.groups.add(groupId, userId, options)}
            done="Added to the group."
          />
        )
      }
    >
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={3} height={32} />)}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody is in it yet.
        </Text>
      )}
      {data && data.length > 0 && (
        <WideTable label="List of members" minWidth={420}>
          <Table.Tbody>
            {data.map((person) => (
              <Table.Tr key={person.id}>
                <Table.Td>
                  <ObjectLink about={{ type: 'person', id: person.id }}>
                    <Person name={person.name} />
                  </ObjectLink>
                </Table.Td>
                <Table.Td>
                  <Status {...standingOf(person)} />
                </Table.Td>
                <Table.Td ta="right">
                  {mayEdit && (
                    <ConfirmButton
                      label="Take out"
                      name={`Take out ${person.name}`}
                      title={`Take ${person.name} out of ${name}?`}
                      says="Roles of the group end for this person with the next request."
                      send={(options) => keyferry.groups.remove(groupId, person.id, options)}
                      done="Taken out of the group."
                      danger
                      small
                    />
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
      <CutOff count={data?.length ?? 0} />
    </Panel>
  );
}
