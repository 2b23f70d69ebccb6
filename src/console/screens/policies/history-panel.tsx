import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ApprovalRuleOutput, AuditEvent } from '../../../client/api-types.ts';
import { policyHistoryQuery } from '../../policy-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { PolicyChanges } from './policy-changes.tsx';
import { useDirectory } from './use-directory.ts';

interface Version {
  readonly seq: number;
  readonly at: string;
  readonly by: string;
  readonly name: string;
  readonly version: number;
  readonly rules: readonly ApprovalRuleOutput[];
}

/** Every version with whom it came from and what it said otherwise than the one before. */
export function HistoryPanel({ policyId }: { readonly policyId: string }) {
  const { data, error } = useQuery(policyHistoryQuery(policyId));
  const { nameOf } = useDirectory();
  const versions = (data ?? []).flatMap(versionIn);
  return (
    <Panel title="History">
      {error && <Failure error={error} />}
      {!data && !error && <Loading rows={2} height={48} />}
      <Stack gap="md">
        {versions.map((version, at) => {
          const older = versions[at + 1];
          return (
            <div key={version.seq}>
              <Group gap="xs" mb={4}>
                <Text size="sm" fw={600}>
                  Version {version.version}
                </Text>
                <Text size="sm" c="dimmed">
                  by {version.by} <Time at={version.at} />
                  {older && older.name !== version.name && `, called “${version.name}” since then`}
                </Text>
              </Group>
              {older && older.version !== version.version && (
                <PolicyChanges before={older.rules} after={version.rules} nameOf={nameOf} />
              )}
            </div>
          );
        })}
      </Stack>
    </Panel>
  );
}

function versionIn({ seq, at, actor, action, details }: AuditEvent): Version[] {
  if (action !== 'approval_profile.created' && action !== 'approval_profile.updated') return [];
  const { name, version, policy } = details as { name: string; version: number; policy: Pick<Version, 'rules'> };
  const rules = policy.rules.map((rule) => ({ ...rule, requiredChecks: rule.requiredChecks ?? [] }));
  return [{ seq, at, by: actor.name, name, version, rules }];
}
