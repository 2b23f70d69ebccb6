import { Button, Group, Radio, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Secret, Target } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { meQuery } from '../../queries.ts';
import { may } from '../../rights.ts';
import { refreshSync } from '../../sync-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { useSecretMutation } from '../../use-secret-mutation.ts';
import { decide, WAYS, type Way, waysFor } from './decision.ts';

interface Props {
  readonly secret: Secret;
  readonly copy: Target;
}

/** Look now; and where somebody has to decide, the ways there are. */
export function CopyActions({ secret, copy }: Props) {
  const { data: me } = useSuspenseQuery(meQuery);
  if (!may(me, 'secret.sync', secret.projectId)) {
    return (
      <Text size="sm" c="dimmed">
        Your role looks only. Operators can have it looked at now or decide about it.
      </Text>
    );
  }
  return (
    <Stack gap="md">
      <LookNow copy={copy} secretId={secret.id} />
      {['conflict', 'drifted', 'parked'].includes(copy.state) && (
        <Decide copy={copy} secretId={secret.id} mayEdit={may(me, 'secret.edit', secret.projectId)} />
      )}
    </Stack>
  );
}

interface ActionProps {
  readonly secretId: string;
  readonly copy: Target;
}

function LookNow({ secretId, copy }: ActionProps) {
  const client = useQueryClient();
  const look = useMutation({
    mutationFn: () => keyferry.targets.sync(secretId, copy.id),
    onSuccess: () => notifications.show({ message: 'It is looked at now.', withBorder: true }),
    onSettled: () => refreshSync(client),
  });
  return (
    <>
      <Group>
        <Button
          variant="default"
          loading={look.isPending}
          disabled={copy.state === 'paused'}
          onClick={() => look.mutate()}
        >
          Sync now
        </Button>
      </Group>
      {look.error && <Failure error={look.error} />}
    </>
  );
}

function Decide({ secretId, copy, mayEdit }: ActionProps & { readonly mayEdit: boolean }) {
  const client = useQueryClient();
  const [way, setWay] = useState<Way>();
  const [comment, setComment] = useState('');
  const decision = useSecretMutation({
    send: (options) => decide({ secretId, targetId: copy.id }, way ?? 'leave', comment, options),
    done: () => 'Decided. The copy follows.',
    onAccepted: () => void refreshSync(client),
  });
  return (
    <Stack gap="sm">
      <Radio.Group
        label="What lies there is not as we left it"
        value={way ?? null}
        onChange={(value) => setWay(value as Way)}
      >
        <Stack gap="xs" mt="xs">
          {waysFor(copy.state, mayEdit).map((each) => (
            <Radio key={each} value={each} label={WAYS[each].label} description={WAYS[each].says} />
          ))}
        </Stack>
      </Radio.Group>
      <Textarea
        label="Comment"
        description="For reviewers and the record. Never paste a value."
        autosize
        minRows={2}
        value={comment}
        onChange={({ currentTarget: { value } }) => setComment(value)}
      />
      {decision.error && <Failure error={decision.error} />}
      <Group>
        <Button disabled={way === undefined} loading={decision.isPending} onClick={() => decision.mutate()}>
          Decide
        </Button>
      </Group>
    </Stack>
  );
}
