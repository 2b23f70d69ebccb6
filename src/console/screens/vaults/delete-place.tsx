import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { CallOptions } from '../../../client/api.ts';
import type { WaitingChange } from '../../../client/api-types.ts';
import { KeyferryError } from '../../../client/keyferry-error.ts';
import { useOneEffect } from '../../one-effect.ts';
import { ConfirmForm } from '../../ui/confirm-form.tsx';
import { DialogButton } from '../../ui/dialog-button.tsx';
import { refreshVaults } from '../../vault-queries.ts';
import { wordsOf } from '../../words.ts';

interface Props {
  /** What it is called; has to be typed. */
  readonly name: string;
  /** What is lost by it, and what is not. */
  readonly says: string;
  /** Answers with the change that waits, where a policy governs it. */
  readonly send: (options: CallOptions) => Promise<WaitingChange | undefined>;
  readonly size?: 'xs';
}

/** Deletes a vault or a vault profile after its name was typed; says what still uses it where that is in the way. */
export function DeletePlace({ name, says, send, size }: Props) {
  const title = `Delete ${name}`;
  return (
    <DialogButton label="Delete" name={title} title={title} {...(size !== undefined && { size })}>
      {(close) => <Ask name={name} says={says} send={send} onClose={close} />}
    </DialogButton>
  );
}

function Ask({ name, says, send, onClose }: Omit<Props, 'size'> & { readonly onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const once = useOneEffect();
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
  return (
    <ConfirmForm action="Delete" danger typed={name} by={remove} onConfirm={() => remove.mutate()} onBack={onClose}>
      <Text size="sm">{says}</Text>
      {remove.error && <Users error={remove.error} />}
    </ConfirmForm>
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
