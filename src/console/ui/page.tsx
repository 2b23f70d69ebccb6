import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Breakable } from './breakable.tsx';
import styles from './page.module.css';

interface Props {
  readonly title: string;
  readonly lead?: ReactNode;
  /** Beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A screen: its title (also of the tab), a line below it, and what follows. */
export function Page({ title, lead, actions, children }: Props) {
  useDocumentTitle(`${title} · Keyferry`);
  return (
    <Stack gap="lg" maw={1200} mx="auto">
      <Group justify="space-between" align="flex-start" gap="sm">
        <Box miw={0} className={styles.head}>
          <Title order={1} size="h2" tabIndex={-1}>
            <Breakable text={title} />
          </Title>
          {lead !== undefined && (
            <Text component="div" c="dimmed" size="sm" mt={4}>
              {lead}
            </Text>
          )}
        </Box>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}
