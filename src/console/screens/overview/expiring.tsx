import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { expiringSecretsQuery, expiringTokensQuery } from '../../expiring-queries.ts';
import { TYPE_LABEL } from '../../payload/payload-fields.ts';
import { Empty } from '../../ui/empty.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Time } from '../../ui/time.tsx';
import { wordsOf } from '../../words.ts';

const LABELS: Readonly<Record<string, string>> = TYPE_LABEL;

/** Secrets, what they hold (certificates, tokens), and API tokens that end within 30 days or have ended. */
export function Expiring() {
  const secrets = useQuery(expiringSecretsQuery);
  const tokens = useQuery(expiringTokensQuery);
  const failed = [secrets, tokens].find(({ error, data }) => error && !data);
  const rows = [
    ...(secrets.data ?? []).map(({ secretId, path, name, type, expiresAt }) => ({
      key: secretId,
      secretId,
      name: path === '' ? name : `${path}/${name}`,
      what: LABELS[type] ?? wordsOf(type),
      expiresAt,
    })),
    ...(tokens.data ?? []).map(({ id, name, expiresAt }) => ({
      key: id,
      secretId: undefined,
      name,
      what: 'API token',
      expiresAt,
    })),
  ].sort((a, b) => a.expiresAt.localeCompare(b.expiresAt));
  return (
    <Panel title="Ends soon">
      {failed && <Failure error={failed.error} retry={() => void failed.refetch()} />}
      {!failed && !(secrets.data && tokens.data) && <Loading rows={3} height={28} />}
      {secrets.data && tokens.data && rows.length === 0 && (
        <Empty icon="clock" title="Nothing ends soon">
          Secrets, certificates and tokens that end within 30 days appear here in time.
        </Empty>
      )}
      <Stack gap={6}>
        {rows.slice(0, 12).map(({ key, secretId, name, what, expiresAt }) => (
          <Group key={key} justify="space-between" wrap="nowrap" gap="sm">
            <Text size="sm" truncate>
              {secretId === undefined ? name : <ToSecret secretId={secretId} name={name} />}{' '}
              <Text span c="dimmed">
                {what}
              </Text>
            </Text>
            <Text size="sm" c="dimmed" flex="none">
              <Time at={expiresAt} />
            </Text>
          </Group>
        ))}
      </Stack>
    </Panel>
  );
}

function ToSecret({ secretId, name }: { readonly secretId: string; readonly name: string }) {
  return (
    <Anchor inherit renderRoot={(props) => <Link to="/secrets/$secretId" params={{ secretId }} {...props} />}>
      {name}
    </Anchor>
  );
}
