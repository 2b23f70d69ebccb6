import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ApprovalProfile } from '../../../client/api-types.ts';
import { Panel } from '../../ui/panel.tsx';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import type { NameOf } from './policy-words.ts';
import { RuleText } from './rule-text.tsx';
import { usePolicyUses, usesText } from './use-policy-uses.ts';

interface Props {
  readonly policy: ApprovalProfile;
  readonly nameOf: NameOf;
}

/** One policy in words. */
export function PolicyCard({ policy, nameOf }: Props) {
  const { id, name, version, rules, updatedAt, unsatisfiable } = policy;
  const uses = usePolicyUses(id);
  return (
    <Panel
      title={name}
      aside={
        <Anchor
          size="sm"
          aria-label={`Open ${name}`}
          renderRoot={(props) => <Link to="/policies/$policyId" params={{ policyId: id }} {...props} />}
        >
          Open
        </Anchor>
      }
    >
      <Stack gap="sm">
        <Group gap="md">
          <Text size="sm" c="dimmed">
            Version {version}, <Time at={updatedAt} />
          </Text>
          {uses && <Status tone={uses.length === 0 ? 'quiet' : 'good'} label={usesText(uses)} />}
        </Group>
        {unsatisfiable && (
          <div>
            <Status tone="bad" label="Nobody can meet it" />
            <Text size="sm">
              Step “{unsatisfiable.step}” of “{unsatisfiable.rule}” asks for {unsatisfiable.required};{' '}
              {unsatisfiable.available} could decide it.
            </Text>
          </div>
        )}
        {rules.map((rule) => (
          <RuleText key={rule.name} rule={rule} nameOf={nameOf} />
        ))}
      </Stack>
    </Panel>
  );
}
