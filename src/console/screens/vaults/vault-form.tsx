import { Alert, Button, Modal, Select, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api.ts';
import { errorAt } from '../../field-errors.ts';
import { Failure } from '../../ui/failure.tsx';
import { refreshVaults } from '../../vault-queries.ts';
import type { Vault, VaultKind } from '../../vault-types.ts';
import { SettingFields } from './setting-fields.tsx';
import { changesOf, type Texts, textsOf, valuesOf } from './setting-texts.ts';
import { saidOf } from './waiting-answer.ts';

interface Props {
  readonly kinds: readonly VaultKind[];
  /** The vault to edit; undefined: a new one. */
  readonly vault: Vault | undefined;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** A vault: its kind, and what that kind wants to know. */
export function VaultDialog(props: Props) {
  const { vault, opened, onClose } = props;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={vault ? `Edit ${vault.name}` : 'Add a vault'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <VaultForm {...props} />
    </Modal>
  );
}

/** Drawn anew whenever the dialog opens: what was typed goes with it. */
function VaultForm({ kinds, vault, onClose }: Props) {
  const [name, setName] = useState(vault?.name ?? '');
  const [kind, setKind] = useState<string | null>(vault?.kind ?? null);
  const [texts, setTexts] = useState<Texts>(textsOf(vault?.settings ?? {}));
  const chosen = kinds.find((each) => each.kind === kind);
  const save = useSave(chosen, vault, { name, texts }, onClose);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          required
          data-autofocus
          value={name}
          error={errorAt(save.error, '/name')}
          onChange={({ currentTarget: { value } }) => setName(value)}
        />
        <Select
          label="Kind"
          required
          disabled={vault !== undefined}
          data={kinds.map((each) => ({ value: each.kind, label: each.title }))}
          value={kind}
          error={errorAt(save.error, '/kind')}
          onChange={(value) => {
            setKind(value);
            setTexts({});
          }}
        />
        {vault && (
          <Alert variant="default">
            Credentials are never shown. Whoever changes another setting sends them again, so that nobody can lead them
            elsewhere.
          </Alert>
        )}
        {chosen && (
          <SettingFields
            schema={chosen.settings}
            texts={texts}
            onChange={setTexts}
            kept={Object.keys(vault?.credentials ?? {})}
            errorOf={(setting) => errorAt(save.error, `/settings/${setting}`)}
          />
        )}
        {save.error && <Failure error={save.error} />}
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </Stack>
    </form>
  );
}

interface Input {
  readonly name: string;
  readonly texts: Texts;
}

function useSave(kind: VaultKind | undefined, vault: Vault | undefined, { name, texts }: Input, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    // What it sends holds credentials: nothing of it is kept.
    gcTime: 0,
    mutationFn: () => {
      const schema = kind?.settings ?? {};
      if (vault === undefined) {
        return api.post('/v1/vaults', { name, kind: kind?.kind, settings: valuesOf(schema, texts) });
      }
      const settings = changesOf(schema, texts, vault.settings);
      return api.patch(`/v1/vaults/${vault.id}`, { name, settings, expectedRevision: vault.revision });
    },
    onSuccess: (answer) => {
      notifications.show({ message: saidOf(answer, 'Saved.'), withBorder: true });
      onDone();
    },
    onSettled: () => refreshVaults(client),
  });
}
