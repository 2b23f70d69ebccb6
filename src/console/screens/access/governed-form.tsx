import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { FormEvent, ReactNode } from 'react';
import { KeyferryError } from '../../../client/keyferry-error.ts';
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
        {change.error && <OpenChange error={change.error} />}
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

/** The way to another change that has to end first. */
function OpenChange({ error }: { readonly error: unknown }) {
  const changeId = error instanceof KeyferryError ? error.facts.changeRequestId : undefined;
  if (typeof changeId !== 'string') return null;
  return (
    <Text size="sm">
      <Anchor inherit renderRoot={(props) => <Link to="/changes/$changeId" params={{ changeId }} {...props} />}>
        Look at the change that is open
      </Anchor>
    </Text>
  );
}
