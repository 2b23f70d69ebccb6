import type { PayloadMisfit, PayloadShape } from '../adapter.ts';
import { misfitOf, plainMisfit } from '../lib/payload-fit.ts';
import type { KubernetesAttributes } from './attributes.ts';
import { KUBERNETES_CAPABILITIES, KUBERNETES_SHARED_CAPABILITIES } from './capabilities.ts';

/** Data keys that the API server demands of a type, see `projection.ts`: all of one of the lists. */
const DEMANDED: Readonly<Record<KubernetesAttributes['projection'], readonly (readonly string[])[]>> = {
  opaque: [[]],
  tls: [['tls.crt', 'tls.key']],
  dockerconfigjson: [['.dockerconfigjson']],
  'basic-auth': [['username'], ['password']],
};

/** Names and sizes only: that a Docker configuration is JSON can be told from the value alone, when it is written. */
export function misfitOfAttributes(attributes: KubernetesAttributes, payload: PayloadShape): PayloadMisfit | undefined {
  const { layout, encoding = layout === 'shared' ? 'json' : 'fields', dataKey = 'value', projection } = attributes;
  const misfit = misfitOf(layout === 'shared' ? KUBERNETES_SHARED_CAPABILITIES : KUBERNETES_CAPABILITIES, payload);
  if (misfit) return misfit;
  const unplain = encoding === 'plain' ? plainMisfit(payload, true) : undefined;
  if (unplain) return unplain;
  const keys = encoding === 'fields' ? payload.names : [dataKey];
  const demanded = DEMANDED[projection];
  if (demanded.some((list) => list.every((key) => keys.includes(key)))) return undefined;
  const wanted = demanded.map((list) => list.join(' and ')).join(' or ');
  return { code: 'invalid_argument', expected: `the data keys ${wanted}, because the projection is ${projection}` };
}
