import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { refreshAccess, type TokenOwner } from '../../access-queries.ts';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { useOneEffect } from '../../one-effect.ts';
import { Failure } from '../../ui/failure.tsx';
import { waitingChange } from '../../use-governed-mutation.ts';
import { type MadeToken, ShownToken } from './shown-token.tsx';
import { endOf, LIFETIMES } from './token-state.ts';

interface Props {
  readonly owner: TokenOwner;
  readonly own: boolean;
  readonly onDone: () => void;
}

/** Makes a token and shows it once. It stands in this component alone and goes with it. */
export function NewToken({ owner, own, onDone }: Props) {
  const [made, setMade] = useState<MadeToken>();
  if (made !== undefined) return <ShownToken made={made} onDone={onDone} />;
  return <Ask owner={owner} own={own} onMade={setMade} />;
}

function Ask({ owner, own, onMade }: Omit<Props, 'onDone'> & { readonly onMade: (made: MadeToken) => void }) {
  const client = useQueryClient();
  const once = useOneEffect();
  const [name, setName] = useState('');
  const [days, setDays] = useState('90');
  // Told from when the dialog opened, so that the same sent again is the same.
  const [opened] = useState(Date.now);
  const make = useMutation({
    gcTime: 0,
    mutationFn: async () => {
      const body = { name, ...(own ? {} : owner), expiresAt: endOf(days, opened) };
      const answer = await once((options) => keyferry.tokens.create(body, options));
      // Not returned: what a mutation answers is kept.
      onMade({ token: answer.token, changeId: waitingChange(answer)?.id });
    },
    onSettled: () => refreshAccess(client),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text size="sm">Whoever holds it can do what its owner may do. It is shown once, here.</Text>
        <TextInput
          label="Name"
          description="Where it will be used"
          required
          data-autofocus
          autoComplete="off"
          value={name}
          error={errorAt(make.error, '/name')}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <NativeSelect
          label="Works for"
          data={[...LIFETIMES]}
          value={days}
          error={errorAt(make.error, '/expiresAt')}
          onChange={({ currentTarget }) => setDays(currentTarget.value)}
        />
        {make.error && <Failure error={make.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={make.isPending}>
            Make it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
