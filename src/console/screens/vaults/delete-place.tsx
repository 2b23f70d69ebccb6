import { Button, type ButtonProps, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { CallOptions } from '../../../client/api.ts';
import type { WaitingChange } from '../../../client/api-types.ts';
import { KeyferryError } from '../../../client/keyferry-error.ts';
import { useOneEffect } from '../../one-effect.ts';
import { Failure } from '../../ui/failure.tsx';
import { refreshVaults } from '../../vault-queries.ts';
import { wordsOf } from '../../words.ts';

interface Props {
  /** What it is called; has to be typed. */
  readonly name: string;
  /** What is lost by it, and what is not. */
  readonly says: string;
  /** Answers with the change that waits, where a policy governs it. */
  readonly send: (options: CallOptions) => Promise<WaitingChange | undefined>;
  readonly button?: ButtonProps;
}

/** Deletes a vault or a vault profile after its name was typed; says what still uses it where that is in the way. */
export function DeletePlace({ name, says, send, button }: Props) {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" {...button} aria-label={`Delete ${name}`} onClick={open}>
        Delete
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={`Delete ${name}`}
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Ask name={name} says={says} send={send} onClose={close} />
      </Modal>
    </>
  );
}

function Ask({ name, says, send, onClose }: Omit<Props, 'button'> & { readonly onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const once = useOneEffect();
  const [typed, setTyped] = useState('');
  const remove = useMutation({
    mutationFn: () => once(send),
    onSuccess: async (waits) => {
      onClose();
      const changeId = waits?.changeRequest.id;
      notifications.show({
        message: changeId === undefined ? `${name} is deleted.` : 'Others are asked to agree.',
        withBorder: true,
      });
      await (changeId === undefined
        ? navigate({ to: '/vaults' })
        : navigate({ to: '/changes/$changeId', params: { changeId } }));
      await refreshVaults(client);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    remove.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">{says}</Text>
        <TextInput
          label={
            <>
              Type <Code>{name}</Code> to confirm
            </>
          }
          autoComplete="off"
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {remove.error && <Failure error={remove.error} />}
        {remove.error && <Users error={remove.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button type="submit" color="red.9" loading={remove.isPending} disabled={typed !== name}>
            Delete
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What uses it, as far as the refusal says. */
function Users({ error }: { readonly error: unknown }) {
  if (!(error instanceof KeyferryError) || error.code !== 'in_use') return null;
  const counts = Object.entries(error.facts).filter(([, count]) => typeof count === 'number' && count > 0);
  if (counts.length === 0) return null;
  const said = counts.map(
    ([name, count]) => `${count} in ${wordsOf(name.replaceAll(/([A-Z])/g, ' $1')).toLowerCase()}`,
  );
  return <Text size="sm">It is named by: {said.join(', ')}. Move or destroy those first, or disable it instead.</Text>;
}
