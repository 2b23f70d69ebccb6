import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Customer } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { useCustomerMutation } from './use-customer-mutation.ts';

interface Props {
  readonly project: string;
  readonly customer: Customer;
  readonly onDone: () => void;
}

/** Another name for a customer; its short name stays. */
export function RenameCustomer({ project, customer, onDone }: Props) {
  const [name, setName] = useState(customer.name);
  const rename = useCustomerMutation({
    send: (body: { readonly name: string }, options) =>
      keyferry.customers.update(project, customer.slug, body, options),
    done: 'Renamed.',
    onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate({ name });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <TextInput
          label="New name"
          required
          autoFocus
          autoComplete="off"
          value={name}
          error={errorAt(rename.error, '/name')}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        {rename.error && <Failure error={rename.error} />}
        <Group justify="flex-end" gap="xs">
          <Button size="compact-sm" variant="default" onClick={onDone}>
            Leave it
          </Button>
          <Button size="compact-sm" type="submit" loading={rename.isPending}>
            Save the name
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
