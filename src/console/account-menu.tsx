import {
  ActionIcon,
  Group,
  Menu,
  Text,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { KeyferryError } from '../client/keyferry-error.ts';
import { keyferry } from './keyferry.ts';
import { meQuery } from './queries.ts';
import { Icon } from './ui/icon.tsx';
import { Person } from './ui/person.tsx';

/** Whose session this is, the way out of it, and day or night. */
export function AccountMenu() {
  const { data: me } = useSuspenseQuery(meQuery);
  const scheme = useComputedColorScheme('light');
  const { setColorScheme } = useMantineColorScheme();
  const signOut = useMutation({
    mutationFn: () => keyferry.sessions.end(),
    onSuccess: leave,
    onError: (error) => {
      if (error instanceof KeyferryError && error.status === 401) leave();
      else notifications.show({ message: `You are still signed in. ${error.message}`, withBorder: true });
    },
  });
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <Group gap="xs" wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={`Use the ${other} theme`}
        onClick={() => setColorScheme(other)}
      >
        <Icon name={scheme === 'dark' ? 'sun' : 'moon'} />
      </ActionIcon>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <UnstyledButton aria-label={`Account of ${me.name}`}>
            <Person name={me.name} type={me.type} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            <Text size="xs" component="span">
              {me.organization.name}
            </Text>
          </Menu.Label>
          <Menu.Item leftSection={<Icon name="signOut" size={16} />} onClick={() => signOut.mutate()}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

/** To a fresh page: nothing of this person stays in memory. */
function leave(): void {
  window.location.assign('/console/sign-in');
}
