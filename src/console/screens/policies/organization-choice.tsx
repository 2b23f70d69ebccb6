import { Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ApprovalProfile } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { useOneEffect } from '../../one-effect.ts';
import { organizationQuery, policiesQuery, refreshPolicies } from '../../policy-queries.ts';
import { meQuery } from '../../queries.ts';
import { Failure } from '../../ui/failure.tsx';

/** Lets the whole organization ask for a policy, or no longer; administration is governed by that one alone. */
export function OrganizationChoice({ policy }: { readonly policy: ApprovalProfile }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const organization = useQuery(organizationQuery(me.organization.id));
  const { data: policies } = useQuery(policiesQuery);
  const [opened, { open, close }] = useDisclosure();
  const save = useAttach(me.organization.id, close);
  if (!organization.data) return null;
  const current = organization.data.approvalProfileId;
  const asked = current === policy.id;
  const other = policies?.find(({ id }) => id === current && id !== policy.id);
  const label = asked ? 'No longer everywhere' : 'Ask for it everywhere';
  return (
    <>
      <Button size="xs" variant="default" onClick={open}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={label} centered closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          <Text size="sm">
            {asked
              ? 'Where no vault profile asks for a policy, changes take effect at once then; changes of people, roles, vaults and policies as well.'
              : 'Its rules then hold for every secret, and for changes of people, roles, vaults and policies, beside what vault profiles ask for.'}
            {other && ` It takes the place of “${other.name}”.`}
          </Text>
          {save.error && <Failure error={save.error} />}
          <Button loading={save.isPending} onClick={() => save.mutate(asked ? null : policy.id)}>
            {label}
          </Button>
        </Stack>
      </Modal>
    </>
  );
}

function useAttach(organizationId: string, onDone: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const once = useOneEffect();
  return useMutation({
    mutationFn: (approvalProfileId: string | null) =>
      once((options) => keyferry.organizations.update(organizationId, { approvalProfileId }, options)),
    onSuccess: (answer) => {
      const change = 'changeRequest' in answer ? answer.changeRequest : undefined;
      notifications.show({ message: change ? 'Others are asked to agree.' : 'Saved.', withBorder: true });
      onDone();
      if (change) return navigate({ to: '/changes/$changeId', params: { changeId: change.id } });
    },
    onSettled: () => refreshPolicies(client),
  });
}
