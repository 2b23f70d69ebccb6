import { List, Stack, Text } from '@mantine/core';
import type { ApprovalRuleOutput } from '../../../client/api-types.ts';
import { Status } from '../../ui/status.tsx';
import { PolicyChanges } from '../policies/policy-changes.tsx';
import { useDirectory } from '../policies/use-directory.ts';
import { type Remark, type Remarks, remarkText } from './policy-remarks.ts';

interface Seen {
  readonly name: string;
  readonly rules: readonly ApprovalRuleOutput[];
}

/** What a change of a policy does: what it would say otherwise, and where that asks for less or more. */
export function PolicyChange({ plan }: { readonly plan: Readonly<Record<string, unknown>> }) {
  const { nameOf } = useDirectory();
  const { before, after, remarks } = plan as { before: Seen | null; after: Seen | null; remarks: Remarks | null };
  return (
    <Stack gap="md">
      <Text size="sm">
        {after === null ? 'It is deleted: ' : 'The policy '}
        {before && after && before.name !== after.name && (
          <>
            <del>{before.name}</del> →{' '}
          </>
        )}
        <strong>{(after ?? before)?.name}</strong>
      </Text>
      <Remarked title="It asks for less" tone="bad" remarks={remarks?.looser ?? []} />
      <Remarked title="It asks for more" tone="good" remarks={remarks?.tighter ?? []} />
      <PolicyChanges before={rulesIn(before)} after={rulesIn(after)} nameOf={nameOf} />
    </Stack>
  );
}

/** Older ones say nothing of checks. */
function rulesIn(seen: Seen | null): ApprovalRuleOutput[] {
  return (seen?.rules ?? []).map((rule) => ({ ...rule, requiredChecks: rule.requiredChecks ?? [] }));
}

interface RemarkedProps {
  readonly title: string;
  readonly tone: 'good' | 'bad';
  readonly remarks: readonly Remark[];
}

function Remarked({ title, tone, remarks }: RemarkedProps) {
  const { nameOf } = useDirectory();
  if (remarks.length === 0) return null;
  return (
    <div>
      <Status tone={tone} label={title} />
      <List size="sm">
        {remarks.map((remark) => (
          <List.Item key={`${remark.rule} ${remark.step} ${remark.aspect}`}>{remarkText(remark, nameOf)}</List.Item>
        ))}
      </List>
    </div>
  );
}
