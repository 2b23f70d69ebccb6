import { Group, Stack } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { Group as GroupView } from '../../../client/api-types.ts';
import { groupQuery } from '../../access-queries.ts';
import { keyferry } from '../../keyferry.ts';
import { meQuery } from '../../queries.ts';
import { may, mayAnywhere } from '../../rights.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { BackToAccess } from './back-to-access.tsx';
import { ConfirmButton } from './confirm-button.tsx';
import { LatestActs } from './latest-acts.tsx';
import { MembersPanel } from './members-panel.tsx';
import { NameDialog } from './name-dialog.tsx';
import { RolesOf } from './roles-of.tsx';

/** One group: who is in it and what it lets them do. */
export function GroupScreen() {
  const { groupId } = useParams({ from: '/signed-in/access/groups/$groupId' });
  const { data, error, refetch } = useQuery(groupQuery(groupId));
  if (data) return <GroupPage key={data.id} group={data} />;
  return error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={3} height={120} />;
}

function GroupPage({ group: { id, name } }: { readonly group: GroupView }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const navigate = useNavigate();
  const administers = may(me, 'access.administer', null);
  return (
    <>
      <BackToAccess show="groups" />
      <Page
        title={name}
        lead="A group"
        actions={
          administers && (
            <Group gap="sm">
              <NameDialog
                label="Rename"
                title={`Rename ${name}`}
                start={{ name }}
                send={({ name: wanted }, options) => keyferry.groups.rename(id, wanted, options)}
                done="Renamed."
              />
              <ConfirmButton
                label="Delete"
                title={`Delete ${name}?`}
                says="Its roles end for everybody in it. A group that policies name stays until they no longer do."
                send={(options) => keyferry.groups.delete(id, options)}
                done="Deleted."
                danger
                onAccepted={() => void navigate({ to: '/access', search: { show: 'groups' } })}
              />
            </Group>
          )
        }
      >
        <Stack gap="lg">
          <MembersPanel groupId={id} name={name} mayEdit={administers} />
          {mayAnywhere(me, 'access.administer') && (
            <RolesOf subject={{ subjectType: 'group', subjectId: id }} name={name} />
          )}
          {may(me, 'audit.read', null) && <LatestActs filter={{ objectId: id }} />}
        </Stack>
      </Page>
    </>
  );
}
