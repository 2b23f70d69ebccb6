import { Table, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Me, Secret, SecretVersion } from '../../../client/api-types.ts';
import { itemsOf } from '../../pages.ts';
import { may } from '../../rights.ts';
import { versionsQuery } from '../../secret-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { More } from '../../ui/more.tsx';
import { Panel } from '../../ui/panel.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { CompareButton } from './compare-dialog.tsx';
import { VersionDialog, type VersionIntent } from './version-dialog.tsx';
import { VersionRow } from './version-row.tsx';

interface Props {
  readonly secret: Secret;
  readonly me: Me;
}

/** Every version, newest first: what may be known of it, whether it equals another, and what can be done with it. */
export function VersionsPanel({ secret, me }: Props) {
  const read = useInfiniteQuery(versionsQuery(secret.id));
  const { error } = read;
  const [intent, setIntent] = useState<VersionIntent>();
  const versions = read.data && itemsOf(read.data);
  const readable = may(me, 'secret.read_value', secret.projectId) && !secret.writeOnly;
  return (
    <Panel
      title="Versions"
      aside={versions && <CompareButton secret={secret} versions={versions} readable={readable} />}
    >
      {error && <Failure error={error} />}
      {!versions && !error && <Loading rows={2} height={48} />}
      {versions?.length === 0 && (
        <Text size="sm" c="dimmed">
          There is none yet: its first version waits, or nothing has been written.
        </Text>
      )}
      {versions && versions.length > 0 && (
        <WideTable label="Versions" minWidth={640}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Version</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>What is known</Table.Th>
              <Table.Th>Written</Table.Th>
              <Table.Th>
                <Text span size="sm" fw={700}>
                  Actions
                </Text>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {versions.map((version) => (
              <VersionRow
                key={version.version}
                version={version}
                equals={equalOlder(version, versions)}
                secret={secret}
                me={me}
                onIntent={setIntent}
              />
            ))}
          </Table.Tbody>
        </WideTable>
      )}
      <More of={read} />
      <VersionDialog secret={secret} intent={intent} onClose={() => setIntent(undefined)} />
    </Panel>
  );
}

/** The newest version before it with the same content, as far as fingerprints are shown to whoever looks. */
function equalOlder({ version, fingerprint }: SecretVersion, versions: readonly SecretVersion[]): number | undefined {
  if (fingerprint === null) return undefined;
  return versions.find((other) => other.version < version && other.fingerprint === fingerprint)?.version;
}
