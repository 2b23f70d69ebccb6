import { Button, Code, List, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { VaultProfile } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { Failure } from '../../ui/failure.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { refreshVaults } from '../../vault-queries.ts';
import { type Tone, wordsOf } from '../../words.ts';

const STATES: Readonly<Record<VaultProfile['check']['state'], { readonly tone: Tone; readonly label: string }>> = {
  unchecked: { tone: 'quiet', label: 'Not asked yet' },
  ok: { tone: 'good', label: 'Address, login, place and rights are right' },
  incomplete: { tone: 'waiting', label: 'Rights are missing' },
  failing: { tone: 'bad', label: 'The vault cannot be used' },
};

const CODES: Readonly<Record<string, string>> = {
  unavailable: 'It does not answer: look at the address, the network and the vault itself.',
  timeout: 'It did not answer in time.',
  unauthenticated: 'It refuses the credential: save the vault with another one.',
  permission_denied: 'It does not let us do even what a check needs.',
  not_found: 'The place is not there: look at the attributes of the profile.',
};

/** What the vault said when it was last asked, and asking it now. */
export function CheckPanel({ profile, mayCheck }: { readonly profile: VaultProfile; readonly mayCheck: boolean }) {
  const client = useQueryClient();
  const check = useMutation({
    mutationFn: () => keyferry.profiles.check(profile.id),
    onSettled: () => refreshVaults(client),
  });
  const { state, code, missingRights, checkedAt } = profile.check;
  return (
    <Panel
      title="What the vault says"
      aside={
        mayCheck && (
          <Button size="xs" variant="default" loading={check.isPending} onClick={() => check.mutate()}>
            Check now
          </Button>
        )
      }
    >
      <Stack gap="xs">
        <Status {...STATES[state]} />
        {code && <Text size="sm">{CODES[code] ?? `${wordsOf(code)}.`}</Text>}
        {missingRights.length > 0 && (
          <List size="sm">
            {missingRights.map(({ right, needed }) => (
              <List.Item key={`${needed} ${right}`}>
                <Code>{right}</Code>, needed to {needed}
              </List.Item>
            ))}
          </List>
        )}
        {checkedAt && (
          <Text size="sm" c="dimmed">
            Asked <Time at={checkedAt} />
          </Text>
        )}
        {check.error && <Failure error={check.error} />}
      </Stack>
    </Panel>
  );
}
