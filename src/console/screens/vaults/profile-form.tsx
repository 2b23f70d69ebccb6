import { Modal, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Vault, VaultKind, VaultProfile } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { SaveForm } from './save-form.tsx';
import { SettingFields } from './setting-fields.tsx';
import type { SettingsSchema } from './setting-schema.ts';
import { changesOf, textsOf, valuesOf } from './setting-texts.ts';
import { useVaultSave } from './use-vault-save.ts';

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
  const before: Readonly<Record<Limit, number | null>> = profile ?? STANDARD;
  const [name, setName] = useState(profile?.name ?? '');
  const [naming, setNaming] = useState(profile?.naming ?? '');
  const [limits, setLimits] = useState(before);
  const [texts, setTexts] = useState(textsOf(profile?.attributes ?? {}));
  const schema: SettingsSchema = kind.attributes;
  const save = useVaultSave((options) => {
    const shared = {
      name,
      ...limits,
      concurrency: limits.concurrency ?? undefined,
      ...(naming === '' ? {} : { naming }),
    };
    if (profile === undefined) {
      const attributes = valuesOf(schema, texts);
      return keyferry.profiles.create({ ...shared, vaultId: vault.id, attributes }, options);
    }
    const attributes = changesOf(schema, texts, profile.attributes);
    const body = { ...shared, attributes, expectedRevision: profile.revision };
    return keyferry.profiles.update(profile.id, body, options);
  }, onClose);
  return (
    <SaveForm save={save}>
      <TextInput
        label="Name"
        required
        data-autofocus
        value={name}
        error={errorAt(save.error, '/name')}
        onChange={({ currentTarget: { value } }) => setName(value)}
      />
      <SettingFields
        schema={schema}
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
          required={limit.name === 'concurrency'}
          description={limit.description}
          min={limit.name === 'maxDeletes' ? 0 : 1}
          allowDecimal={false}
          value={limits[limit.name] ?? ''}
          error={errorAt(save.error, `/${limit.name}`)}
          onChange={(value) => setLimits({ ...limits, [limit.name]: typeof value === 'number' ? value : null })}
        />
      ))}
    </SaveForm>
  );
}
