import { Box, Group, Stack, Text } from '@mantine/core';
import type { ApprovalRuleOutput } from '../../../client/api-types.ts';
import { Status } from '../../ui/status.tsx';
import styles from './policies.module.css';
import { type LineDifference, policyDifference } from './policy-difference.ts';
import type { NameOf } from './policy-words.ts';

interface Props {
  readonly before: readonly ApprovalRuleOutput[];
  readonly after: readonly ApprovalRuleOutput[];
  readonly nameOf: NameOf;
}

const KINDS = {
  new: { tone: 'good', label: 'New rule' },
  gone: { tone: 'bad', label: 'Rule is gone' },
  changed: { tone: 'waiting', label: 'Changed' },
  same: { tone: 'quiet', label: 'As before' },
} as const;

/** What two versions of a policy say otherwise, in words. */
export function PolicyChanges({ before, after, nameOf }: Props) {
  return (
    <Stack gap="sm">
      {policyDifference(before, after, nameOf).map(({ rule, kind, lines }) => (
        <Box key={rule}>
          <Group gap="sm">
            <Text size="sm" fw={600}>
              {rule}
            </Text>
            <Status {...KINDS[kind]} />
          </Group>
          {kind !== 'same' && (
            <dl className={styles.lines}>
              {lines.map((line) => (
                <Line key={line.label} line={line} compare={kind === 'changed'} />
              ))}
            </dl>
          )}
        </Box>
      ))}
    </Stack>
  );
}

function Line({ line: { label, was, is }, compare }: { readonly line: LineDifference; readonly compare: boolean }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {compare && was !== is ? (
          <>
            <del>{was ?? 'nothing'}</del> → <strong>{is ?? 'nothing'}</strong>
          </>
        ) : (
          (is ?? was)
        )}
      </dd>
    </div>
  );
}
