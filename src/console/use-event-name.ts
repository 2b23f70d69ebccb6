import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import type { AuditEvent } from '../client/api-types.ts';
import { eventName } from './event-name.ts';
import { meQuery } from './queries.ts';
import { mayAnywhere } from './rights.ts';
import { profileChoicesQuery } from './secret-queries.ts';
import { useDirectory } from './use-directory.ts';

/** What an event is about, in a few words; undefined: nobody here knows more of it than its kind. */
export function useEventName({ objectType, objectId, details }: AuditEvent): string | undefined {
  const { nameOf } = useDirectory();
  const { data: me } = useSuspenseQuery(meQuery);
  const { data } = useQuery({ ...profileChoicesQuery, enabled: mayAnywhere(me, 'vault.read') });
  const profileOf = (id: unknown) => data?.items.find((profile) => profile.id === id)?.name;
  return nameOf(objectId) ?? profileOf(objectId) ?? eventName({ objectType, details }, nameOf, profileOf);
}
