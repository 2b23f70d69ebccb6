import type { EmulatedAnswer } from './emulated-request.ts';

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function asJson(value: unknown): Json {
  return isJson(value) ? value : {};
}

/**
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ with the reasons of metav1.StatusReason
 * (k8s.io/apimachinery, pkg/apis/meta/v1/types.go).
 */
export function status(code: number, reason: string, message: string, details?: Json): EmulatedAnswer {
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code };
  return { status: code, body };
}

export function unauthorized(): EmulatedAnswer {
  return status(401, 'Unauthorized', 'Unauthorized');
}

export function forbidden(user: string, verb: string, namespace: string, name: string): EmulatedAnswer {
  const what = name === '' ? 'secrets' : `secrets "${name}"`;
  const message = `${what} is forbidden: User "${user}" cannot ${verb} resource "secrets" in API group "" in the namespace "${namespace}"`;
  return status(403, 'Forbidden', message, { ...(name && { name }), kind: 'secrets' });
}

export function notFound(kind: 'secrets' | 'namespaces', name: string): EmulatedAnswer {
  return status(404, 'NotFound', `${kind} "${name}" not found`, { name, kind });
}

export function alreadyExists(name: string): EmulatedAnswer {
  return status(409, 'AlreadyExists', `secrets "${name}" already exists`, { name, kind: 'secrets' });
}

export function conflict(name: string): EmulatedAnswer {
  const message = `Operation cannot be fulfilled on secrets "${name}": the object has been modified; please apply your changes to the latest version and try again`;
  return status(409, 'Conflict', message, { name, kind: 'secrets' });
}

export function invalid(name: string, field: string, message: string): EmulatedAnswer {
  const causes = [{ reason: 'FieldValueInvalid', message, field }];
  const text = `Secret "${name}" is invalid: ${field}: ${message}`;
  return status(422, 'Invalid', text, { name, kind: 'Secret', causes });
}

export function badRequest(message: string): EmulatedAnswer {
  return status(400, 'BadRequest', message);
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
export function expired(): EmulatedAnswer {
  const message = 'The provided continue parameter is too old to display a consistent list result.';
  return status(410, 'Expired', message);
}
