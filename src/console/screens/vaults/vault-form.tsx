import { Alert, Modal, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Vault, VaultKind } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { SaveForm } from './save-form.tsx';
import { SettingFields } from './setting-fields.tsx';
import type { SettingsSchema } from './setting-schema.ts';
import { changesOf, type Texts, textsOf, valuesOf } from './setting-texts.ts';
import { useVaultSave } from './use-vault-save.ts';

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
  const schema: SettingsSchema = chosen?.settings ?? {};
  const save = useVaultSave((options) => {
    if (vault === undefined) {
      return keyferry.vaults.create({ name, kind: kind ?? '', settings: valuesOf(schema, texts) }, options);
    }
    const settings = changesOf(schema, texts, vault.settings);
    return keyferry.vaults.update(vault.id, { name, settings, expectedRevision: vault.revision }, options);
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
          schema={schema}
          texts={texts}
          onChange={setTexts}
          kept={Object.keys(vault?.credentials ?? {})}
          errorOf={(setting) => errorAt(save.error, `/settings/${setting}`)}
        />
      )}
    </SaveForm>
  );
}
