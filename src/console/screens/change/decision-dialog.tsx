import { Button, Code, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { getHotkeyHandler } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { ChangeRequestDetail } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { useOneEffect } from '../../one-effect.ts';
import { refreshChanges } from '../../queries.ts';
import { Failure } from '../../ui/failure.tsx';

/** What somebody is about to decide, on the evidence as it was when the dialog opened. */
export interface Intent {
  readonly decision: 'approve' | 'reject';
  readonly revision: number;
  readonly digest: string;
}

interface Props {
  readonly change: ChangeRequestDetail;
  readonly title: string;
  /** Undefined: closed. */
  readonly intent: Intent | undefined;
  readonly onClose: () => void;
}

/**
 * The decision on exactly what was shown: it echoes revision and digest of the evidence that was on the page when it opened, so a
 * change that was edited meanwhile is refused.
 */
export function DecisionDialog({ change, title, intent, onClose }: Props) {
  const client = useQueryClient();
  const once = useOneEffect();
  const [comment, setComment] = useState('');
  // The dialog shows it while it closes.
  const [shown, setShown] = useState<Intent>();
  const vote = useMutation({
    mutationFn: (decided: Intent) =>
      once((options) => keyferry.changes.review(change.id, { ...decided, comment }, options)),
    onSuccess: (_, { decision }) => {
      notifications.show({ message: decision === 'approve' ? 'Approved.' : 'Rejected.', withBorder: true });
      onClose();
    },
    onSettled: () => refreshChanges(client),
  });
  const { reset } = vote;
  useEffect(() => {
    if (intent === undefined) return;
    reset();
    setComment('');
    setShown(intent);
  }, [intent, reset]);
  const send = () => shown && !vote.isPending && vote.mutate(shown);
  const approving = shown?.decision === 'approve';
  return (
    <Modal
      opened={intent !== undefined}
      onClose={onClose}
      title={approving ? 'Approve' : 'Reject'}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Stack gap="md">
        <Text size="sm">
          <strong>{title}</strong>, revision {shown?.revision}, as shown on this page (
          <Code>{shown?.digest.slice(0, 14)}…</Code>
          ).
        </Text>
        <Textarea
          label="Comment"
          description="Everybody who may see the change reads it. Never paste a value."
          placeholder={approving ? 'Optional' : 'What should be different?'}
          autosize
          minRows={3}
          data-autofocus
          value={comment}
          onChange={(event) => setComment(event.currentTarget.value)}
          onKeyDown={getHotkeyHandler([['mod+Enter', send]])}
        />
        {vote.error && <Failure error={vote.error} />}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Back
          </Button>
          <Button color={approving ? 'ferry' : 'red.9'} loading={vote.isPending} onClick={send}>
            {approving ? 'Approve revision' : 'Reject revision'} {shown?.revision}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
