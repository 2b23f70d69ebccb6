import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';

/**
 * Does a private key (PKCS#8 in DER, or PEM) belong to a certificate in DER? Undefined when one of them cannot be read,
 * because nothing can be said then.
 */
export function keyMatches(key: Buffer | string, certificate: Uint8Array | undefined): boolean | undefined {
  if (certificate === undefined) return undefined;
  try {
    const opened =
      typeof key === 'string' ? createPrivateKey(key) : createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    const spki = { type: 'spki', format: 'der' } as const;
    const own = createPublicKey(opened).export(spki);
    return own.equals(new X509Certificate(certificate).publicKey.export(spki));
  } catch {
    return undefined;
  }
}
