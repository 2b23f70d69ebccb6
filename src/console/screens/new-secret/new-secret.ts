import { api } from '../../api.ts';
import { type PayloadDraft, payloadOf } from '../../payload/payload-draft.ts';
import type { MutationAnswer, SecretType } from '../../secret-types.ts';

export type OnConflict = 'fail' | 'adopt' | 'overwrite';

/** A secret as it is being described, without its content. */
export interface NewSecret {
  readonly project: string;
  readonly path: string;
  readonly name: string;
  readonly type: SecretType;
  readonly description: string;
  readonly tags: readonly string[];
  readonly sourceProfileId: string;
  readonly targets: readonly string[];
  readonly onConflict: OnConflict;
  readonly comment: string;
}

export function createSecret(secret: NewSecret, content: PayloadDraft, draft: boolean): Promise<MutationAnswer> {
  const { targets, onConflict, ...rest } = secret;
  return api.post<MutationAnswer>('/v1/secrets', {
    ...rest,
    targets: targets.map((profileId) => ({ profileId, onConflict })),
    payload: payloadOf(content, secret.type),
    draft,
  });
}
