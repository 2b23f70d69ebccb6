import { useQuery } from '@tanstack/react-query';
import type { ChangeRequest, Secret } from '../../../client/api-types.ts';
import { secretDetailQuery } from '../../secret-queries.ts';

/** The secret that a change is about; undefined while it is looked up. */
export function useChangedSecret({ secretId }: ChangeRequest): Secret | undefined {
  return useQuery({ ...secretDetailQuery(secretId ?? ''), enabled: secretId !== null }).data;
}
