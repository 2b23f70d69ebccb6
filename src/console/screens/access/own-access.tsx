import { Stack } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { meQuery } from '../../queries.ts';
import { NotificationsPanel } from './notifications-panel.tsx';
import { OwnRoles } from './own-roles.tsx';
import { SessionsPanel } from './sessions-panel.tsx';
import { TokensPanel } from './tokens-panel.tsx';

/** What belongs to whoever looks: roles, tokens, browsers, mail. */
export function OwnAccess() {
  const { data: me } = useSuspenseQuery(meQuery);
  return (
    <Stack gap="lg">
      <OwnRoles me={me} />
      <TokensPanel owner={{ userId: me.personId }} mayMake own />
      <SessionsPanel userId={me.personId} own />
      <NotificationsPanel />
    </Stack>
  );
}
