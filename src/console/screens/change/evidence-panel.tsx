import { Alert, List, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ChangeRequestDetail, Evidence, EvidenceWarning, FieldEvidence } from '../../../client/api-types.ts';
import { evidenceQuery } from '../../queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { wordsOf } from '../../words.ts';
import { comparisonText, fieldText, warningText } from './evidence-words.ts';
import { FactChanges, type Facts } from './fact-changes.tsx';
import { PlanFacts } from './plan-facts.tsx';
import { PolicyChange } from './policy-change.tsx';

/** What would change, as far as it can be told without showing a value. */
export function EvidencePanel({ change }: { readonly change: ChangeRequestDetail }) {
  const { data, error, refetch } = useQuery(evidenceQuery(change.id, change.revision));
  return (
    <Panel title="What changes">
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading rows={3} height={40} />}
      {data && (
        <Stack gap="md">
          <Warnings warnings={data.warnings} />
          {data.content ? <Content evidence={data} /> : <Plan subjectType={change.subjectType} plan={change.plan} />}
        </Stack>
      )}
    </Panel>
  );
}

interface PlanProps {
  readonly subjectType: string;
  readonly plan: Readonly<Record<string, unknown>>;
}

function Plan({ subjectType, plan }: PlanProps) {
  return subjectType === 'approval_profile' ? <PolicyChange plan={plan} /> : <PlanFacts plan={plan} />;
}

function Warnings({ warnings }: { readonly warnings: readonly EvidenceWarning[] }) {
  if (warnings.length === 0) return null;
  return (
    <Alert variant="default" icon={<Icon name="warning" />} title="Look twice" data-warnings>
      <List size="sm" spacing={4}>
        {warnings.map((warning) => (
          <List.Item key={`${warning.code} ${warning.fields.join(' ')}`}>{warningText(warning)}</List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Content({ evidence }: { readonly evidence: Evidence }) {
  const { content } = evidence;
  if (content === null) return null;
  const withFacts = content.fields.some(({ facts }) => hasSome(facts.before) || hasSome(facts.after));
  return (
    <>
      <Text size="sm">{comparisonText(evidence)}</Text>
      <WideTable label="Fields" minWidth={480}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Field</Table.Th>
            <Table.Th>Change</Table.Th>
            <Table.Th>Strength</Table.Th>
            {withFacts && <Table.Th>Facts</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {content.fields.map((field) => (
            <Field key={field.name} field={field} all={evidence.comparison === 'shown'} withFacts={withFacts} />
          ))}
        </Table.Tbody>
      </WideTable>
      <FactChanges before={content.facts.before} after={content.facts.after} />
    </>
  );
}

function hasSome(facts: Facts | null): boolean {
  return Object.keys(facts ?? {}).length > 0;
}

interface FieldProps {
  readonly field: FieldEvidence;
  readonly all: boolean;
  readonly withFacts: boolean;
}

function Field({ field, all, withFacts }: FieldProps) {
  const { before, after } = field.strength;
  const strength = before !== null && after !== null && before !== after ? `${before} → ${after}` : (after ?? before);
  return (
    <Table.Tr>
      <Table.Th scope="row" ff="monospace" fw={600}>
        {field.name}
      </Table.Th>
      <Table.Td>{fieldText(field, all)}</Table.Td>
      <Table.Td>{strength === null ? '' : wordsOf(strength)}</Table.Td>
      {withFacts && (
        <Table.Td>
          <FactChanges before={field.facts.before} after={field.facts.after} />
        </Table.Td>
      )}
    </Table.Tr>
  );
}
