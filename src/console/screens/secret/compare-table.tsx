import { Code, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import type { SecretVersion } from '../../../client/api-types.ts';
import { absolute } from '../../ui/time.tsx';
import { WideTable } from '../../ui/wide-table.tsx';
import { wordsOf } from '../../words.ts';
import { factText } from '../change/fact-changes.tsx';

interface Props {
  readonly before: SecretVersion;
  readonly after: SecretVersion;
}

/** What is known of each, line by line; lines that differ are in bold. */
export function CompareTable({ before, after }: Props) {
  const facts = [...new Set([...Object.keys(before.facts), ...Object.keys(after.facts)])];
  return (
    <WideTable label="Two versions side by side" minWidth={480}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>What</Table.Th>
          <Table.Th>Version {before.version}</Table.Th>
          <Table.Th>Version {after.version}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        <Line name="State" was={wordsOf(before.state)} is={wordsOf(after.state)} />
        <Line name="Fingerprint" was={shownPrint(before)} is={shownPrint(after)} code />
        {facts.map((name) => (
          <Line
            key={name}
            name={wordsOf(name.replaceAll(/([A-Z])/g, ' $1').toLowerCase())}
            was={factText(before.facts[name])}
            is={factText(after.facts[name])}
          />
        ))}
        <Line name="About it" was={before.description || 'nothing said'} is={after.description || 'nothing said'} />
        <Line name="Written by" was={before.createdBy.name} is={after.createdBy.name} />
        <Line name="Written" was={absolute(before.createdAt)} is={absolute(after.createdAt)} />
        <Line name="Version of the vault" was={before.vaultVersion} is={after.vaultVersion} code />
        <Line name="Ends" was={endOf(before)} is={endOf(after)} />
      </Table.Tbody>
    </WideTable>
  );
}

interface LineProps {
  readonly name: string;
  readonly was: string;
  readonly is: string;
  readonly code?: boolean;
}

function Line({ name, was, is, code }: LineProps) {
  const shown = (text: string): ReactNode => (code ? <Code>{text}</Code> : text);
  const styles = { overflowWrap: 'anywhere', fontWeight: was === is ? 400 : 650 } as const;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {name}
      </Table.Th>
      <Table.Td style={styles}>{shown(was)}</Table.Td>
      <Table.Td style={styles}>{shown(is)}</Table.Td>
    </Table.Tr>
  );
}

function shownPrint({ fingerprint }: SecretVersion): string {
  return fingerprint ?? 'for those who may read the value';
}

/** When it is over with a version, and what happens then. */
export function endOf({ expiresAt, onExpiry, singleAccess, accessed }: SecretVersion): string {
  const once = singleAccess ? (accessed ? 'was read once' : 'can be read once') : undefined;
  const time = expiresAt === null ? undefined : `${absolute(expiresAt)}, then ${ENDS[onExpiry ?? 'disable']}`;
  return [once, time].filter((part) => part !== undefined).join('; ') || 'it lasts';
}

const ENDS = { disable: 'disabled', destroy: 'destroyed' } as const;
