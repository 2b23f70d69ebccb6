import type { EmulatedAnswer } from './emulated-request.ts';
import { asJson, badRequest, invalid, type Json } from './kubernetes-status.ts';

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LABEL = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const QUALIFIED = /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Data keys a type demands: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types */
const DEMANDED: Readonly<Record<string, (keys: readonly string[]) => boolean>> = {
  'kubernetes.io/tls': (keys) => keys.includes('tls.crt') && keys.includes('tls.key'),
  'kubernetes.io/dockerconfigjson': (keys) => keys.includes('.dockerconfigjson'),
  'kubernetes.io/basic-auth': (keys) => keys.includes('username') || keys.includes('password'),
};

/**
 * What the API server refuses of a Secret, following ValidateSecret and ValidateObjectMeta (k8s.io/kubernetes,
 * pkg/apis/core/validation/validation.go; k8s.io/apimachinery, pkg/api/validation/objectmeta.go).
 */
export function problemOf(name: string, secret: Json): EmulatedAnswer | undefined {
  const metadata = asJson(secret.metadata);
  if (name.length > 253 || !SUBDOMAIN.test(name))
    return invalid(name, 'metadata.name', 'a lowercase RFC 1123 subdomain');
  const labels = Object.entries(asJson(metadata.labels));
  const labelled = labels.every(([key, value]) => {
    return QUALIFIED.test(key) && String(value).length <= 63 && LABEL.test(String(value));
  });
  if (!labelled) return invalid(name, 'metadata.labels', 'Invalid value');
  return annotationProblem(name, asJson(metadata.annotations)) ?? dataProblem(name, secret);
}

function annotationProblem(name: string, annotations: Json): EmulatedAnswer | undefined {
  const entries = Object.entries(annotations);
  if (!entries.every(([key]) => QUALIFIED.test(key))) return invalid(name, 'metadata.annotations', 'Invalid value');
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key + String(value)), 0);
  // "Total size limit: 256 kB" (object-meta reference).
  return size > 262_144
    ? invalid(name, 'metadata.annotations', 'Too long: may not be more than 262144 bytes')
    : undefined;
}

function dataProblem(name: string, secret: Json): EmulatedAnswer | undefined {
  const data = Object.entries(asJson(secret.data));
  if (!data.every(([, value]) => typeof value === 'string' && BASE64.test(value)))
    return badRequest('Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0');
  const keys = data.map(([key]) => key);
  const named = keys.every((key) => /^[-._a-zA-Z0-9]{1,253}$/.test(key) && key !== '.' && !key.startsWith('..'));
  if (!named) return invalid(name, 'data', 'a valid config key must consist of alphanumeric characters, -, _ or .');
  const size = data.reduce((sum, [, value]) => sum + Buffer.byteLength(String(value), 'base64'), 0);
  if (size > 1_048_576) return invalid(name, 'data', 'Too long: must have at most 1048576 bytes');
  const demanded = DEMANDED[String(secret.type)] ?? (() => true);
  return demanded(keys) ? undefined : invalid(name, 'data', 'Required value');
}

/** ValidateSecretUpdate: the type never changes; an immutable Secret keeps its data and stays immutable. */
export function changeProblem(name: string, before: Json, after: Json): EmulatedAnswer | undefined {
  if (before.type !== after.type) return invalid(name, 'type', 'field is immutable');
  if (before.immutable !== true) return undefined;
  const same = after.immutable === true && JSON.stringify(before.data) === JSON.stringify(after.data);
  return same ? undefined : invalid(name, 'data', 'field is immutable when `immutable` is set');
}
