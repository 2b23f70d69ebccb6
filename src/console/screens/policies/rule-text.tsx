import { Box, Text } from '@mantine/core';
import type { ApprovalRuleOutput } from '../../../client/api-types.ts';
import styles from './policies.module.css';
import { type NameOf, ruleLines } from './policy-words.ts';

interface Props {
  readonly rule: ApprovalRuleOutput;
  readonly nameOf: NameOf;
}

/** A rule as people read it. */
export function RuleText({ rule, nameOf }: Props) {
  return (
    <Box>
      <Text size="sm" fw={600}>
        {rule.name}
      </Text>
      <dl className={styles.lines}>
        {ruleLines(rule, nameOf).map(({ label, text }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Box>
  );
}
