import { Anchor, Button, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Me, SyncMapCopy, SyncMapRow, VaultProfile } from '../../../client/api-types.ts';
import { decisionsQuery } from '../../decision-queries.ts';
import { may } from '../../rights.ts';
import { Failure } from '../../ui/failure.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { fullName, toneOfTarget, wordsOf } from '../../words.ts';
import { reasonText } from './copy-facts.tsx';
import { WAYS, waysFor } from './decision.ts';
import { DecisionDialog, type Intent } from './decision-dialog.tsx';

interface Props {
  readonly me: Me;
  readonly profiles: readonly VaultProfile[];
}

/** Copies that are not as they were left, or that something else stands in the way of: a list to decide on. */
export function DriftPanel({ me, profiles }: Props) {
  const { data, error, refetch } = useQuery(decisionsQuery);
  const [intent, setIntent] = useState<Intent>();
  if (error && !data) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined || data.copies.length === 0) return null;
  return (
    <Panel title="To decide">
      <Text size="sm" mb="xs">
        Somebody else changed what lies there, or an entry that is not ours stands in the way.
      </Text>
      <WideTable label="Copies that need a decision" minWidth={640}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Copy</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>What to do</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.copies.map(({ row, copy }) => (
            <Row
              key={copy.targetId}
              row={row}
              copy={copy}
              me={me}
              profile={profiles.find(({ id }) => id === copy.profileId)?.name ?? 'a vault profile'}
              onIntent={setIntent}
            />
          ))}
        </Table.Tbody>
      </WideTable>
      {data.more && (
        <Text size="sm" c="dimmed" mt="xs">
          These are the first. The others follow once these are decided; the map shows all.
        </Text>
      )}
      <DecisionDialog intent={intent} onClose={() => setIntent(undefined)} />
    </Panel>
  );
}

interface RowProps {
  readonly row: SyncMapRow;
  readonly copy: SyncMapCopy;
  readonly me: Me;
  readonly profile: string;
  readonly onIntent: (intent: Intent) => void;
}

function Row({ row, copy, me, profile, onIntent }: RowProps) {
  const { secretId, projectId } = row;
  const { targetId, state, code } = copy;
  const name = `${fullName(row)} at ${profile}`;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={600}>
        <Anchor inherit renderRoot={(props) => <Link to="/secrets/$secretId" params={{ secretId }} {...props} />}>
          {fullName(row)}
        </Anchor>{' '}
        at {profile}
      </Table.Th>
      <Table.Td>
        <Status tone={toneOfTarget(state)} label={wordsOf(state)} />
        {code !== null && (
          <Text size="xs" c="dimmed">
            {reasonText(code)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {may(me, 'secret.sync', projectId) ? (
          <Group gap="xs">
            {waysFor(state, may(me, 'secret.edit', projectId)).map((way) => (
              <Button
                key={way}
                size="compact-sm"
                variant="default"
                aria-label={`${WAYS[way].label}: ${name}`}
                onClick={() => onIntent({ way, secretId, targetId, name })}
              >
                {WAYS[way].label}
              </Button>
            ))}
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            Operators decide.
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
