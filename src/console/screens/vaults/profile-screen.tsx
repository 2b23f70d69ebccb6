import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { kindsQuery, profileQuery, vaultsQuery } from '../../vault-queries.ts';
import { stateOfProfile } from '../sync/profile-state.ts';
import { CheckPanel } from './check-panel.tsx';
import { FusePanel } from './fuse-panel.tsx';
import { ImportPanel } from './import-panel.tsx';
import { LatelyPanel } from './lately-panel.tsx';
import { PolicyChoice } from './policy-choice.tsx';
import { ProfileActions } from './profile-actions.tsx';
import { ProfileFacts } from './profile-facts.tsx';

/** One vault profile: how it stands, what the vault says, and what lies there already. */
export function ProfileScreen() {
  const { profileId } = useParams({ from: '/signed-in/vaults/profiles/$profileId' });
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: profile, error, refetch } = useQuery(profileQuery(profileId));
  const vaults = useQuery(vaultsQuery);
  const kinds = useQuery(kindsQuery);
  if (!profile) {
    return (
      <Page title="Vault profile">
        {error ? <Failure error={error} retry={() => void refetch()} /> : <Loading rows={3} height={140} />}
      </Page>
    );
  }
  const vault = vaults.data?.find(({ id }) => id === profile.vaultId);
  const kind = kinds.data?.items.find((each) => each.kind === vault?.kind);
  const mayEdit = may(me, 'vault.administer', null);
  const { tone, label, advice } = stateOfProfile(profile);
  return (
    <Page
      key={profile.id}
      title={profile.name}
      lead={
        <>
          <Status tone={tone} label={label} /> {advice}
        </>
      }
      actions={mayEdit && vault && kind && <ProfileActions profile={profile} vault={vault} kind={kind} />}
    >
      <FusePanel profile={profile} mayRelease={mayEdit} />
      <LatelyPanel profile={profile} />
      <CheckPanel profile={profile} mayCheck={mayEdit} />
      <ProfileFacts profile={profile} vault={vault} />
      <PolicyChoice profileId={profile.id} />
      {mayEdit && profile.enabled && <ImportPanel profileId={profile.id} />}
    </Page>
  );
}
