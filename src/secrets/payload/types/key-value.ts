import type { PayloadType } from '../payload-type.ts';

/** A flat set of named values, each of which may be empty. */
export const keyValue: PayloadType = { fields: 'any names', inspect: () => ({}) };
