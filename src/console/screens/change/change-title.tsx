import { useQuery } from '@tanstack/react-query';
import type { ChangeRequest } from '../../../client/api-types.ts';
import { secretQuery } from '../../queries.ts';
import { plannedName, verbOf, wordsOf } from '../../words.ts';

/** What a change is about, by name where there is one. */
export function useSubjectName(change: ChangeRequest): string {
  const planned = plannedName(change);
  const secret = useQuery({
    ...secretQuery(change.secretId ?? ''),
    enabled: planned === undefined && change.secretId !== null,
  });
  if (planned !== undefined) return planned;
  if (secret.data) return secret.data.path === '' ? secret.data.name : `${secret.data.path}/${secret.data.name}`;
  return change.secretId === null ? wordsOf(change.subjectType).toLowerCase() : 'a secret';
}

/** A change as a sentence: verb and subject. */
export function useChangeTitle(change: ChangeRequest): string {
  const subject = useSubjectName(change);
  const verb = verbOf(change.operation);
  if (change.secretId !== null) return `${verb} ${subject}`;
  const setting = settingName(change);
  return setting === undefined ? verb : `${verb} ${setting}`;
}

/** How the vault, profile or policy is called that a change edits. */
function settingName({ plan: { before, after } }: ChangeRequest): string | undefined {
  const named = [before, after].filter((each) => typeof each === 'object' && each !== null && 'name' in each);
  const name = (named[0] as { readonly name: unknown } | undefined)?.name;
  return typeof name === 'string' ? name : undefined;
}
