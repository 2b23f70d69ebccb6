import { Stack, Text, ThemeIcon } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface Props {
  readonly icon: IconName;
  readonly title: string;
  /** What would be here, and how it comes to be. */
  readonly children: ReactNode;
}

/** Nothing to show, which is a chance to say what this place is for. */
export function Empty({ icon, title, children }: Props) {
  return (
    <Stack align="center" gap="xs" py={48} px="md">
      <ThemeIcon size={52} radius="xl" variant="light" color="gray">
        <Icon name={icon} size={26} />
      </ThemeIcon>
      <Text fw={600} mt="xs">
        {title}
      </Text>
      <Text c="dimmed" size="sm" ta="center" maw={420} component="div">
        {children}
      </Text>
    </Stack>
  );
}
