import type { Keyferry } from '../client/keyferry.ts';

/** One thing that must hold about a change that is said to be done. */
export interface ChangeFinding {
  readonly check: string;
  readonly ok: boolean;
  readonly says: string;
}

/** Looks again, at everything that can be seen from outside: was it agreed, is it applied, has it arrived. */
export async function verifyChange(kf: Keyferry, changeId: string): Promise<ChangeFinding[]> {
  const change = await kf.call('getChangeRequest', {
    params: { changeId },
    query: { wait: 'synced', timeout: 0 },
  });
  const rejections = change.reviews.filter(
    ({ decision, revision }) => decision === 'reject' && revision === change.revision,
  );
  const open = change.approval.filter(({ satisfied }) => !satisfied).map(({ name }) => name);
  const own = change.reviews.filter(({ reviewer }) => reviewer.personId === change.requester.personId);
  const late = (change.sync?.laggards ?? []).map(
    ({ profileName, profileId, state }) => `${profileName ?? profileId}: ${state ?? 'none'}`,
  );
  const agreed = open.length === 0 || change.override !== null;
  return [
    { check: 'applied', ok: change.state === 'applied', says: change.code ?? change.state },
    {
      check: 'agreed',
      ok: agreed && rejections.length === 0,
      says:
        change.override !== null
          ? `overridden by ${change.override.by.name}`
          : open.length === 0
            ? votes(change.reviews.length)
            : `open: ${open.join(', ')}`,
    },
    {
      check: 'decided by others',
      ok: own.length === 0,
      says: own.length === 0 ? 'not by its requester' : 'by its requester',
    },
    {
      check: 'arrived',
      ok: change.sync?.reached === true,
      says: late.length === 0 ? `${change.sync?.verified ?? 0} copies proved` : late.join(', '),
    },
  ];
}

function votes(count: number): string {
  return count === 0 ? 'no policy asked' : `votes: ${count}`;
}
