import { Button, Group, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { useCustomerMutation } from './use-customer-mutation.ts';

const NOBODY = { name: '', slug: '' };

/** One more customer; the form is empty again for the next, who cannot be typed before. */
export function NewCustomer({ project }: { readonly project: string }) {
  const [draft, setDraft] = useState(NOBODY);
  const add = useCustomerMutation({
    send: (body: typeof NOBODY, options) => keyferry.customers.create(project, body, options),
    done: 'Added.',
    onDone: () => setDraft(NOBODY),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(draft);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          required
          autoComplete="off"
          readOnly={add.isPending}
          value={draft.name}
          error={errorAt(add.error, '/name')}
          onChange={({ currentTarget: { value } }) => setDraft({ ...draft, name: value })}
        />
        <TextInput
          label="Short name"
          description="Stands in paths at vaults and stays for good."
          required
          autoComplete="off"
          readOnly={add.isPending}
          value={draft.slug}
          error={errorAt(add.error, '/slug')}
          onChange={({ currentTarget: { value } }) => setDraft({ ...draft, slug: value })}
        />
        {add.error && <Failure error={add.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={add.isPending}>
            Add
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
