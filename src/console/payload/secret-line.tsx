import { Button, PasswordInput, Stack } from '@mantine/core';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly required: boolean;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  /** Makes a value that nobody could guess. */
  readonly generate?: (() => string) | undefined;
}

/** A value in one line, hidden unless whoever types it wants to see it. */
export function SecretLine({ label, value, onChange, required, hint, error, generate }: Props) {
  return (
    <Stack gap={4} align="stretch">
      <PasswordInput
        label={label}
        description={hint}
        error={error}
        required={required}
        autoComplete="new-password"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {generate && (
        <Button
          variant="subtle"
          size="compact-sm"
          style={{ alignSelf: 'flex-start' }}
          onClick={() => onChange(generate())}
        >
          Generate a strong value
        </Button>
      )}
    </Stack>
  );
}
