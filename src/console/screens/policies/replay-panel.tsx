import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApprovalRuleOutput } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ReplayReport } from './replay-report.tsx';

interface Props {
  readonly rules: readonly ApprovalRuleOutput[];
  /** Undefined: it is not stored yet. */
  readonly profileId: string | undefined;
  readonly missing: string | undefined;
}

const LIMITS = [
  { value: '50', label: 'The newest 50' },
  { value: '500', label: 'The newest 500' },
];
const SCOPES = [
  { value: 'own', label: 'Where this policy is asked for' },
  { value: 'all', label: 'Everywhere' },
];

/** The draft on past changes, without any effect. */
export function ReplayPanel({ rules, profileId, missing }: Props) {
  const [limit, setLimit] = useState('50');
  const [scope, setScope] = useState('all');
  const replay = useMutation({
    mutationFn: () => {
      const body = { policy: { rules }, limit: Number(limit) };
      return profileId !== undefined && scope === 'own'
        ? keyferry.approvalProfiles.replay(profileId, body)
        : keyferry.call('replayPolicy', { body });
    },
  });
  return (
    <Panel title="Try it on past changes">
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          What these rules would have done, with the people, groups and roles of today. Nothing is changed by it.
        </Text>
        <Group align="flex-end" gap="sm">
          {profileId !== undefined && (
            <NativeSelect
              label="Which changes"
              data={SCOPES}
              value={scope}
              onChange={(event) => setScope(event.currentTarget.value)}
            />
          )}
          <NativeSelect
            label="How many"
            data={LIMITS}
            value={limit}
            onChange={(event) => setLimit(event.currentTarget.value)}
          />
          <Button
            variant="default"
            disabled={missing !== undefined}
            loading={replay.isPending}
            onClick={() => replay.mutate()}
          >
            Replay
          </Button>
        </Group>
        {replay.error && <Failure error={replay.error} />}
        {replay.data && <ReplayReport report={replay.data} />}
      </Stack>
    </Panel>
  );
}
