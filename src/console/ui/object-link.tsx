import { Anchor } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Thing } from './thing.ts';

type Place = Pick<LinkProps, 'to' | 'params'>;

/** The pages of things, by type. */
const PLACES: Readonly<Record<string, (id: string) => Place>> = {
  change_request: (changeId) => ({ to: '/changes/$changeId', params: { changeId } }),
  secret: (secretId) => ({ to: '/secrets/$secretId', params: { secretId } }),
  vault_profile: (profileId) => ({ to: '/vaults/profiles/$profileId', params: { profileId } }),
  person: (userId) => ({ to: '/access/people/$userId', params: { userId } }),
  group: (groupId) => ({ to: '/access/groups/$groupId', params: { groupId } }),
  machine: (machineId) => ({ to: '/access/machines/$machineId', params: { machineId } }),
};

interface Props {
  readonly about: Thing;
  readonly children: ReactNode;
}

/** Leads to the page of a thing; a thing without one is only named. */
export function ObjectLink({ about: { type, id }, children }: Props) {
  const place = PLACES[type];
  if (place === undefined) return children;
  return (
    <Anchor inherit renderRoot={(props) => <Link {...place(id)} {...props} />}>
      {children}
    </Anchor>
  );
}
