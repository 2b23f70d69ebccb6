import type { PayloadType } from '../payload-type.ts';

/** A user name and a password. */
export const basicAuth: PayloadType = {
  fields: { required: ['username', 'password'], optional: [] },
  inspect: () => ({}),
};
