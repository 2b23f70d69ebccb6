/**
 * Everything somebody can be allowed to do, as a closed list. Reading metadata (`secret.list`) and reading a value are
 * apart, as is keeping secrets that the system owns (`secret.system`); a review is its own right, and so are an override and the
 * report of a check's result, which administrators give to others and do not hold.
 * `installation.administer` reaches over organizations: no role holds it by itself, see `can`.
 */
export const RIGHTS = [
  'secret.list',
  'secret.read_value',
  'secret.create',
  'secret.edit',
  'secret.delete',
  'secret.restore',
  'secret.sync',
  'secret.system',
  'change.read',
  'change.review',
  'change.override',
  'compliance.report',
  'vault.read',
  'vault.administer',
  'policy.administer',
  'project.administer',
  'access.administer',
  'webhook.administer',
  'audit.read',
  'installation.administer',
] as const;
export type Right = (typeof RIGHTS)[number];

export const ROLES = [
  'viewer',
  'reader',
  'read_write',
  'write_only',
  'approver',
  'auditor',
  'operator',
  'system',
  'break_glass',
  'compliance',
  'admin',
] as const;
export type Role = (typeof ROLES)[number];

const VIEW = ['secret.list', 'change.read', 'vault.read'] as const;

/** What each role allows, in the project or the whole organization it is granted in. */
export const RIGHTS_OF_ROLE = {
  viewer: VIEW,
  reader: [...VIEW, 'secret.read_value'],
  read_write: [
    ...VIEW,
    'secret.read_value',
    'secret.create',
    'secret.edit',
    'secret.delete',
    'secret.restore',
    'secret.sync',
  ],
  write_only: [...VIEW, 'secret.create', 'secret.edit'],
  approver: [...VIEW, 'change.review'],
  auditor: [...VIEW, 'audit.read'],
  operator: [...VIEW, 'vault.administer', 'secret.sync'],
  system: [
    ...VIEW,
    'secret.read_value',
    'secret.create',
    'secret.edit',
    'secret.delete',
    'secret.restore',
    'secret.sync',
    'secret.system',
  ],
  break_glass: [...VIEW, 'change.override'],
  compliance: [...VIEW, 'compliance.report'],
  admin: RIGHTS.filter(
    (right) => right !== 'installation.administer' && right !== 'change.override' && right !== 'compliance.report',
  ),
} as const satisfies Record<Role, readonly Right[]>;

/** One line per role for people who have to choose one. */
export const ROLE_SUMMARIES = {
  viewer: 'Sees names, versions, states and changes, never a value.',
  reader: 'Viewer who may read values.',
  read_write: 'Reader who may create, edit, delete, restore and sync secrets.',
  write_only: 'Viewer who may create and edit secrets without reading values.',
  approver: 'Viewer who may review changes.',
  auditor: 'Viewer who may read the audit trail.',
  operator: 'Viewer who administers vaults and vault profiles and may sync.',
  system: 'Reads and writes secrets, and makes and keeps those that are owned by the system.',
  break_glass:
    'Viewer who may put changes of others through without the votes, for reasons that are reviewed afterwards.',
  compliance: 'For machines: viewer that reports results of checks on changes.',
  admin: 'Everything in its scope, including reviews and reading values, but no override and no results of checks.',
} as const satisfies Record<Role, string>;
