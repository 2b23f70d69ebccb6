import { Button, Modal, PasswordInput, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api.ts';
import type { ChangeDetail, Me } from '../../api-types.ts';
import { refreshChanges } from '../../queries.ts';
import { Failure } from '../../ui/failure.tsx';

interface Props {
  readonly change: ChangeDetail;
  readonly me: Me;
}

/** What its requester can do beside waiting. */
export function ChangeActions({ change, me }: Props) {
  const mine = change.requester.personId === me.personId;
  if (mine && ['pending_approval', 'draft'].includes(change.state)) return <Withdraw change={change} />;
  if (change.state === 'failed') return <Retry change={change} />;
  return null;
}

function useAction(change: ChangeDetail, action: string, done: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: unknown) => api.post(`/v1/change-requests/${change.id}/${action}`, body),
    onSuccess: () => {
      notifications.show({ message: done, withBorder: true });
      onDone();
    },
    onSettled: () => refreshChanges(client),
  });
}

function Withdraw({ change }: { readonly change: ChangeDetail }) {
  const [open, { open: ask, close }] = useDisclosure();
  const withdraw = useAction(change, 'cancel', 'Withdrawn.', close);
  return (
    <>
      <Button variant="default" onClick={ask}>
        Withdraw
      </Button>
      <Modal
        opened={open}
        onClose={close}
        title="Withdraw this change?"
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm">Nobody is asked any longer and what was proposed is erased. The record of it stays.</Text>
          {withdraw.error && <Failure error={withdraw.error} />}
          <Button color="red.9" loading={withdraw.isPending} onClick={() => withdraw.mutate(undefined)}>
            Withdraw
          </Button>
        </Stack>
      </Modal>
    </>
  );
}

/** What was proposed was erased when the change failed, so the very same content is needed again. */
function Retry({ change }: { readonly change: ChangeDetail }) {
  const [open, { open: ask, close }] = useDisclosure();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const finish = () => {
    setValues({});
    close();
  };
  const retry = useAction(change, 'retry', 'It runs again.', finish);
  const fields = fieldsOf(change);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    retry.mutate(fields.length === 0 ? {} : { payload: values });
  };
  return (
    <>
      <Button variant="default" onClick={ask}>
        Try again
      </Button>
      <Modal opened={open} onClose={finish} title="Run it again" centered closeButtonProps={{ 'aria-label': 'Close' }}>
        <form onSubmit={submit}>
          <Stack>
            <Text size="sm">
              {fields.length === 0
                ? 'It runs under the grant it had, which is counted anew.'
                : 'It runs under the grant it had. Its content was erased when it failed: give the very same again.'}
            </Text>
            {fields.map((name) => (
              <PasswordInput
                key={name}
                label={name}
                autoComplete="off"
                required
                value={values[name] ?? ''}
                onChange={({ currentTarget: { value } }) => setValues((known) => ({ ...known, [name]: value }))}
              />
            ))}
            {retry.error && <Failure error={retry.error} />}
            <Button type="submit" loading={retry.isPending}>
              Try again
            </Button>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

function fieldsOf({ plan }: ChangeDetail): readonly string[] {
  const content = plan.content as { readonly fieldNames?: readonly string[] } | null | undefined;
  return content?.fieldNames ?? [];
}
