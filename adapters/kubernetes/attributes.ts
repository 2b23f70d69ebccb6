import { z } from 'zod';
import { refuseSetting } from '../lib/setting-schemas.ts';
import { DATA_KEY, SUBDOMAIN } from './names.ts';
import { namespaceName } from './settings.ts';

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces */
export const SYSTEM_NAMESPACES: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL_NAME = '[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const LABEL_KEY = new RegExp(`^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?${LABEL_NAME}$`);
const LABEL_VALUE = new RegExp(`^(${LABEL_NAME})?$`);

/** What one profile says: which namespace, and how entries become Secrets. */
export const kubernetesAttributes = z
  .strictObject({
    namespace: namespaceName()
      .refine((name) => !SYSTEM_NAMESPACES.includes(name), { error: 'expected no namespace of the cluster itself' })
      .default('default')
      .meta({ description: 'Namespace of the Secrets.' }),
    layout: z
      .enum(['secret', 'shared'])
      .default('secret')
      .meta({ description: 'secret: a Secret for each entry. shared: a data key for each entry of one Secret.' }),
    secretName: z
      .string()
      .max(253)
      .regex(SUBDOMAIN, { error: 'expected the name of a Secret: lower case, digits, dashes and dots' })
      .optional()
      .meta({ description: 'The one Secret, for layout shared. Keys of others in it stay as they are.' }),
    encoding: z.enum(['fields', 'json', 'plain']).optional().meta({
      description:
        'fields (only and by default with layout secret): a data key for each field. json (default with layout shared): all fields as one JSON text. plain: the bytes of the single field value.',
    }),
    dataKey: z.string().regex(DATA_KEY, { error: 'expected a data key: letters, digits, -, _ and .' }).optional().meta({
      description: 'Data key of the text, for layout secret with encoding json or plain; value when not given.',
    }),
    projection: z.enum(['opaque', 'tls', 'dockerconfigjson', 'basic-auth']).default('opaque').meta({
      description:
        'Type of the Secrets, for layout secret. tls needs the data keys tls.crt and tls.key, dockerconfigjson needs .dockerconfigjson, basic-auth needs username or password.',
    }),
    labels: z
      .record(z.string(), z.string().regex(LABEL_VALUE, { error: 'expected the value of a Kubernetes label' }))
      .refine((labels) => Object.keys(labels).every((key) => LABEL_KEY.test(key)), {
        error: 'expected keys of Kubernetes labels',
      })
      .default({})
      .meta({ description: 'Kubernetes labels that every Secret we write gets. Other labels stay as they are.' }),
  })
  .superRefine(({ layout, secretName, encoding, dataKey, projection }, context) => {
    if (layout === 'shared') {
      if (secretName === undefined) refuseSetting(context, 'secretName', 'expected with layout shared');
      if (encoding === 'fields') refuseSetting(context, 'encoding', 'expected json or plain with layout shared');
      if (projection !== 'opaque') refuseSetting(context, 'projection', 'expected opaque with layout shared');
    } else if (secretName !== undefined) refuseSetting(context, 'secretName', 'not expected with layout secret');
    const blob = layout === 'secret' && (encoding === 'json' || encoding === 'plain');
    if (dataKey !== undefined && !blob)
      refuseSetting(context, 'dataKey', 'expected with layout secret and encoding json or plain');
  });

export type KubernetesAttributes = z.output<typeof kubernetesAttributes>;
