import { Avatar, Group, Text } from '@mantine/core';
import { Icon } from './icon.tsx';

/** Somebody: initials and name; a machine has a sign of its own. */
export function Person({ name, type = 'person' }: { readonly name: string; readonly type?: string }) {
  return (
    <Group gap={8} wrap="nowrap" component="span" display="inline-flex">
      <Avatar size={24} radius="xl" color="gray" variant="filled" aria-hidden="true">
        {type === 'person' ? initials(name) : <Icon name="sync" size={14} />}
      </Avatar>
      <Text span size="sm" truncate>
        {name}
      </Text>
    </Group>
  );
}

function initials(name: string): string {
  return name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
}
