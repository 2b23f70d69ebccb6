import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { profilesQuery } from '../../vault-queries.ts';
import { stateOfProfile } from '../sync/profile-state.ts';

const MOST = 8;

/** Vault profiles that fail, lack rights or lag behind, the worst first. */
export function TroubledProfiles() {
  const { data, error, refetch } = useQuery(profilesQuery);
  const troubled = (data ?? [])
    .map((profile) => ({ profile, state: stateOfProfile(profile) }))
    .filter(({ state }) => state.tone === 'bad' || state.tone === 'waiting')
    .sort((a, b) => a.state.tone.localeCompare(b.state.tone) || a.profile.name.localeCompare(b.profile.name));
  return (
    <Panel title="Vault profiles in trouble">
      {error && !data && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading rows={2} height={28} />}
      {data && troubled.length === 0 && (
        <Empty icon="check" title="None">
          Profiles whose vault does not answer, refuses or lags behind appear here.
        </Empty>
      )}
      <Stack gap="xs">
        {troubled.slice(0, MOST).map(({ profile: { id, name }, state }) => (
          <div key={id}>
            <Group justify="space-between" wrap="nowrap" gap="sm">
              <Anchor
                size="sm"
                truncate
                renderRoot={(props) => <Link to="/vaults/profiles/$profileId" params={{ profileId: id }} {...props} />}
              >
                {name}
              </Anchor>
              <Status tone={state.tone} label={state.label} />
            </Group>
            <Text size="xs" c="dimmed">
              {state.advice}
            </Text>
          </div>
        ))}
      </Stack>
      {troubled.length > MOST && (
        <Text size="sm" c="dimmed" mt="xs">
          And {troubled.length - MOST} more, see Vaults.
        </Text>
      )}
    </Panel>
  );
}
