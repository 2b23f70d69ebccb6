import type { EmulatedAnswer } from './emulated-request.ts';

/** Standard errors as Scaleway's own clients parse them (scaleway-sdk-go, scw/errors.go), texts as recorded from the API. */
export function notFound(resource: 'secret' | 'secret_version', id: string): EmulatedAnswer {
  return {
    status: 404,
    body: { message: 'resource is not found', resource, resource_id: id, type: 'not_found' },
  };
}

export function unknownRoute(): EmulatedAnswer {
  return { status: 404, body: { message: 'Not found', type: 'unknown_resource' } };
}

export function invalidArgument(name: string, reason: string, help: string): EmulatedAnswer {
  const details = [{ argument_name: name, help_message: help, reason }];
  return { status: 400, body: { details, message: 'invalid argument(s)', type: 'invalid_arguments' } };
}

/** "cannot have same secret name in same path" is a wrong format of the name. */
export function nameTaken(): EmulatedAnswer {
  return invalidArgument('name', 'format', 'cannot have same secret name in same path');
}

export function denied(): EmulatedAnswer {
  const body = {
    message: 'authentication is denied',
    method: 'api_key',
    reason: 'not_found',
    type: 'denied_authentication',
  };
  return { status: 401, body };
}

export function forbidden(resource: string, action: string): EmulatedAnswer {
  const details = [{ action, resource }];
  return { status: 403, body: { details, message: 'insufficient permissions', type: 'permissions_denied' } };
}

export function quotaExceeded(resource: string, quota: number): EmulatedAnswer {
  const details = [{ current: quota, quota, resource }];
  return { status: 403, body: { details, message: 'quota(s) exceeded', type: 'quotas_exceeded' } };
}

export function precondition(name: 'protected_resource' | 'resource_not_usable', help: string): EmulatedAnswer {
  const message = 'precondition is not respected';
  return { status: 412, body: { help_message: help, message, precondition: name, type: 'precondition_failed' } };
}
