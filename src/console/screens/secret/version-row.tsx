import { Anchor, Code, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Me, Secret, SecretVersion } from '../../../client/api-types.ts';
import { Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { VERSION_TONE, wordsOf } from '../../words.ts';
import { FactChanges } from '../change/fact-changes.tsx';
import { endOf } from './compare-table.tsx';
import type { VersionIntent } from './version-dialog.tsx';
import { VersionMenu } from './version-menu.tsx';

interface Props {
  readonly version: SecretVersion;
  /** An older version with the same content. */
  readonly equals: number | undefined;
  readonly secret: Secret;
  readonly me: Me;
  readonly onIntent: (intent: VersionIntent) => void;
}

export function VersionRow({ version, equals, secret, me, onIntent }: Props) {
  const { version: number, state, description, fingerprint, fieldNames, facts, createdBy, createdAt } = version;
  return (
    <Table.Tr>
      <Table.Th scope="row">
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/changes/$changeId" params={{ changeId: version.changeRequestId }} {...props} />
          )}
        >
          Version {number}
        </Anchor>
        {description !== '' && (
          <Text size="sm" fw={400}>
            {description}
          </Text>
        )}
      </Table.Th>
      <Table.Td>
        <Status tone={VERSION_TONE[state]} label={wordsOf(state)} />
      </Table.Td>
      <Table.Td>
        <Text size="sm">{fieldNames.join(', ')}</Text>
        <FactChanges before={null} after={facts} />
        {(version.expiresAt !== null || version.singleAccess) && <Text size="sm">Ends: {endOf(version)}</Text>}
        {fingerprint !== null && (
          <Text size="xs" c="dimmed" title={fingerprint}>
            Fingerprint <Code>{shortOf(fingerprint)}</Code>
            {equals !== undefined && ` as version ${equals}`}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <Text size="sm">{createdBy.name}</Text>
        <Text size="xs" c="dimmed">
          <Time at={createdAt} />
        </Text>
      </Table.Td>
      <Table.Td>
        <VersionMenu version={version} secret={secret} me={me} onIntent={onIntent} />
      </Table.Td>
    </Table.Tr>
  );
}

/** Behind the key's id: enough to tell two apart. */
function shortOf(fingerprint: string): string {
  const text = fingerprint.slice(fingerprint.lastIndexOf(':') + 1);
  return text.length > 12 ? `${text.slice(0, 12)}…` : text;
}
