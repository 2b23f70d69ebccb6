import type { PayloadType } from '../payload-type.ts';

/** Any text or bytes; only its size is checked. */
export const generic: PayloadType = { fields: { required: ['value'], optional: [] }, inspect: () => ({}) };
