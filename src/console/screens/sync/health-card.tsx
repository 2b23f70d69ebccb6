import { Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { VaultProfile, WaitingCopies } from '../../../client/api-types.ts';
import { Status } from '../../ui/status.tsx';
import { lagText } from '../../words.ts';
import { BacklogBar } from './backlog-bar.tsx';
import styles from './health.module.css';
import { HealthCharts } from './health-charts.tsx';
import type { HealthSample } from './health-samples.ts';
import { stateOfProfile } from './profile-state.ts';

interface Props {
  readonly profile: VaultProfile;
  /** Undefined: nothing waits there. */
  readonly waiting: WaitingCopies | undefined;
  readonly samples: readonly HealthSample[];
}

/** One vault profile: its state, and what waits there. */
export function HealthCard({ profile, waiting, samples }: Props) {
  const { tone, label, advice } = stateOfProfile(profile);
  return (
    <article className={styles.card} aria-label={`${profile.name}: ${label}`}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Anchor
          size="sm"
          fw={600}
          truncate
          renderRoot={(props) => (
            <Link to="/vaults/profiles/$profileId" params={{ profileId: profile.id }} {...props} />
          )}
        >
          {profile.name}
        </Anchor>
        <Status tone={tone} label={label} />
      </Group>
      {waiting && <BacklogBar states={waiting.states} />}
      <Text size="xs" c="dimmed">
        {waiting && waiting.lagSeconds > 0
          ? `Behind for ${lagText(waiting.lagSeconds)}.`
          : !waiting && 'Everything is in step.'}{' '}
        {advice}
      </Text>
      <HealthCharts samples={samples} ratePerSecond={profile.ratePerSecond} />
    </article>
  );
}
