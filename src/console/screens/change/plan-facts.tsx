import { Stack, Table, Text } from '@mantine/core';
import { wordsOf } from '../../words.ts';
import { FactChanges, factText } from './fact-changes.tsx';

type Facts = Readonly<Record<string, unknown>>;

/** For a change without content: what it does, as its plan says. */
export function PlanFacts({ plan }: { readonly plan: Facts }) {
  const { before, after, ...rest } = plan;
  if (isRecord(before) || isRecord(after)) {
    return <BeforeAfter before={recordIn(before)} after={recordIn(after)} rest={rest} />;
  }
  const facts = saidIn(plan);
  if (facts.length === 0) return <Text size="sm">It carries no content.</Text>;
  return <FactTable facts={facts} />;
}

interface Props {
  readonly before: Facts | null;
  readonly after: Facts | null;
  readonly rest: Facts;
}

/** Something that is changed, made or taken away: only what becomes otherwise, and what else is said. */
function BeforeAfter({ before, after, rest }: Props) {
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  // What stands there by name needs no id beside it.
  const told = names.filter((name) => !name.endsWith('Id') || !names.includes(name.slice(0, -2)));
  const changed = told.filter((name) => factText(before?.[name]) !== factText(after?.[name]));
  const only = (facts: Facts | null) =>
    facts && Object.fromEntries(changed.filter((name) => name in facts).map((name) => [name, facts[name]]));
  const facts = saidIn(rest);
  return (
    <Stack gap="sm">
      {after === null && <Text size="sm">It is taken away:</Text>}
      {before === null && <Text size="sm">It is new:</Text>}
      <FactChanges before={after === null ? null : only(before)} after={after === null ? before : only(after)} />
      {facts.length > 0 && <FactTable facts={facts} />}
    </Stack>
  );
}

function FactTable({ facts }: { readonly facts: readonly (readonly [string, unknown])[] }) {
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

function saidIn(plan: Facts): [string, unknown][] {
  return Object.entries(plan).filter(
    ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
}

function isRecord(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function recordIn(value: unknown): Facts | null {
  return isRecord(value) ? value : null;
}
