import { Anchor, Button, Group, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import type { Vault, VaultKind, VaultProfile } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { stateOfProfile } from '../sync/profile-state.ts';
import { DeletePlace } from './delete-place.tsx';
import { ProfileDialog } from './profile-form.tsx';
import { textOf } from './setting-texts.ts';
import { VaultDialog } from './vault-form.tsx';

interface Props {
  readonly vault: Vault;
  readonly kinds: readonly VaultKind[];
  readonly profiles: readonly VaultProfile[];
  readonly mayEdit: boolean;
}

/** One vault: what it is, and its profiles. */
export function VaultPanel({ vault, kinds, profiles, mayEdit }: Props) {
  const kind = kinds.find((each) => each.kind === vault.kind);
  return (
    <Panel title={vault.name} aside={mayEdit && kind && <Buttons vault={vault} kind={kind} kinds={kinds} />}>
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        {[kind?.title ?? vault.kind, ...Object.values(vault.settings).map(shortOf)].filter(Boolean).join(' · ')}
      </Text>
      <Credentials credentials={vault.credentials} />
      {profiles.length === 0 ? (
        <Text size="sm" mt="sm">
          No profile yet: nothing uses this vault.
        </Text>
      ) : (
        <Profiles vault={vault} profiles={profiles} />
      )}
    </Panel>
  );
}

/** Certificates and the like are not worth a line. */
function shortOf(value: unknown): string {
  const text = textOf(value).replaceAll('\n', ', ');
  return text.length > 80 ? '' : text;
}

function Credentials({ credentials }: { readonly credentials: Vault['credentials'] }) {
  const names = Object.keys(credentials);
  const lost = names.filter((name) => credentials[name] === 'unreadable');
  if (lost.length > 0) return <Status tone="bad" label={`Must be set again: ${lost.join(', ')}`} />;
  if (names.length === 0) return null;
  return (
    <Text size="sm" c="dimmed">
      Credentials set: {names.join(', ')}
    </Text>
  );
}

function Profiles({ vault, profiles }: { readonly vault: Vault; readonly profiles: readonly VaultProfile[] }) {
  return (
    <WideTable label={`Profiles of ${vault.name}`} minWidth={520}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Profile</Table.Th>
          <Table.Th>Place</Table.Th>
          <Table.Th>State</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {profiles.map((profile) => (
          <Table.Tr key={profile.id}>
            <Table.Td>
              <Anchor
                size="sm"
                fw={600}
                renderRoot={(props) => (
                  <Link to="/vaults/profiles/$profileId" params={{ profileId: profile.id }} {...props} />
                )}
              >
                {profile.name}
              </Anchor>
            </Table.Td>
            <Table.Td ff="monospace" fz="sm" style={{ overflowWrap: 'anywhere' }}>
              {profile.place}
            </Table.Td>
            <Table.Td>
              <Status {...statusOf(profile)} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

function statusOf(profile: VaultProfile) {
  const { tone, label } = stateOfProfile(profile);
  return { tone, label };
}

function Buttons({ vault, kind, kinds }: Pick<Props, 'vault' | 'kinds'> & { readonly kind: VaultKind }) {
  const [editing, edit] = useDisclosure();
  const [adding, add] = useDisclosure();
  return (
    <Group gap="xs">
      <Button size="xs" variant="default" onClick={edit.open} aria-label={`Edit ${vault.name}`}>
        Edit
      </Button>
      <Button size="xs" variant="default" onClick={add.open} aria-label={`Add a profile of ${vault.name}`}>
        Add a profile
      </Button>
      <DeletePlace
        name={vault.name}
        says="Only a vault without profiles can go. What lies in it stays; its credential is forgotten here."
        send={(options) => keyferry.vaults.delete(vault.id, options)}
        size="xs"
      />
      <VaultDialog kinds={kinds} vault={vault} opened={editing} onClose={edit.close} />
      <ProfileDialog kind={kind} vault={vault} profile={undefined} opened={adding} onClose={add.close} />
    </Group>
  );
}
