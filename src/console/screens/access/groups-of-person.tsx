import { Group, List, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Person } from '../../../client/api-types.ts';
import { groupsOfQuery } from '../../access-queries.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { ObjectLink } from '../../ui/object-link.tsx';
import { Panel } from '../../ui/panel.tsx';
import { useDirectory } from '../../use-directory.ts';
import { ChooseDialog } from './choose-dialog.tsx';
import { ConfirmButton } from './confirm-button.tsx';

interface Props {
  readonly person: Person;
  readonly mayEdit: boolean;
}

/** The groups somebody is in. */
export function GroupsOfPerson({ person, mayEdit }: Props) {
  const { data, error, refetch } = useQuery(groupsOfQuery(person.id));
  const { groups } = useDirectory();
  const others = groups.filter(({ id }) => !data?.some((group) => group.id === id));
  return (
    <Panel
      title="Groups"
      aside={
        mayEdit && (
          <ChooseDialog
            label="Add to a group"
            title={`Add ${person.name} to a group`}
            field="Group"
            choices={others}
            send={(groupId, options) => keyferry.groups.add(groupId, person.id, options)}
            done="Added to the group."
          />
        )
      }
    >
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={1} height={28} />)}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {groups.length === 0 ? 'In no group: there is none yet.' : 'In no group.'}
        </Text>
      )}
      <List listStyleType="none" spacing={6} size="sm">
        {data?.map(({ id, name }) => (
          <List.Item key={id}>
            <Group gap="sm">
              <ObjectLink about={{ type: 'group', id }}>{name}</ObjectLink>
              {mayEdit && (
                <ConfirmButton
                  label="Take out"
                  name={`Take out of ${name}`}
                  title={`Take ${person.name} out of ${name}?`}
                  says="Roles of the group end for this person with the next request."
                  send={(options) => keyferry.groups.remove(id, person.id, options)}
                  done="Taken out of the group."
                  danger
                  small
                />
              )}
            </Group>
          </List.Item>
        ))}
      </List>
    </Panel>
  );
}
