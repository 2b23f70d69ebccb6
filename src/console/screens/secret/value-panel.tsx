import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Secret } from '../../../client/api-types.ts';
import type { WireField } from '../../../client/payload.ts';
import { latestVersionQuery } from '../../secret-queries.ts';
import { Failure } from '../../ui/failure.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SHOWN_MS, useShownContent } from './use-content.ts';
import { useReading } from './use-reading.tsx';
import styles from './value-panel.module.css';

/** The value on demand: shown for a while, or copied without being shown. */
export function ValuePanel({ secret }: { readonly secret: Secret }) {
  const { data: version, isLoading } = useQuery(latestVersionQuery(secret));
  const { payload, show, hide } = useShownContent();
  const { begin, busy, error, dialog } = useReading(secret);
  const [refused, setRefused] = useState<Error>();
  // The one that the page tells of: of another it would not have said that it can be read once.
  const shown = version?.version ?? 'latest_enabled';
  const reveal = () => begin(async (read) => show(await read(shown)));
  const copy = (name: string) => {
    // Asked for before the reading is recorded: browsers allow it on pages that came over HTTPS or from this machine.
    if (!navigator.clipboard) return setRefused(new Error('The browser copies only on pages that came over HTTPS.'));
    begin(async (read) => {
      const content = await read(shown);
      await navigator.clipboard.writeText(textOf(content[name] ?? ''));
      notifications.show({ message: `Copied ${name}. It stays in your clipboard.`, withBorder: true });
    });
  };
  if (version?.writeOnly) {
    return (
      <Panel title="Value">
        <Text size="sm" c="dimmed">
          It is write-only: its value is handed out to nobody.
        </Text>
      </Panel>
    );
  }
  return (
    <Panel
      title="Value"
      aside={
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<Icon name="eye" size={16} />}
          loading={busy}
          disabled={isLoading}
          onClick={payload ? hide : reveal}
        >
          {payload ? 'Hide' : 'Reveal'}
        </Button>
      }
    >
      <Stack gap="xs">
        <Text size="sm" c="dimmed">
          Each reading is recorded. What is revealed is hidden again after {SHOWN_MS / 1000} seconds.
          {version?.singleAccess && ' This version can be read once: whoever reads it is the last.'}
        </Text>
        {(error ?? refused) !== undefined && <Failure error={error ?? refused} />}
        {(version?.fieldNames ?? []).map((name) => (
          <Group key={name} justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
            <div className={styles.field}>
              <Text size="sm" fw={600} ff="monospace">
                {name}
              </Text>
              {payload ? (
                <pre className={styles.value}>{textOf(payload[name] ?? '')}</pre>
              ) : (
                <Text size="sm" c="dimmed">
                  Hidden
                </Text>
              )}
            </div>
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<Icon name="copy" size={16} />}
              disabled={busy}
              onClick={() => copy(name)}
              aria-label={`Copy ${name}`}
            >
              Copy
            </Button>
          </Group>
        ))}
      </Stack>
      {dialog}
    </Panel>
  );
}

function textOf(value: WireField): string {
  return typeof value === 'string' ? value : value.base64;
}
