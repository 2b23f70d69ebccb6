import { Table, Text } from '@mantine/core';
import { wordsOf } from '../../words.ts';
import { factText } from './fact-changes.tsx';

/** For a change without content: what it does, as its plan says. */
export function PlanFacts({ plan }: { readonly plan: Readonly<Record<string, unknown>> }) {
  const facts = Object.entries(plan).filter(([, value]) => value !== null && value !== undefined);
  if (facts.length === 0) return <Text size="sm">It carries no content.</Text>;
  return (
    <Table verticalSpacing="xs" layout="fixed">
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" w="35%" fw={500}>
              {wordsOf(name.replaceAll(/([A-Z])/g, ' $1').toLowerCase())}
            </Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{factText(value)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
