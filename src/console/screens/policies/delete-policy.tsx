import { Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ApprovalProfile } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { useOneEffect } from '../../one-effect.ts';
import { refreshPolicies } from '../../policy-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { type PolicyUse, usesText } from './use-policy-uses.ts';

interface Props {
  readonly policy: ApprovalProfile;
  readonly uses: readonly PolicyUse[];
}

/** Only what nothing asks for can go; else it says what does. */
export function DeletePolicy({ policy, uses }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure();
  const once = useOneEffect();
  const remove = useMutation({
    mutationFn: () => once((options) => keyferry.approvalProfiles.delete(policy.id, options)),
    onSuccess: (answer) => {
      const change = answer?.changeRequest;
      notifications.show({ message: change ? 'Others are asked to agree.' : 'Deleted.', withBorder: true });
      return change
        ? navigate({ to: '/changes/$changeId', params: { changeId: change.id } })
        : navigate({ to: '/policies' });
    },
    onSettled: () => refreshPolicies(client),
  });
  return (
    <>
      <Button variant="default" onClick={open}>
        Delete
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={`Delete ${policy.name}?`}
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm">
            {uses.length === 0
              ? 'Nothing asks for it. Requests that wait already keep what was asked of them.'
              : `It cannot go yet. ${usesText(uses)}: choose another policy there first.`}
          </Text>
          {remove.error && <Failure error={remove.error} />}
          <Button color="red.9" disabled={uses.length > 0} loading={remove.isPending} onClick={() => remove.mutate()}>
            Delete
          </Button>
        </Stack>
      </Modal>
    </>
  );
}
