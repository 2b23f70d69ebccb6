import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import {
  caCertSetting,
  certificateBundle,
  credentialText,
  refuseLogin,
  refuseSetting,
} from '../lib/setting-schemas.ts';
import { isApiServer, readKubeconfig } from './kubeconfig.ts';

const CREDENTIALS = {
  token: { wanted: ['address', 'token'], refused: ['clientCert', 'clientKey', 'kubeconfig'] },
  clientCertificate: { wanted: ['address', 'clientCert', 'clientKey'], refused: ['token', 'kubeconfig'] },
  kubeconfig: { wanted: ['kubeconfig'], refused: ['address', 'caCert', 'token', 'clientCert', 'clientKey'] },
  ambient: { wanted: [], refused: ['token', 'clientCert', 'clientKey', 'kubeconfig'] },
} as const;

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export const namespaceName = () =>
  z
    .string()
    .max(63)
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, {
      error: 'expected the name of a namespace: lower case, digits and dashes',
    });

/** Settings of a Kubernetes cluster. Nothing is taken from `KUBECONFIG`, `KUBERNETES_*` or proxy variables. */
export const kubernetesSettings = z
  .strictObject({
    address: z
      .string()
      .max(2048)
      .refine(isApiServer, { error: 'expected https://host[:port] and nothing else' })
      .optional()
      .meta({
        description:
          'Where the API server answers, for example https://cluster.example.com:6443. Not with authMethod kubeconfig; with ambient https://kubernetes.default.svc when not given.',
      }),
    caCert: caCertSetting(),
    authMethod: z
      .enum(['token', 'clientCertificate', 'kubeconfig', 'ambient'])
      .meta({ description: 'How to log in; ambient is the service account of the pod Keyferry runs in.' }),
    token: credentialText(16_384).optional().meta({ description: 'The bearer token, for authMethod token.' }),
    clientCert: certificateBundle()
      .optional()
      .meta({ description: 'The PEM certificate, for authMethod clientCertificate.' }),
    clientKey: z
      .string()
      .max(65_536)
      .refine(isPrivateKey, { error: 'expected a PEM private key without passphrase' })
      .optional()
      .meta({ description: 'Its PEM private key, for authMethod clientCertificate.' }),
    kubeconfig: z
      .string()
      .max(262_144)
      .optional()
      .meta({ description: 'The text of a kubeconfig, for authMethod kubeconfig. Plugins and files are refused.' }),
    refusedNamespaces: z
      .array(namespaceName())
      .max(100)
      .default([])
      .meta({ description: 'Namespaces no profile may use, beside those of the cluster itself.' }),
  })
  .superRefine((settings, context) => {
    refuseLogin(context, settings, CREDENTIALS);
    if (settings.authMethod !== 'kubeconfig' || settings.kubeconfig === undefined) return;
    const connection = readKubeconfig(settings.kubeconfig);
    if (typeof connection === 'string') refuseSetting(context, 'kubeconfig', connection);
  });

export type KubernetesSettings = z.output<typeof kubernetesSettings>;

export const KUBERNETES_SENSITIVE = ['token', 'clientCert', 'clientKey', 'kubeconfig'] as const;

function isPrivateKey(text: string): boolean {
  try {
    return createPrivateKey(text).type === 'private';
  } catch {
    return false;
  }
}
