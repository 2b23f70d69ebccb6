import { ActionIcon, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { errorAt } from '../field-errors.ts';
import { Icon } from '../ui/icon.tsx';
import { generatePassword } from './generate.ts';
import { type FieldDraft, type PayloadDraft, repeatedName } from './payload-draft.ts';
import { SecretLine } from './secret-line.tsx';
import { Bytes } from './secret-text.tsx';

interface Props {
  readonly draft: PayloadDraft;
  readonly onChange: (draft: PayloadDraft) => void;
  readonly error: unknown;
}

/** Any number of named values. */
export function KeyValues({ draft, onChange, error }: Props) {
  const repeated = repeatedName(draft);
  const change = (key: number, patch: Partial<FieldDraft>) =>
    onChange(draft.map((field) => (field.key === key ? { ...field, ...patch } : field)));
  const add = () => onChange([...draft, { key: Math.max(-1, ...draft.map(({ key }) => key)) + 1, name: '', text: '' }]);
  return (
    <Stack gap="sm">
      {draft.map((field, row) => (
        <Group key={field.key} align="flex-start" gap="xs" wrap="nowrap">
          <TextInput
            label={`Name ${row + 1}`}
            required
            flex={1}
            miw="6.5rem"
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            autoComplete="off"
            value={field.name}
            error={field.name !== '' && field.name === repeated ? 'Another field has this name' : undefined}
            onChange={(event) => change(field.key, { name: event.currentTarget.value })}
          />
          <Stack gap={4} flex={2} miw={0}>
            {field.bytes ? (
              <Bytes label={`Value ${row + 1}`} file={field.file} error={errorAt(error, `/payload/${field.name}`)} />
            ) : (
              <SecretLine
                label={`Value ${row + 1}`}
                required
                value={field.text}
                error={field.name === '' ? undefined : errorAt(error, `/payload/${field.name}`)}
                generate={generatePassword}
                onChange={(text) => change(field.key, { text })}
              />
            )}
          </Stack>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            mt={24}
            disabled={draft.length === 1}
            aria-label={`Remove field ${row + 1}`}
            onClick={() => onChange(draft.filter(({ key }) => key !== field.key))}
          >
            <Icon name="cross" />
          </ActionIcon>
        </Group>
      ))}
      <Group justify="space-between">
        <Button variant="default" size="compact-sm" leftSection={<Icon name="plus" size={14} />} onClick={add}>
          Add a field
        </Button>
        <Text size="xs" c="dimmed">
          Names are letters, digits, “_”, “.” and “-”.
        </Text>
      </Group>
    </Stack>
  );
}
