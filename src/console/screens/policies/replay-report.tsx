import { Anchor, Group, List, SegmentedControl, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReplayedChange, ReplayReport as Report } from '../../../client/api-types.ts';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { OPERATIONS } from './policy-words.ts';
import { isOtherwise, thenText, wouldText } from './replay-outcome.ts';

/** What the rules would have done: how many, and which would have gone another way. */
export function ReplayReport({ report }: { readonly report: Report }) {
  const otherwise = report.items.filter(isOtherwise);
  const [shown, setShown] = useState('otherwise');
  const items = shown === 'otherwise' ? otherwise : report.items;
  return (
    <Stack gap="sm">
      <Counts counts={report.counts} />
      <Group>
        <SegmentedControl
          aria-label="Which to show"
          value={shown}
          onChange={setShown}
          data={[
            { value: 'otherwise', label: `Otherwise than it was (${otherwise.length})` },
            { value: 'all', label: `All (${report.items.length})` },
          ]}
        />
      </Group>
      {items.length === 0 ? (
        <Text size="sm">{shown === 'all' ? 'There is no such change yet.' : 'All would have gone as it did.'}</Text>
      ) : (
        <WideTable label="Past changes" minWidth={720}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Change</Table.Th>
              <Table.Th>Asked by</Table.Th>
              <Table.Th>What became of it</Table.Th>
              <Table.Th>With these rules</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((item) => (
              <Row key={item.changeId} item={item} />
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </Stack>
  );
}

function Counts({ counts }: Pick<Report, 'counts'>) {
  const lines = [
    [counts.newlyAsked, 'would be asked about and were not'],
    [counts.noLongerAsked, 'were asked about and would not be'],
    [counts.wouldBeApproved, 'would be approved by the votes they got'],
    [counts.wouldBeRejected, 'would be rejected'],
    [counts.wouldStillWait, 'would still wait for votes'],
    [counts.unsatisfiable, 'could be approved by nobody'],
  ] as const;
  return (
    <div>
      <Text size="sm" fw={600}>
        {counts.wouldWait} of {counts.changes} would be asked about
      </Text>
      <List size="sm">
        {lines
          .filter(([count]) => count > 0)
          .map(([count, text]) => (
            <List.Item key={text}>
              {count} {text}
            </List.Item>
          ))}
      </List>
    </div>
  );
}

function Row({ item }: { readonly item: ReplayedChange }) {
  const what = OPERATIONS[item.operation];
  const tone = isOtherwise(item) ? (item.unsatisfiable ? 'bad' : 'waiting') : 'quiet';
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/changes/$changeId" params={{ changeId: item.changeId }} {...props} />}
        >
          {what.charAt(0).toUpperCase() + what.slice(1)}
        </Anchor>
        <Text size="xs" c="dimmed">
          <Time at={item.createdAt} />
        </Text>
      </Table.Td>
      <Table.Td>{item.requester.name}</Table.Td>
      <Table.Td>{thenText(item)}</Table.Td>
      <Table.Td>
        <Status tone={tone} label={wouldText(item)} />
        {item.rules.length > 0 && (
          <Text size="xs" c="dimmed">
            {item.rules.join(', ')}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
