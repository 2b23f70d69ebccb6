import { Group, Stack, Text } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { Person } from '../../../client/api-types.ts';
import { personQuery } from '../../access-queries.ts';
import { keyferry } from '../../keyferry.ts';
import { meQuery } from '../../queries.ts';
import { may, mayAnywhere } from '../../rights.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { BackToAccess } from './back-to-access.tsx';
import { EnableButton } from './enable-button.tsx';
import { GroupsOfPerson } from './groups-of-person.tsx';
import { LatestActs } from './latest-acts.tsx';
import { MachinesOfPerson } from './machines-of-person.tsx';
import { NameDialog } from './name-dialog.tsx';
import { RolesOf } from './roles-of.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import { standingOf } from './standing.ts';
import { TokensPanel } from './tokens-panel.tsx';

/** One person: what it may do and how it comes in. */
export function PersonScreen() {
  const { userId } = useParams({ from: '/signed-in/access/people/$userId' });
  const { data, error, refetch } = useQuery(personQuery(userId));
  if (data) return <PersonPage key={data.id} person={data} />;
  return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={4} height={120} />;
}

function PersonPage({ person }: { readonly person: Person }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const { id, name, email, disabled } = person;
  const administers = may(me, 'access.administer', null);
  const own = me.personId === id;
  return (
    <>
      <BackToAccess show="people" />
      <Page
        title={name}
        lead={<Lead person={person} />}
        actions={
          administers && (
            <Group gap="sm">
              <NameDialog
                label="Edit"
                title={`Edit ${name}`}
                start={{ name, email }}
                withEmail
                send={(names, options) => keyferry.people.update(id, names, options)}
                done="Saved."
              />
              <EnableButton
                name={name}
                disabled={disabled}
                send={(wanted, options) => keyferry.people.update(id, { disabled: wanted }, options)}
                says="Tokens and sessions are refused from the next request on, those of its machines as well. Nothing is lost: enabling brings it all back."
              />
            </Group>
          )
        }
      >
        <Stack gap="lg">
          {mayAnywhere(me, 'access.administer') && (
            <RolesOf subject={{ subjectType: 'person', subjectId: id }} name={name} />
          )}
          <GroupsOfPerson person={person} mayEdit={administers} />
          {(administers || own) && <TokensPanel owner={{ userId: id }} mayMake own={own} />}
          {(administers || own) && <SessionsPanel userId={id} own={own} />}
          <MachinesOfPerson userId={id} />
          {may(me, 'audit.read', null) && <LatestActs filter={{ personId: id }} />}
        </Stack>
      </Page>
    </>
  );
}

function Lead({ person }: { readonly person: Person }) {
  return (
    <Group gap="md">
      <Text span size="sm">
        {person.email}
      </Text>
      <Status {...standingOf(person)} />
    </Group>
  );
}
