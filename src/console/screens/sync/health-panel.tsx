import { Button, SimpleGrid, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { VaultProfile } from '../../../client/api-types.ts';
import { waitingQuery } from '../../sync-queries.ts';
import { Panel } from '../../ui/panel.tsx';
import { HealthCard } from './health-card.tsx';
import { stateOfProfile } from './profile-state.ts';
import { useHealthSamples } from './use-health-samples.ts';

const FEW = 6;
const ORDER = { bad: 0, waiting: 1, moving: 2, quiet: 3, good: 4 } as const;

/** How each vault profile stands: those that need somebody first. */
export function HealthPanel({ profiles }: { readonly profiles: readonly VaultProfile[] }) {
  const waiting = useQuery(waitingQuery);
  const samples = useHealthSamples(profiles);
  const [all, setAll] = useState(false);
  const sorted = [...profiles].sort(
    (a, b) => ORDER[stateOfProfile(a).tone] - ORDER[stateOfProfile(b).tone] || a.name.localeCompare(b.name),
  );
  const shown = all ? sorted : sorted.slice(0, FEW);
  return (
    <Panel
      title="Vault profiles"
      aside={
        sorted.length > FEW && (
          <Button variant="default" size="xs" onClick={() => setAll(!all)}>
            {all ? 'Show fewer' : `Show all ${sorted.length}`}
          </Button>
        )
      }
    >
      <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm" verticalSpacing="sm">
        {shown.map((profile) => (
          <HealthCard
            key={profile.id}
            profile={profile}
            waiting={waiting.data?.find(({ profileId }) => profileId === profile.id)}
            samples={samples.get(profile.id) ?? []}
          />
        ))}
      </SimpleGrid>
      {sorted.length === 0 && <Text size="sm">There is none yet.</Text>}
    </Panel>
  );
}
