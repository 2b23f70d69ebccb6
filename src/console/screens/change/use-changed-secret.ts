import { useQuery } from '@tanstack/react-query';
import type { Change } from '../../api-types.ts';
import { secretDetailQuery } from '../../secret-queries.ts';
import type { SecretDetail } from '../../secret-types.ts';

/** The secret that a change is about; undefined while it is looked up. */
export function useChangedSecret({ secretId }: Change): SecretDetail | undefined {
  return useQuery({ ...secretDetailQuery(secretId ?? ''), enabled: secretId !== null }).data;
}
