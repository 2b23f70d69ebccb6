import { Anchor, Box, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Icon } from '../../ui/icon.tsx';
import type { AccessView } from './access-search.ts';

export function BackToAccess({ show }: { readonly show: AccessView }) {
  return (
    <Box maw={1200} mx="auto" mb="xs">
      <Anchor size="sm" c="dimmed" renderRoot={(props) => <Link to="/access" search={{ show }} {...props} />}>
        <Group gap={4} component="span" display="inline-flex">
          <Icon name="back" size={16} /> Access
        </Group>
      </Anchor>
    </Box>
  );
}
