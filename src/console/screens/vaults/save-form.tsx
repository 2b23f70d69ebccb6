import { Button, Stack } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { Failure } from '../../ui/failure.tsx';

interface Props {
  /** As `useMutation` gives it. */
  readonly save: { readonly mutate: () => void; readonly error: unknown; readonly isPending: boolean };
  readonly children: ReactNode;
}

/** Fields, what the API said about them, and the way to save them. */
export function SaveForm({ save, children }: Props) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {children}
        {save.error !== null && <Failure error={save.error} />}
        <Button type="submit" loading={save.isPending}>
          Save
        </Button>
      </Stack>
    </form>
  );
}
