import { AppShell, Box, Burger, Group, NavLink, ScrollArea, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { AccountMenu } from './account-menu.tsx';
import styles from './console-shell.module.css';
import mark from './keyferry.svg';
import { useLiveEvents } from './live-events.ts';
import { NAVIGATION } from './navigation.ts';
import { countsQuery } from './queries.ts';
import { Icon } from './ui/icon.tsx';

/** What stands around every screen: navigation, whose session it is, and the stream that keeps all of it up to date. */
export function ConsoleShell() {
  const [open, { toggle, close }] = useDisclosure();
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  useLiveEvents();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new place closes the menu
  useEffect(close, [pathname]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className={styles.skip} href="#main">
        Skip to the content
      </a>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={open} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
            <Link to="/" className={styles.mark}>
              <img src={mark} alt="" width={28} height={28} />
              <Text span fw={700} size="lg">
                Keyferry
              </Text>
            </Link>
          </Group>
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <AppShell.Section grow component={ScrollArea}>
          <Navigation pathname={pathname} />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

function Navigation({ pathname }: { readonly pathname: string }) {
  const counts = useQuery(countsQuery);
  const waiting = counts.data?.waitingForMe ?? 0;
  return (
    <Box>
      {NAVIGATION.map(({ to, label, icon, badge, also }) => {
        const here = to === '/' ? pathname === '/' : [to, ...(also ?? [])].some((path) => pathname.startsWith(path));
        return (
          <NavLink
            key={to}
            renderRoot={(props) => <Link to={to} {...props} />}
            label={label}
            active={here}
            aria-current={here ? 'page' : undefined}
            className={styles.link}
            leftSection={<Icon name={icon} />}
            rightSection={
              badge === 'waiting' && waiting > 0 ? (
                <span className={styles.count}>
                  {waiting}
                  <span className={styles.hidden}> waiting for you</span>
                </span>
              ) : undefined
            }
          />
        );
      })}
    </Box>
  );
}
