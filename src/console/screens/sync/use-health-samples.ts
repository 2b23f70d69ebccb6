import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { VaultProfile } from '../../../client/api-types.ts';
import { ratesQuery, waitingQuery } from '../../sync-queries.ts';
import { type HealthSample, withSample } from './health-samples.ts';

const NONE: ReadonlyMap<string, readonly HealthSample[]> = new Map();

/** How profiles stood since the page was opened, by profile: one moment for each look at what waits. */
export function useHealthSamples(profiles: readonly VaultProfile[]): ReadonlyMap<string, readonly HealthSample[]> {
  const { data, dataUpdatedAt } = useQuery(waitingQuery);
  const { data: rates = [] } = useQuery(ratesQuery);
  const [samples, setSamples] = useState(NONE);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a moment for each look, not for each change of what is shown
  useEffect(() => {
    if (data !== undefined) setSamples((known) => withSample(known, profiles, data, rates, dataUpdatedAt));
  }, [dataUpdatedAt]);
  return samples;
}
