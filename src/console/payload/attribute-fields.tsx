import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { Icon } from '../ui/icon.tsx';

/** Attributes as they are written: names may be half typed or twice there. */
export type AttributeDraft = readonly { readonly key: number; readonly name: string; readonly value: string }[];

export function attributeDraft(attributes: Readonly<Record<string, string>>): AttributeDraft {
  return Object.entries(attributes).map(([name, value], key) => ({ key, name, value }));
}

/** As the API takes them; lines without a name are left out. */
export function attributesOf(draft: AttributeDraft): Readonly<Record<string, string>> {
  return Object.fromEntries(
    draft.filter(({ name }) => name.trim() !== '').map(({ name, value }) => [name.trim(), value]),
  );
}

interface Props {
  readonly draft: AttributeDraft;
  readonly onChange: (draft: AttributeDraft) => void;
  readonly error: string | undefined;
}

/** What else may be known of a secret, by name: never a value. */
export function AttributeFields({ draft, onChange, error }: Props) {
  const change = (key: number, patch: { readonly name?: string; readonly value?: string }) =>
    onChange(draft.map((each) => (each.key === key ? { ...each, ...patch } : each)));
  const add = () =>
    onChange([...draft, { key: 1 + Math.max(-1, ...draft.map(({ key }) => key)), name: '', value: '' }]);
  return (
    <Input.Wrapper
      component="fieldset"
      label="Attributes"
      labelElement="div"
      description="Everybody who sees the secret sees them. Never a value."
      error={error}
      style={{ border: 0, margin: 0, padding: 0, minInlineSize: 0 }}
      aria-label="Attributes"
    >
      <Stack gap={6} mt={6} align="flex-start">
        {draft.map(({ key, name, value }, at) => (
          <Group key={key} gap="xs" wrap="nowrap" w="100%">
            <TextInput
              aria-label={`Name of attribute ${at + 1}`}
              placeholder="owner"
              autoComplete="off"
              value={name}
              onChange={(event) => change(key, { name: event.currentTarget.value })}
            />
            <TextInput
              flex={1}
              aria-label={`Attribute ${at + 1}`}
              placeholder="payments team"
              autoComplete="off"
              value={value}
              onChange={(event) => change(key, { value: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove attribute ${at + 1}`}
              onClick={() => onChange(draft.filter((each) => each.key !== key))}
            >
              <Icon name="minus" />
            </ActionIcon>
          </Group>
        ))}
        <Button size="compact-sm" variant="default" leftSection={<Icon name="plus" size={14} />} onClick={add}>
          Add an attribute
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
