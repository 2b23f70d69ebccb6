/** The types a secret can have. The type is fixed when the secret is created and never changes. */
export const SECRET_TYPES = [
  'basic_auth',
  'api_key',
  'jwt_token',
  'private_key',
  'secret_key',
  'key_store',
  'key_value',
  'generic',
] as const;

export type SecretType = (typeof SECRET_TYPES)[number];
