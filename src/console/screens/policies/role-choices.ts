import type { Role } from './policy-words.ts';

/** Roles a step can name. Only those with the right to review decide: the others are for people who hold that as well. */
const ROLES = {
  approver: 'Approver',
  admin: 'Admin',
  read_write: 'Read and write',
  operator: 'Operator',
  auditor: 'Auditor',
  reader: 'Reader',
  viewer: 'Viewer',
  write_only: 'Write only',
  system: 'System',
  break_glass: 'Break glass',
  compliance: 'Compliance',
} as const satisfies Record<Role, string>;

export const ROLE_CHOICES = Object.entries(ROLES).map(([value, label]) => ({ value, label }));
