import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

/** PEM texts of a key and its certificate. */
export interface KeyAndCert {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateWish {
  readonly commonName: string;
  /** Names and addresses it is good for. */
  readonly hosts?: readonly string[];
  /** Who signs; itself when absent. */
  readonly issuer?: KeyAndCert;
  /** Default: in an hour. */
  readonly ends?: Date;
}

let shared: KeyAndCert | undefined;

/** The same for all emulators of a process, because making a key takes its time. */
export function emulatorCertificate(): KeyAndCert {
  shared ??= makeCertificate({ commonName: 'emulator', hosts: ['localhost', '127.0.0.1', 'vault.keyferry.test'] });
  return shared;
}

/** A certificate, valid since an hour. */
export function makeCertificate({ commonName, hosts = [], issuer, ends }: CertificateWish): KeyAndCert {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const privateKey = forge.pki.privateKeyFromPem(key);
  const cert = forge.pki.createCertificate();
  cert.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
  cert.serialNumber = `01${Date.now().toString(16)}`;
  cert.validity.notBefore = new Date(Date.now() - 3_600_000);
  cert.validity.notAfter = ends ?? new Date(Date.now() + 3_600_000);
  const name = [{ name: 'commonName', value: commonName }];
  cert.setSubject(name);
  cert.setIssuer(issuer ? forge.pki.certificateFromPem(issuer.cert).subject.attributes : name);
  const altNames = hosts.map((host) => (/^[0-9.]+$/.test(host) ? { type: 7, ip: host } : { type: 2, value: host }));
  cert.setExtensions([
    { name: 'basicConstraints', cA: issuer === undefined },
    ...(altNames.length > 0 ? [{ name: 'subjectAltName', altNames }] : []),
  ]);
  cert.sign(issuer ? forge.pki.privateKeyFromPem(issuer.key) : privateKey, forge.md.sha256.create());
  return { key, cert: forge.pki.certificateToPem(cert) };
}
