import type { PayloadMisfit, PayloadShape } from '../../adapters/adapter.ts';
import { adapterKinds, loadAdapterModule } from '../../adapters/registry.ts';
import { AppError, invalidField } from '../errors.ts';

/** A profile, as far as what its vault can hold goes. */
export interface VaultUse {
  readonly vaultKind: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Throws `payload_too_large` (fact `limit`, the smallest) or `invalid_input` at `pointer` when the vault of any of these profiles
 * cannot hold such a payload. Nothing was sent or stored then.
 */
export async function assertPayloadFits(
  uses: readonly VaultUse[],
  payload: PayloadShape,
  pointer = '/payload',
): Promise<void> {
  const misfits = (await Promise.all(uses.map((use) => misfitOf(use, payload)))).filter(
    (misfit) => misfit !== undefined,
  );
  const wrong = misfits.find((misfit) => misfit.code === 'invalid_argument');
  if (wrong) throw invalidField(pointer, wrong.expected);
  const limits = misfits.flatMap((misfit) => (misfit.code === 'too_large' ? [misfit.maxBytes] : []));
  if (limits.length > 0) throw tooLarge(Math.min(...limits), pointer);
}

/** A kind that this version does not know cannot be written to. */
async function misfitOf(
  { vaultKind, attributes }: VaultUse,
  payload: PayloadShape,
): Promise<PayloadMisfit | undefined> {
  const unknown = { code: 'invalid_argument', expected: 'a profile whose kind of vault this broker knows' } as const;
  if (!adapterKinds().includes(vaultKind)) return unknown;
  const module = await loadAdapterModule(vaultKind);
  const parsed = module.attributes.safeParse(attributes);
  return parsed.success ? module.misfit(parsed.data, payload) : unknown;
}

function tooLarge(limit: number, pointer: string): AppError {
  const expected = `at most ${limit} bytes`;
  return new AppError('payload_too_large', `${pointer}: a vault of this secret holds ${expected}.`, {
    fields: [{ pointer, expected }],
    facts: { limit },
  });
}
