import { Anchor, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Vault, VaultProfile } from '../../../client/api-types.ts';
import { Panel } from '../../ui/panel.tsx';
import { lagText } from '../../words.ts';

interface Props {
  readonly profile: VaultProfile;
  readonly vault: Vault | undefined;
}

/** What the profile says, and the way to its copies. */
export function ProfileFacts({ profile, vault }: Props) {
  const { ratePerSecond, maxDeletes, freshnessSeconds, concurrency } = profile;
  return (
    <Panel
      title="Settings"
      aside={
        <Anchor size="sm" renderRoot={(props) => <Link to="/sync" search={{ profile: profile.id }} {...props} />}>
          Its copies on the map
        </Anchor>
      }
    >
      <Table variant="vertical" layout="fixed">
        <Table.Tbody>
          <Row label="Vault">{vault?.name ?? 'not known'}</Row>
          <Row label="Place">{profile.place}</Row>
          <Row label="Naming">{profile.naming}</Row>
          <Row label="Calls at once">{concurrency}</Row>
          <Row label="Calls a second">{ratePerSecond ?? 'no limit'}</Row>
          <Row label="Removals an hour">{maxDeletes ?? 'no limit'}</Row>
          <Row label="Freshness">
            {freshnessSeconds === null ? 'nobody said' : `within ${lagText(freshnessSeconds)}`}
          </Row>
        </Table.Tbody>
      </Table>
    </Panel>
  );
}

function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w={{ base: 120, sm: 180 }} scope="row">
        {label}
      </Table.Th>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{children}</Table.Td>
    </Table.Tr>
  );
}
