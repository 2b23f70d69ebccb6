import { Code, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Secret, Target } from '../../../client/api-types.ts';
import { Breakable } from '../../ui/breakable.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { toneOfTarget, wordsOf } from '../../words.ts';

const REASONS: Readonly<Record<string, string>> = {
  foreign_entry: 'An entry that is not ours stands in its place.',
  content_changed: 'Somebody else changed what lies there.',
  entry_missing: 'Somebody else removed it.',
  marker_missing: 'Our marker on it was taken away.',
  labels_changed: 'Its labels were changed by somebody else.',
  missing_since_restore: 'It is not there since the database was restored.',
  profile_paused: 'Its vault profile is paused.',
  project_paused: 'Its project is paused.',
  sync_paused: 'Everything is paused.',
  delete_fuse: 'More copies were to be removed than the profile allows; the rest is held.',
  unavailable: 'The vault does not answer. It is tried again by itself.',
  timeout: 'The vault did not answer in time. It is tried again by itself.',
  permission_denied: 'The vault does not let us.',
  unauthenticated: 'The vault refuses our credential.',
};

/** Why a copy is not in step, for people. */
export function reasonText(code: string): string {
  return REASONS[code] ?? `${wordsOf(code)}.`;
}

/** How a copy stands. */
export function CopyFacts({ secret, copy }: { readonly secret: Secret; readonly copy: Target }) {
  const name = secret.path === '' ? secret.name : `${secret.path}/${secret.name}`;
  const version = (number: number | null, none: string) => (number === null ? none : `version ${number}`);
  return (
    <Stack gap="xs">
      <Text fw={600}>
        {name} at {copy.profileName}
      </Text>
      <Status tone={toneOfTarget(copy.state)} label={wordsOf(copy.state)} />
      {copy.code && <Text size="sm">{reasonText(copy.code)}</Text>}
      <Fact label="Path">
        <Code>
          <Breakable text={copy.remotePath} />
        </Code>
      </Fact>
      <Fact label="Proved there">{version(copy.observedVersion, 'nothing yet')}</Fact>
      <Fact label="Wanted there">{version(copy.desiredVersion, 'nothing')}</Fact>
      {copy.dueSince && (
        <Fact label="Out of step">
          <Time at={copy.dueSince} />
        </Fact>
      )}
      {copy.syncedAt && (
        <Fact label="Last proved">
          <Time at={copy.syncedAt} />
        </Fact>
      )}
      {copy.attempts > 0 && <Fact label="Attempts">{copy.attempts}</Fact>}
      {copy.nextAttemptAt && (
        <Fact label="Next attempt">
          <Time at={copy.nextAttemptAt} />
        </Fact>
      )}
    </Stack>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Group gap="sm" wrap="nowrap" align="baseline">
      <Text size="sm" c="dimmed" w={110} flex="none">
        {label}
      </Text>
      <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
    </Group>
  );
}
