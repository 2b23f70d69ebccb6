import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { isApiServer, readKubeconfig } from './kubeconfig.ts';
import { VISIBLE_ASCII } from './session.ts';

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
    caCert: z
      .string()
      .max(65_536)
      .refine(isCertificateBundle, { error: 'expected one or more PEM certificates' })
      .optional()
      .meta({ description: 'PEM certificates to trust instead of the public authorities.' }),
    authMethod: z
      .enum(['token', 'clientCertificate', 'kubeconfig', 'ambient'])
      .meta({ description: 'How to log in; ambient is the service account of the pod Keyferry runs in.' }),
    token: z
      .string()
      .max(16_384)
      .regex(VISIBLE_ASCII, { error: 'expected visible ASCII characters without spaces' })
      .optional()
      .meta({ description: 'The bearer token, for authMethod token.' }),
    clientCert: z
      .string()
      .max(65_536)
      .refine(isCertificateBundle, { error: 'expected one or more PEM certificates' })
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
    const { wanted, refused } = CREDENTIALS[settings.authMethod];
    for (const name of wanted) {
      if (settings[name] === undefined) refuse(context, name, `expected with authMethod ${settings.authMethod}`);
    }
    for (const name of refused) {
      if (settings[name] !== undefined) refuse(context, name, `not expected with authMethod ${settings.authMethod}`);
    }
    if (settings.authMethod !== 'kubeconfig' || settings.kubeconfig === undefined) return;
    const connection = readKubeconfig(settings.kubeconfig);
    if (typeof connection === 'string') refuse(context, 'kubeconfig', connection);
  });

export type KubernetesSettings = z.output<typeof kubernetesSettings>;

export const KUBERNETES_SENSITIVE = ['token', 'clientCert', 'clientKey', 'kubeconfig'] as const;

export function refuse(context: z.core.$RefinementCtx, name: string, message: string): void {
  context.addIssue({ code: 'custom', path: [name], message, input: undefined });
}

function isCertificateBundle(text: string): boolean {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
    return blocks.length > 0;
  } catch {
    return false;
  }
}

function isPrivateKey(text: string): boolean {
  try {
    return createPrivateKey(text).type === 'private';
  } catch {
    return false;
  }
}
