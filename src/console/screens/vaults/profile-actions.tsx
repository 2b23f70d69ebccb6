import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Vault, VaultKind, VaultProfile } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { refreshVaults } from '../../vault-queries.ts';
import { DeletePlace } from './delete-place.tsx';
import { ProfileDialog } from './profile-form.tsx';

const VERBS = {
  pause: { label: 'Pause', done: 'Paused. What is due waits.' },
  resume: { label: 'Resume', done: 'Resumed. What waited is due.' },
  enable: { label: 'Enable', done: 'Enabled. What waited is due.' },
  disable: { label: 'Disable', done: 'Disabled. No call begins through it.' },
} as const;
type Verb = keyof typeof VERBS;

interface Props {
  readonly profile: VaultProfile;
  readonly vault: Vault;
  readonly kind: VaultKind;
}

/** What an operator can do to a profile. */
export function ProfileActions({ profile, vault, kind }: Props) {
  const [editing, edit] = useDisclosure();
  return (
    <Group gap="sm">
      <Action profile={profile} verb={profile.pausedAt === null ? 'pause' : 'resume'} />
      {profile.enabled ? <Disable profile={profile} /> : <Action profile={profile} verb="enable" />}
      <Button variant="default" onClick={edit.open}>
        Edit
      </Button>
      <DeletePlace
        name={profile.name}
        says="Only a profile that no secret, copy or history names can go. The entries at the vault stay."
        send={(options) => keyferry.profiles.delete(profile.id, options)}
      />
      <ProfileDialog kind={kind} vault={vault} profile={profile} opened={editing} onClose={edit.close} />
    </Group>
  );
}

function useAction(profile: VaultProfile, verb: Verb, onDone?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => keyferry.profiles[verb](profile.id),
    onSuccess: () => {
      notifications.show({ message: VERBS[verb].done, withBorder: true });
      onDone?.();
    },
    onError: (error) => notifications.show({ message: error.message, color: 'red', withBorder: true }),
    onSettled: () => refreshVaults(client),
  });
}

function Action({ profile, verb }: { readonly profile: VaultProfile; readonly verb: Verb }) {
  const act = useAction(profile, verb);
  return (
    <Button variant="default" loading={act.isPending} onClick={() => act.mutate()}>
      {VERBS[verb].label}
    </Button>
  );
}

/** Reads and writes through it end as well, so it is asked for twice. */
function Disable({ profile }: { readonly profile: VaultProfile }) {
  const [open, { open: ask, close }] = useDisclosure();
  const disable = useAction(profile, 'disable', close);
  return (
    <>
      <Button variant="default" onClick={ask}>
        Disable
      </Button>
      <Modal
        opened={open}
        onClose={close}
        title={`Disable ${profile.name}?`}
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm">
            No read, write, copy or removal begins through it. Secrets whose source it is cannot be read until it is
            enabled again; what is due waits.
          </Text>
          {disable.error && <Failure error={disable.error} />}
          <Button color="red.9" loading={disable.isPending} onClick={() => disable.mutate()}>
            Disable
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
