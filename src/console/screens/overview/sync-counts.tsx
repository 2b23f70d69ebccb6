import { SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { syncQuery, waitingQuery } from '../../sync-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { profilesQuery } from '../../vault-queries.ts';
import { lagText } from '../../words.ts';
import { stateOfProfile } from '../sync/profile-state.ts';
import { Count } from './count.tsx';

/** What is out of step, for how long, and which vaults are the reason. */
export function SyncCounts() {
  const sync = useQuery(syncQuery);
  const waiting = useQuery(waitingQuery);
  const profiles = useQuery(profilesQuery);
  const failed = [sync, waiting, profiles].find(({ error, data }) => error && !data);
  if (failed) return <Failure error={failed.error} retry={() => void failed.refetch()} />;
  if (!sync.data || !waiting.data || !profiles.data) return <Loading rows={1} height={88} />;
  const lag = Math.max(0, ...waiting.data.map(({ lagSeconds }) => lagSeconds));
  const decide = waiting.data.reduce((sum, { states }) => sum + (states.conflict ?? 0) + (states.drifted ?? 0), 0);
  const bad = profiles.data.filter((profile) => stateOfProfile(profile).tone === 'bad').length;
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      <Count
        number={String(sync.data.backlog)}
        label={sync.data.backlog === 1 ? 'copy is on its way' : 'copies are on their way'}
        to={{ to: '/sync' }}
      />
      <Count
        number={lag === 0 ? 'none' : lagText(lag)}
        label={lag === 0 ? 'lags behind' : 'is the oldest lag'}
        to={{ to: '/sync' }}
      />
      <Count
        number={String(decide)}
        label={decide === 1 ? 'copy needs a decision' : 'copies need a decision'}
        to={{ to: '/sync', search: { state: 'conflict' } }}
      />
      <Count number={String(bad)} label={`of ${profiles.data.length} vault profiles fail`} to={{ to: '/vaults' }} />
    </SimpleGrid>
  );
}
