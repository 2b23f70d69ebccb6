import { Group, Stack, Table, Text } from '@mantine/core';
import type { Me, SyncOverview } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { may } from '../../rights.ts';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { SettleButton } from './settle-button.tsx';

interface Props {
  readonly restore: SyncOverview['restore'];
  readonly me: Me;
}

const WHY = {
  database_changed: 'The database is another than the one that ran before.',
  copy_ahead: 'A vault holds versions that the database does not know.',
} as const;

/** The database seems to be older than the vaults: what is known of it, what to do, and the end of it. */
export function RestorePanel({ restore, me }: Props) {
  const { since, reason, profiles, missing, advice } = restore;
  const whole = () => keyferry.sync.settleRestore();
  return (
    <Panel title="The database seems older than the vaults">
      <Stack gap="sm">
        <Text size="sm">
          {reason !== null && WHY[reason]} {since !== null && <Time at={since} />}
        </Text>
        {advice !== null && <Text size="sm">{advice}</Text>}
        {missing > 0 && (
          <Text size="sm">
            {missing === 1 ? 'One copy is' : `${missing} copies are`} not there and will not be made anew before this is
            settled.
          </Text>
        )}
        {profiles.length > 0 && (
          <Table aria-label="Vault profiles with copies that are ahead">
            <Table.Tbody>
              {profiles.map(({ id, name, ahead }) => (
                <Table.Tr key={id}>
                  <Table.Th scope="row" fw={600}>
                    {name}
                  </Table.Th>
                  <Table.Td>
                    {ahead === 0 ? 'nothing left to decide' : `${ahead} copies ahead: decide on each`}
                  </Table.Td>
                  <Table.Td ta="right">
                    {may(me, 'vault.administer', null) && (
                      <SettleButton
                        label={`Settle ${name}`}
                        disabled={ahead > 0}
                        send={() => keyferry.profiles.settleRestore(id)}
                      />
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        {reason === 'database_changed' && may(me, 'installation.administer', null) && (
          <Group>
            <SettleButton label="Settle everything" send={whole} />
          </Group>
        )}
      </Stack>
    </Panel>
  );
}
