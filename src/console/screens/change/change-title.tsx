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
  return change.secretId === null ? verbOf(change.operation) : `${verbOf(change.operation)} ${subject}`;
}
