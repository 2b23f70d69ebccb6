import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { KeyferryError } from '../client/keyferry-error.ts';
import { readAuditSearch } from './audit-search.ts';
import { ConsoleShell } from './console-shell.tsx';
import { meQuery } from './queries.ts';
import { readAccessSearch } from './screens/access/access-search.ts';
import { NotFound } from './screens/not-found.tsx';
import { readSecretsSearch } from './screens/secrets/secrets-search.ts';
import { syncSearch } from './screens/sync/sync-search.ts';
import { Failure } from './ui/failure.tsx';
import { Loading } from './ui/loading.tsx';

const rootRoute = createRootRouteWithContext<{ readonly queries: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { to?: string } => (typeof search.to === 'string' ? { to: search.to } : {}),
  component: lazyRouteComponent(() => import('./screens/sign-in/sign-in-screen.tsx'), 'SignInScreen'),
});

/** The page says whether the browser came with a session, so that nobody is asked in vain. */
function hasSession(): boolean {
  return document.querySelector<HTMLMetaElement>('meta[name="session"]')?.content === 'some';
}

/** Everything behind a session. */
const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'signed-in',
  async beforeLoad({ context, location }) {
    const signInFirst = () => redirect({ to: '/sign-in', search: { to: `/console${location.href}` } });
    if (!hasSession() && context.queries.getQueryData(meQuery.queryKey) === undefined) throw signInFirst();
    try {
      await context.queries.ensureQueryData(meQuery);
    } catch (error) {
      if (!(error instanceof KeyferryError) || error.status !== 401) throw error;
      throw signInFirst();
    }
  },
  component: ConsoleShell,
});

const overviewRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/overview/overview-screen.tsx'), 'OverviewScreen'),
});

const INBOX_VIEWS = ['me', 'mine', 'all'] as const;
const inboxRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/inbox',
  validateSearch: (search) => ({ show: INBOX_VIEWS.find((view) => view === search.show) ?? 'me' }),
  component: lazyRouteComponent(() => import('./screens/inbox/inbox-screen.tsx'), 'InboxScreen'),
});

const changeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/changes/$changeId',
  component: lazyRouteComponent(() => import('./screens/change/change-screen.tsx'), 'ChangeScreen'),
});

const secretsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/secrets',
  validateSearch: readSecretsSearch,
  component: lazyRouteComponent(() => import('./screens/secrets/secrets-screen.tsx'), 'SecretsScreen'),
});

const newSecretRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/secrets/new',
  validateSearch: ({ project, path }): { project?: string; path?: string } => ({
    ...(typeof project === 'string' && { project }),
    ...(typeof path === 'string' && { path }),
  }),
  component: lazyRouteComponent(() => import('./screens/new-secret/new-secret-screen.tsx'), 'NewSecretScreen'),
});

const secretRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/secrets/$secretId',
  component: lazyRouteComponent(() => import('./screens/secret/secret-screen.tsx'), 'SecretScreen'),
});

const projectsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/projects',
  component: lazyRouteComponent(() => import('./screens/projects/projects-screen.tsx'), 'ProjectsScreen'),
});

const syncRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/sync',
  validateSearch: syncSearch,
  component: lazyRouteComponent(() => import('./screens/sync/sync-screen.tsx'), 'SyncScreen'),
});

const vaultsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/vaults',
  component: lazyRouteComponent(() => import('./screens/vaults/vaults-screen.tsx'), 'VaultsScreen'),
});

const profileRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/vaults/profiles/$profileId',
  component: lazyRouteComponent(() => import('./screens/vaults/profile-screen.tsx'), 'ProfileScreen'),
});

const policiesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/policies',
  component: lazyRouteComponent(() => import('./screens/policies/policies-screen.tsx'), 'PoliciesScreen'),
});

const newPolicyRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/policies/new',
  component: lazyRouteComponent(() => import('./screens/policies/new-policy-screen.tsx'), 'NewPolicyScreen'),
});

const policyRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/policies/$policyId',
  component: lazyRouteComponent(() => import('./screens/policies/policy-screen.tsx'), 'PolicyScreen'),
});

const accessRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/access',
  validateSearch: readAccessSearch,
  component: lazyRouteComponent(() => import('./screens/access/access-screen.tsx'), 'AccessScreen'),
});

const personRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/access/people/$userId',
  component: lazyRouteComponent(() => import('./screens/access/person-screen.tsx'), 'PersonScreen'),
});

const groupRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/access/groups/$groupId',
  component: lazyRouteComponent(() => import('./screens/access/group-screen.tsx'), 'GroupScreen'),
});

const machineRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/access/machines/$machineId',
  component: lazyRouteComponent(() => import('./screens/access/machine-screen.tsx'), 'MachineScreen'),
});

const auditRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '/audit',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('./screens/audit/audit-screen.tsx'), 'AuditScreen'),
});

/** What is nowhere else: the way on stands around it. */
const nowhereRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: '$',
  component: NotFound,
});

/** One line per screen; each is loaded when it is first opened. */
const routeTree = rootRoute.addChildren([
  signInRoute,
  signedInRoute.addChildren([
    overviewRoute,
    inboxRoute,
    changeRoute,
    secretsRoute,
    newSecretRoute,
    secretRoute,
    projectsRoute,
    syncRoute,
    vaultsRoute,
    profileRoute,
    policiesRoute,
    newPolicyRoute,
    policyRoute,
    accessRoute,
    personRoute,
    groupRoute,
    machineRoute,
    auditRoute,
    nowhereRoute,
  ]),
]);

export function createConsoleRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    basepath: '/console',
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultPendingComponent: () => <Loading />,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error} retry={reset} />,
    defaultNotFoundComponent: NotFound,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
