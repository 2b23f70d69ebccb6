import type { CallOptions } from '../../../client/api.ts';
import type { MutationAnswer } from '../../../client/api-types.ts';
import { keyferry } from '../../keyferry.ts';
import { type AttributeDraft, attributesOf } from '../../payload/attribute-fields.tsx';
import { type LifetimeDraft, lifetimeOf } from '../../payload/lifetime-draft.ts';
import { type PayloadDraft, payloadOf } from '../../payload/payload-draft.ts';
import type { SecretType } from '../../payload/payload-fields.ts';

export type OnConflict = 'fail' | 'adopt' | 'overwrite';

/** A secret as it is being described, without its content. */
export interface NewSecret {
  readonly project: string;
  /** Empty: shared by all customers of the project. */
  readonly customer: string;
  readonly path: string;
  readonly name: string;
  readonly type: SecretType;
  readonly description: string;
  readonly tags: readonly string[];
  readonly attributes: AttributeDraft;
  readonly lifetime: LifetimeDraft;
  readonly sourceProfileId: string;
  readonly targets: readonly string[];
  readonly onConflict: OnConflict;
  readonly comment: string;
}

/** @param content undefined: a container without a version */
export function createSecret(
  secret: NewSecret,
  content: PayloadDraft | undefined,
  draft: boolean,
  options: CallOptions,
): Promise<MutationAnswer> {
  const { targets, onConflict, customer, attributes, lifetime, ...rest } = secret;
  const ends = lifetimeOf(lifetime);
  const body = {
    ...rest,
    targets: targets.map((profileId) => ({ profileId, onConflict })),
    attributes: attributesOf(attributes),
    ...(ends !== null && { lifetime: ends }),
    ...(customer !== '' && { customer }),
    ...(content !== undefined && { payload: payloadOf(content, secret.type) }),
    draft,
  };
  return keyferry.secrets.create(body, options);
}
