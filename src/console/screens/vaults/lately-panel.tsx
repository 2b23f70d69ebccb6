import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { VaultProfile } from '../../../client/api-types.ts';
import { waitingQuery } from '../../sync-queries.ts';
import { Panel } from '../../ui/panel.tsx';
import { BacklogBar } from '../sync/backlog-bar.tsx';
import { HealthCharts } from '../sync/health-charts.tsx';
import { useHealthSamples } from '../sync/use-health-samples.ts';

/** What waits at a profile, and how that went since the page was opened. */
export function LatelyPanel({ profile }: { readonly profile: VaultProfile }) {
  const { data } = useQuery(waitingQuery);
  const samples = useHealthSamples(useMemo(() => [profile], [profile]));
  const waiting = data?.find(({ profileId }) => profileId === profile.id);
  return (
    <Panel title="Copies there">
      <Stack gap="sm">
        {waiting ? <BacklogBar states={waiting.states} /> : <Text size="sm">Everything is in step.</Text>}
        <HealthCharts samples={samples.get(profile.id) ?? []} ratePerSecond={profile.ratePerSecond} />
      </Stack>
    </Panel>
  );
}
