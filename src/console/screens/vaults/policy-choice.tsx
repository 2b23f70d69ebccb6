import { Anchor, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { VaultProfile } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { useOneEffect } from '../../one-effect.ts';
import { policiesQuery, refreshPolicies } from '../../policy-queries.ts';
import { meQuery } from '../../queries.ts';
import { may, mayAnywhere } from '../../rights.ts';
import { Failure } from '../../ui/failure.tsx';
import { Panel } from '../../ui/panel.tsx';
import { profilesQuery } from '../../vault-queries.ts';

/** Who must agree to changes of secrets that lie or are copied there, and of the profile itself. */
export function PolicyChoice({ profileId }: { readonly profileId: string }) {
  const { data: me } = useSuspenseQuery(meQuery);
  const { data: profiles } = useQuery(profilesQuery);
  const { data: policies } = useQuery({ ...policiesQuery, enabled: mayAnywhere(me, 'change.read') });
  const profile = profiles?.find(({ id }) => id === profileId);
  if (!profile || !policies) return null;
  const policy = policies.find(({ id }) => id === profile.approvalProfileId);
  const mayChoose = may(me, 'policy.administer', null) && may(me, 'vault.administer', null);
  return (
    <Panel
      title="Approval"
      aside={
        policy && (
          <Anchor
            size="sm"
            renderRoot={(props) => <Link to="/policies/$policyId" params={{ policyId: policy.id }} {...props} />}
          >
            {policy.name}
          </Anchor>
        )
      }
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {policy
            ? 'Changes of secrets that lie or are copied here wait for those whom the policy names.'
            : 'Nothing is asked here: changes take effect at once unless another place of the secret or the organization asks.'}
        </Text>
        {mayChoose && <Choice key={profile.approvalProfileId} profile={profile} policies={policies} />}
      </Stack>
    </Panel>
  );
}

interface ChoiceProps {
  readonly profile: VaultProfile;
  readonly policies: readonly { readonly id: string; readonly name: string }[];
}

function Choice({ profile, policies }: ChoiceProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const current = profile.approvalProfileId ?? '';
  const [chosen, setChosen] = useState(current);
  const once = useOneEffect();
  const save = useMutation({
    mutationFn: (policyId: string) => {
      const body = { approvalProfileId: policyId === '' ? null : policyId, expectedRevision: profile.revision };
      return once((options) => keyferry.profiles.update(profile.id, body, options));
    },
    onSuccess: (answer) => {
      const change = 'changeRequest' in answer ? answer.changeRequest : undefined;
      notifications.show({ message: change ? 'Others are asked to agree.' : 'Saved.', withBorder: true });
      if (change) return navigate({ to: '/changes/$changeId', params: { changeId: change.id } });
    },
    onSettled: () => refreshPolicies(client),
  });
  return (
    <>
      <Group align="flex-end" gap="sm">
        <NativeSelect
          label="Policy"
          data={[{ value: '', label: 'None' }, ...policies.map(({ id, name }) => ({ value: id, label: name }))]}
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
        <Button disabled={chosen === current} loading={save.isPending} onClick={() => save.mutate(chosen)}>
          Save policy
        </Button>
      </Group>
      {save.error && <Failure error={save.error} />}
    </>
  );
}
