import type { CallOptions } from '../../../client/api.ts';
import type { MutationAnswer } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { type PayloadDraft, payloadOf } from '../../payload/payload-draft.ts';
import type { SecretType } from '../../payload/payload-fields.ts';

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

export function createSecret(
  secret: NewSecret,
  content: PayloadDraft,
  draft: boolean,
  options: CallOptions,
): Promise<MutationAnswer> {
  const { targets, onConflict, ...rest } = secret;
  const body = {
    ...rest,
    targets: targets.map((profileId) => ({ profileId, onConflict })),
    payload: payloadOf(content, secret.type),
    draft,
  };
  return keyferry.secrets.create(body, options);
}
