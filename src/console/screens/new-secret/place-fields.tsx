import { Checkbox, NativeSelect, Stack, Text } from '@mantine/core';
import type { VaultProfile } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import type { NewSecret, OnConflict } from './new-secret.ts';

interface Props {
  readonly secret: NewSecret;
  readonly onChange: (patch: Partial<NewSecret>) => void;
  readonly error: unknown;
  readonly profiles: readonly VaultProfile[];
}

const CONFLICTS: readonly { readonly value: OnConflict; readonly label: string }[] = [
  { value: 'fail', label: 'Leave it and say so' },
  { value: 'adopt', label: 'Take it over if it is equal' },
  { value: 'overwrite', label: 'Overwrite it' },
];

/** The vault profile that holds the value, and those that receive copies. */
export function PlaceFields({ secret, onChange, error, profiles }: Props) {
  const others = profiles.filter(({ id }) => id !== secret.sourceProfileId);
  return (
    <Stack gap="sm">
      <NativeSelect
        label="Source"
        description="The vault profile that holds the value."
        data={profiles.map(({ id, name, enabled }) => ({ value: id, label: enabled ? name : `${name} (disabled)` }))}
        value={secret.sourceProfileId}
        error={errorAt(error, '/sourceProfileId')}
        onChange={({ currentTarget: { value } }) =>
          onChange({ sourceProfileId: value, targets: secret.targets.filter((id) => id !== value) })
        }
      />
      <Checkbox.Group
        label="Copies to"
        description="Kept in step from the first version on."
        value={[...secret.targets]}
        error={errorAt(error, '/targets')}
        onChange={(targets) => onChange({ targets })}
      >
        <Stack gap={6} mt={6}>
          {others.map(({ id, name, enabled }) => (
            <Checkbox key={id} value={id} label={enabled ? name : `${name} (disabled)`} />
          ))}
        </Stack>
      </Checkbox.Group>
      {others.length === 0 && (
        <Text size="sm" c="dimmed">
          There is no other vault profile yet.
        </Text>
      )}
      {secret.targets.length > 0 && (
        <NativeSelect
          label="If something lies there already"
          data={[...CONFLICTS]}
          value={secret.onConflict}
          onChange={(event) => onChange({ onConflict: event.currentTarget.value as OnConflict })}
        />
      )}
    </Stack>
  );
}
