import { Tabs } from '@mantine/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Me } from '../../../client/api-types.ts';
import { meQuery } from '../../queries.ts';
import { mayWholly } from '../../rights.ts';
import { Page } from '../../ui/page.tsx';
import type { AccessView } from './access-search.ts';
import { AllGrants } from './all-grants.tsx';
import { GroupList } from './group-list.tsx';
import { MachineList } from './machine-list.tsx';
import { OwnAccess } from './own-access.tsx';
import { PeopleList } from './people-list.tsx';

interface View {
  readonly view: AccessView;
  readonly label: string;
  /** Needed to see it; undefined: everybody sees it. */
  readonly right?: Me['rights'][number]['rights'][number];
  readonly panel: () => ReactNode;
}

const VIEWS: readonly View[] = [
  { view: 'mine', label: 'Yours', panel: () => <OwnAccess /> },
  { view: 'people', label: 'People', right: 'secret.list', panel: () => <PeopleList /> },
  { view: 'groups', label: 'Groups', right: 'secret.list', panel: () => <GroupList /> },
  { view: 'machines', label: 'Machines', right: 'secret.list', panel: () => <MachineList /> },
  { view: 'roles', label: 'Roles', right: 'access.administer', panel: () => <AllGrants /> },
];

/** Who there is, who may do what, and how they come in. */
export function AccessScreen() {
  const { show } = useSearch({ from: '/signed-in/access' });
  const navigate = useNavigate();
  const { data: me } = useSuspenseQuery(meQuery);
  const views = VIEWS.filter(({ right }) => right === undefined || mayWholly(me, right));
  const shown = views.find(({ view }) => view === show) ?? views[0];
  return (
    <Page title="Access" lead="Who there is, what they may do, and the tokens and sessions they come in with.">
      <Tabs
        value={shown?.view ?? null}
        onChange={(view) => view && void navigate({ to: '/access', search: { show: view as AccessView } })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {views.map(({ view, label }) => (
            <Tabs.Tab key={view} value={view}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {views.map(({ view, panel }) => (
          <Tabs.Panel key={view} value={view}>
            {panel()}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}
