import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { meQuery } from '../../queries.ts';
import { may, mayAnywhere } from '../../rights.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Page } from '../../ui/page.tsx';
import { kindsQuery, profilesQuery, vaultsQuery } from '../../vault-queries.ts';
import { VaultDialog } from './vault-form.tsx';
import { VaultPanel } from './vault-panel.tsx';

/** The vaults that exist, and the ways to use them. */
export function VaultsScreen() {
  const { data: me } = useSuspenseQuery(meQuery);
  const mayEdit = may(me, 'vault.administer', null);
  const kinds = useQuery({ ...kindsQuery, enabled: mayAnywhere(me, 'vault.read') });
  const [adding, { open, close }] = useDisclosure();
  return (
    <Page
      title="Vaults"
      lead="The stores that hold the values, and the profiles through which secrets use them."
      actions={
        mayEdit &&
        kinds.data && (
          <>
            <Button onClick={open}>Add a vault</Button>
            <VaultDialog kinds={kinds.data.items} vault={undefined} opened={adding} onClose={close} />
          </>
        )
      }
    >
      {mayAnywhere(me, 'vault.read') ? (
        <Listed mayEdit={mayEdit} />
      ) : (
        <Empty icon="vault" title="Not for this role">
          Ask an administrator for a role that sees vaults.
        </Empty>
      )}
    </Page>
  );
}

function Listed({ mayEdit }: { readonly mayEdit: boolean }) {
  const kinds = useQuery(kindsQuery);
  const vaults = useQuery(vaultsQuery);
  const profiles = useQuery(profilesQuery);
  const failed = [kinds, vaults, profiles].find(({ error, data }) => error && !data);
  if (failed) return <Failure error={failed.error} retry={() => void failed.refetch()} />;
  if (!kinds.data || !vaults.data || !profiles.data) return <Loading rows={3} height={140} />;
  if (vaults.data.length === 0) {
    return (
      <Empty icon="vault" title="No vault yet">
        Add the first one, then a profile that says where in it secrets lie.
      </Empty>
    );
  }
  return vaults.data.map((vault) => (
    <VaultPanel
      key={vault.id}
      vault={vault}
      kinds={kinds.data.items}
      profiles={profiles.data.filter(({ vaultId }) => vaultId === vault.id)}
      mayEdit={mayEdit}
    />
  ));
}
