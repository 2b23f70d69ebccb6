import { Button, Modal, NumberInput, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api.ts';
import { errorAt } from '../../field-errors.ts';
import { Failure } from '../../ui/failure.tsx';
import { refreshVaults } from '../../vault-queries.ts';
import type { Vault, VaultKind, VaultProfile } from '../../vault-types.ts';
import { SettingFields } from './setting-fields.tsx';
import { changesOf, textsOf, valuesOf } from './setting-texts.ts';
import { saidOf } from './waiting-answer.ts';

interface Props {
  readonly kind: VaultKind;
  readonly vault: Vault;
  /** The profile to edit; undefined: a new one. */
  readonly profile: VaultProfile | undefined;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** A way to use a vault: where in it, how fast, and how much may go at once. */
export function ProfileDialog(props: Props) {
  const { vault, profile, opened, onClose } = props;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="lg"
      title={profile ? `Edit ${profile.name}` : `Add a profile of ${vault.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <ProfileForm {...props} />
    </Modal>
  );
}

const LIMITS = [
  { name: 'concurrency', label: 'Calls at once', description: 'Per process, 1 to 256.' },
  { name: 'ratePerSecond', label: 'Calls per second', description: 'Per process; empty for no limit.' },
  {
    name: 'freshnessSeconds',
    label: 'Freshness in seconds',
    description: 'How long a copy may be out of step before that is reported; empty: nobody said.',
  },
  {
    name: 'maxDeletes',
    label: 'Removals within an hour',
    description: 'Beyond, the rest is held until somebody lets it go; empty for no limit.',
  },
] as const;
type Limit = (typeof LIMITS)[number]['name'];
const STANDARD = { concurrency: 16, ratePerSecond: null, freshnessSeconds: null, maxDeletes: 100 } as const;

function ProfileForm({ kind, vault, profile, onClose }: Props) {
  const client = useQueryClient();
  const before: Readonly<Record<Limit, number | null>> = profile ?? STANDARD;
  const [name, setName] = useState(profile?.name ?? '');
  const [naming, setNaming] = useState(profile?.naming ?? '');
  const [limits, setLimits] = useState(before);
  const [texts, setTexts] = useState(textsOf(profile?.attributes ?? {}));
  const save = useMutation({
    mutationFn: () => {
      const shared = { name, ...limits, ...(naming === '' ? {} : { naming }) };
      if (profile === undefined) {
        const attributes = valuesOf(kind.attributes, texts);
        return api.post('/v1/vault-profiles', { ...shared, vaultId: vault.id, attributes });
      }
      const attributes = changesOf(kind.attributes, texts, profile.attributes);
      return api.patch(`/v1/vault-profiles/${profile.id}`, {
        ...shared,
        attributes,
        expectedRevision: profile.revision,
      });
    },
    onSuccess: (answer) => {
      notifications.show({ message: saidOf(answer, 'Saved.'), withBorder: true });
      onClose();
    },
    onSettled: () => refreshVaults(client),
  });
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
        <SettingFields
          schema={kind.attributes}
          texts={texts}
          onChange={setTexts}
          errorOf={(attribute) => errorAt(save.error, `/attributes/${attribute}`)}
        />
        <TextInput
          label="Naming"
          description="Where secrets lie below that place: {project}, {path} and {name} are needed. Empty for the usual one."
          value={naming}
          error={errorAt(save.error, '/naming')}
          onChange={({ currentTarget: { value } }) => setNaming(value)}
        />
        {LIMITS.map((limit) => (
          <NumberInput
            key={limit.name}
            label={limit.label}
            description={limit.description}
            min={limit.name === 'maxDeletes' ? 0 : 1}
            allowDecimal={false}
            value={limits[limit.name] ?? ''}
            error={errorAt(save.error, `/${limit.name}`)}
            onChange={(value) => setLimits({ ...limits, [limit.name]: typeof value === 'number' ? value : null })}
          />
        ))}
        {save.error && <Failure error={save.error} />}
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </Stack>
    </form>
  );
}
