import { Button, Group, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { Failure } from '../../ui/failure.tsx';
import { type GovernedMutation, useGovernedMutation } from '../../use-governed-mutation.ts';

interface Props<Input> extends GovernedMutation<Input> {
  readonly input: Input;
  /** What the button says. */
  readonly action: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** The fields, with what the API said about them. */
  readonly children: (error: unknown) => ReactNode;
}

/** A form whose answer may be that others have to agree. */
export function GovernedForm<Input>({ input, action, danger, disabled, children, ...mutation }: Props<Input>) {
  const change = useGovernedMutation(mutation);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(input);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {children(change.error)}
        {change.error && <Failure error={change.error} />}
        <Group justify="flex-end">
          <Button
            type="submit"
            color={danger ? 'red.9' : 'ferry'}
            loading={change.isPending}
            disabled={disabled === true}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
