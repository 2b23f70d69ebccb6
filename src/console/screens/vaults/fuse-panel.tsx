import { Button, Group, NumberInput, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { VaultProfile } from '../../../client/api-types.ts';
import { errorAt } from '../../field-errors.ts';
import { keyferry } from '../../keyferry.ts';
import { useOneEffect } from '../../one-effect.ts';
import { Failure } from '../../ui/failure.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { refreshVaults } from '../../vault-queries.ts';

interface Props {
  readonly profile: VaultProfile;
  readonly mayRelease: boolean;
}

/** More copies are to be removed than the profile allows: what is held, and letting exactly so many go. */
export function FusePanel({ profile, mayRelease }: Props) {
  const { tripped, wanted, of, released, since } = profile.fuse;
  if (!tripped) return null;
  return (
    <Panel title="Removals held">
      <Stack gap="sm">
        <Text size="sm">
          {wanted} of {of} copies are to be removed, more than this profile allows within an hour
          {since !== null && (
            <>
              {' '}
              (since <Time at={since} />)
            </>
          )}
          . Nothing more is removed there until somebody lets it go. If it was a mistake, restore the secrets: that
          calls the removals off.
        </Text>
        {released > 0 && <Text size="sm">{released} were let go and are under way.</Text>}
        {mayRelease && <Release key={wanted} profileId={profile.id} wanted={wanted} />}
      </Stack>
    </Panel>
  );
}

/** Fewest characters of a reason. */
const SHORTEST = 10;

function Release({ profileId, wanted }: { readonly profileId: string; readonly wanted: number }) {
  const client = useQueryClient();
  const once = useOneEffect();
  const [count, setCount] = useState<number | string>(wanted);
  const [reason, setReason] = useState('');
  const release = useMutation({
    mutationFn: () => {
      const body = { release: Number(count), reason };
      return once((options) => keyferry.profiles.releaseFuse(profileId, body, options));
    },
    onSuccess: ({ released, held }) => {
      setReason('');
      notifications.show({ message: `${released} let go, ${held} still held.`, withBorder: true });
    },
    onSettled: () => refreshVaults(client),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    release.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={520}>
        <NumberInput
          label="How many may go"
          min={1}
          max={wanted}
          allowDecimal={false}
          clampBehavior="strict"
          value={count}
          error={errorAt(release.error, '/release')}
          onChange={setCount}
        />
        <Textarea
          label="Why they are meant to go"
          description="It stands in the audit trail. Never paste a value."
          autosize
          minRows={2}
          required
          readOnly={release.isPending}
          value={reason}
          error={errorAt(release.error, '/reason')}
          onChange={({ currentTarget: { value } }) => setReason(value)}
        />
        {release.error && <Failure error={release.error} />}
        <Group>
          <Button
            type="submit"
            color="red.9"
            loading={release.isPending}
            disabled={typeof count !== 'number' || reason.trim().length < SHORTEST}
          >
            Let {count || 'them'} go
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
