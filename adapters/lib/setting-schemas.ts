import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { realAddress } from './real-address.ts';

/** What goes into a header as it is. */
export const VISIBLE_ASCII = /^[\x21-\x7e]+$/;

/** A token, key or password that goes into a header. */
export const credentialText = (most: number) =>
  z.string().max(most).regex(VISIBLE_ASCII, { error: 'expected visible ASCII characters without spaces' });

/** A server and nothing else, see `realAddress`. */
export const serverOrigin = () =>
  z
    .string()
    .max(2048)
    .refine((text) => realAddress(text) !== undefined, { error: 'expected http(s)://host[:port] and nothing else' });

/** One or more PEM certificates. */
export const certificateBundle = () =>
  z.string().max(65_536).refine(isCertificateBundle, { error: 'expected one or more PEM certificates' });

/** The setting `caCert`, which is the same for every kind that speaks TLS. */
export const caCertSetting = () =>
  certificateBundle().optional().meta({ description: 'PEM certificates to trust instead of the public authorities.' });

/** What a login wants to be set, and what it refuses, because it would not be used. */
export interface LoginNeeds {
  readonly wanted: readonly string[];
  readonly refused: readonly string[];
}

/** For `superRefine`: each setting that the chosen login lacks or does not use becomes an issue of its own. */
export function refuseLogin<Method extends string>(
  context: z.core.$RefinementCtx,
  settings: { readonly authMethod: Method },
  methods: Readonly<Record<Method, LoginNeeds>>,
): void {
  const { authMethod } = settings;
  const isSet = (name: string) => Object.entries(settings).some(([key, value]) => key === name && value !== undefined);
  for (const name of methods[authMethod].wanted) {
    if (!isSet(name)) refuseSetting(context, name, `expected with authMethod ${authMethod}`);
  }
  for (const name of methods[authMethod].refused) {
    if (isSet(name)) refuseSetting(context, name, `not expected with authMethod ${authMethod}`);
  }
}

/** For `superRefine`: an issue at one setting that does not quote what was given. */
export function refuseSetting(context: z.core.$RefinementCtx, name: string, message: string): void {
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
