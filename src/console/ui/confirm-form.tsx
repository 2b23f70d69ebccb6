import { Button, Code, Group, Stack, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Failure } from './failure.tsx';

interface Props {
  /** What the button says. */
  readonly action: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** A name that has to be typed before it can be done. */
  readonly typed?: string | undefined;
  /** What does it, as `useMutation` gives it. */
  readonly by: { readonly isPending: boolean; readonly error: Error | null };
  readonly onConfirm: () => void;
  /** A way out beside the button; a dialog has its own as well. */
  readonly onBack?: () => void;
  /** What will come of it, and the fields. */
  readonly children: ReactNode;
}

/** Asks before something is done, for its name where it cannot be undone, and shows why it was refused. */
export function ConfirmForm({
  action,
  danger = false,
  disabled = false,
  typed,
  by,
  onConfirm,
  onBack,
  children,
}: Props) {
  const [name, setName] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {children}
        {typed !== undefined && (
          <TextInput
            label={
              <>
                Type <Code>{typed}</Code> to confirm
              </>
            }
            autoComplete="off"
            spellCheck={false}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
          />
        )}
        {by.error && <Failure error={by.error} />}
        <Group justify="flex-end" gap="sm">
          {onBack && (
            <Button variant="default" onClick={onBack}>
              Back
            </Button>
          )}
          <Button
            type="submit"
            color={danger ? 'red.9' : 'ferry'}
            loading={by.isPending}
            disabled={disabled || (typed !== undefined && name !== typed)}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
