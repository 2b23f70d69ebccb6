import type { PayloadType } from '../payload-type.ts';

/** An opaque key or token. */
export const apiKey: PayloadType = { fields: { required: ['value'], optional: [] }, inspect: () => ({}) };
