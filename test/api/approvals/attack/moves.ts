import { ROLES } from '../../../../src/access/roles.ts';
import { CHANGE_OPERATIONS } from '../../../../src/approvals/change-operation.ts';
import type { World } from './world.ts';

/** The body of one call; undefined: none. Every mutating route has an entry. */
export type Move = (world: World) => unknown;

const none: Move = () => undefined;
const payload = (world: World) => ({ value: `made up ${world.name()}` });
const maybe = <T>(world: World, chance: number, value: () => T): T | undefined =>
  world.random.next() < chance ? value() : undefined;

/** A policy that the attackers could meet themselves. */
const weakPolicy = (world: World) => ({
  operations: world.random.pick([[], [world.random.pick(CHANGE_OPERATIONS)]]),
  order: 'any',
  steps: [
    {
      name: 'mine',
      approvers: world.random.pick([
        { users: [world.pick('userId')] },
        { groups: [world.pick('groupId')] },
        { roles: [world.random.pick(ROLES)] },
      ]),
      required: 1,
    },
  ],
  expiresAfterHours: world.random.between(1, 720),
});

/** Points to the attackers, to the governed place, or nowhere. */
const settings = (world: World) => {
  const { url: address, token } = world.random.pick([world.lair, world.lair, world.source]);
  return world.random.pick([{ address, token }, { address }, { token }, { namespace: 'x', token }]);
};

const attributes = (world: World) => ({ prefix: world.random.pick([world.name(), 'gate-0', 'gate-1']) });

const vote = (world: World) => {
  const { revision, digest } = world.change();
  return { decision: world.random.pick(['approve', 'approve', 'reject']), revision, digest };
};

const draft = (world: World) => ({ ...(maybe(world, 0.2, () => true) && { draft: true }) });

const ACCESS: Record<string, Move> = {
  createOrganization: (w) => ({
    slug: w.name(),
    name: 'Other',
    administrator: { name: 'Other', email: `${w.name()}@example.com` },
  }),
  updateOrganization: (w) => ({ approvalProfileId: w.random.pick([null, w.pick('approvalProfileId')]) }),
  createUser: (w) => ({ name: w.name(), email: `${w.name()}@example.com` }),
  updateUser: (w) =>
    w.random.pick([{ disabled: false }, { email: `${w.name()}@example.com` }, { name: 'Ann' }, { disabled: true }]),
  createGroup: (w) => ({ name: w.name() }),
  renameGroup: (w) => ({ name: w.name() }),
  deleteGroup: none,
  addGroupMember: none,
  removeGroupMember: none,
  createMachine: (w) => ({ name: w.name(), ownerId: w.pick('userId') }),
  updateMachine: (w) => ({ disabled: w.random.pick([true, false]) }),
  createToken: (w) => ({
    name: 'stolen',
    ...w.random.pick([{ userId: w.pick('userId') }, { machineId: w.pick('machineId') }, {}]),
  }),
  revokeToken: none,
  beginSession: (w) => ({ token: w.random.pick([w.lair.token, w.source.token, w.name()]) }),
  endSession: none,
  revokeSession: none,
  createRoleGrant: (w) => ({
    ...w.random.pick([
      { subjectType: 'person', subjectId: w.pick('userId') },
      { subjectType: 'group', subjectId: w.pick('groupId') },
      { subjectType: 'machine', subjectId: w.pick('machineId') },
    ]),
    role: w.random.pick([...ROLES, 'approver', 'break_glass']),
    projectId: w.random.pick([null, null, w.projectId]),
  }),
  deleteRoleGrant: none,
};

const PLACES: Record<string, Move> = {
  createProject: (w) => ({ slug: w.name(), name: 'Mine' }),
  updateProject: () => ({ plainIdentifiers: false }),
  deleteProject: none,
  createCustomer: (w) => ({ slug: w.name(), name: 'Mine' }),
  updateCustomer: () => ({ name: 'Mine' }),
  deleteCustomer: none,
  createVault: (w) => {
    const { url: address, token } = w.random.pick([w.lair, w.source]);
    return { name: w.name(), kind: 'hashicorp-vault', settings: { address, authMethod: 'token', token } };
  },
  updateVault: (w) => ({ settings: settings(w) }),
  deleteVault: none,
  checkVault: () => ({ attributes: {} }),
  createVaultProfile: (w) => ({ name: w.name(), vaultId: w.pick('vaultId'), attributes: attributes(w) }),
  updateVaultProfile: (w) =>
    w.random.pick([
      { approvalProfileId: null },
      { approvalProfileId: w.pick('approvalProfileId') },
      { attributes: attributes(w) },
      { naming: `${w.name()}/{project}/{path}/{name}` },
      { concurrency: w.random.between(1, 9) },
    ]),
  deleteVaultProfile: none,
  enableVaultProfile: none,
  disableVaultProfile: none,
  checkVaultProfile: none,
  pauseVaultProfile: none,
  resumeVaultProfile: none,
  pauseProject: none,
  resumeProject: none,
  pauseSync: none,
  resumeSync: none,
  releaseDeleteFuse: (w) => ({ release: w.random.between(1, 100), reason: 'because it is meant to go' }),
  settleVaultProfileRestore: none,
  settleRestore: none,
  importVaultEntries: (w) => ({
    project: 'shop',
    ...w.random.pick([{ prefix: '' }, { entries: [{ entry: w.name() }] }]),
    marker: w.random.pick([true, false]),
    onCollision: w.random.pick(['skip', 'fail']),
  }),
  cancelImport: none,
  reviewImport: (w) => ({ decision: w.random.pick(['approve', 'reject']), digest: w.change().digest }),
  renderTemplate: () => ({ project: 'shop', template: '{{ .Secrets.A }}' }),
  createWebhook: (w) => ({ name: w.name(), url: w.lair.url }),
  updateWebhook: () => ({ enabled: false }),
  deleteWebhook: none,
  rotateWebhookSecret: () => ({}),
  pingWebhook: none,
  replayWebhook: () => ({ since: '2026-01-01T00:00:00.000Z' }),
  replayWebhookDelivery: none,
  updateNotificationPreferences: () => ({}),
};

const POLICIES: Record<string, Move> = {
  createApprovalProfile: (w) => ({ name: w.name(), ...weakPolicy(w) }),
  updateApprovalProfile: (w) => w.random.pick([weakPolicy(w), { expiresAfterHours: 700 }, { name: w.name() }]),
  deleteApprovalProfile: none,
  previewEligibility: (w) => ({ policy: weakPolicy(w) }),
  replayPolicy: (w) => ({ policy: weakPolicy(w) }),
  replayApprovalProfile: () => ({}),
  reviewChangeRequest: vote,
  reviewChangeRequests: (w) => ({ reviews: [{ changeRequestId: w.pick('changeId'), ...vote(w) }] }),
  cancelChangeRequest: none,
  addChangeComment: () => ({ text: 'please' }),
  reportChangeCheck: (w) => ({ name: w.random.pick(['audit', w.name()]), conclusion: 'ok', digest: w.change().digest }),
  overrideChangeRequest: (w) => {
    const { revision, digest } = w.change();
    return { reason: 'because I say so and it cannot wait', revision, digest };
  },
  reviewOverride: () => ({ comment: 'fine' }),
  editChangeRequest: (w) => w.random.pick([{ payload: payload(w) }, { comment: 'mine' }]),
  rebaseChangeRequest: (w) => w.random.pick([{ payload: payload(w) }, {}]),
  submitChangeRequest: (w) => w.random.pick([{ payload: payload(w) }, {}]),
  retryChangeRequest: (w) => w.random.pick([{ payload: payload(w) }, {}]),
};

const SECRETS: Record<string, Move> = {
  createSecret: (w) => ({
    project: 'shop',
    name: w.name(),
    type: 'key_value',
    sourceProfileId: w.pick('profileId'),
    payload: payload(w),
    ...maybe(w, 0.5, () => ({
      targets: [{ profileId: w.pick('profileId'), onConflict: w.random.pick(['fail', 'adopt', 'overwrite']) }],
    })),
    ...draft(w),
  }),
  createVersion: (w) => ({ payload: payload(w), ...draft(w) }),
  putSecret: (w) => ({ payload: payload(w), ...draft(w) }),
  writeSecrets: (w) => ({ items: [{ secretId: w.pick('secretId'), payload: payload(w) }] }),
  readSecrets: (w) => ({ items: [{ secretId: w.pick('secretId') }] }),
  editVersion: (w) => w.random.pick([{ description: 'mine' }, { lifetime: { ttlSeconds: 1, action: 'destroy' } }]),
  editSecret: (w) => ({
    ...w.random.pick([
      { tags: ['mine'] },
      { tags: [] },
      { description: 'mine' },
      { writeOnly: false },
      { lifetime: { ttlSeconds: 1, action: 'delete' } },
    ]),
    ...draft(w),
  }),
  renameSecret: (w) => ({ ...w.random.pick([{ name: w.name() }, { path: 'mine' }, { path: '' }]), ...draft(w) }),
  createConsumer: (w) => ({ project: w.pick('project'), name: w.name(), references: ['kept-0'] }),
  updateConsumer: () => ({ description: 'mine' }),
  deleteConsumer: none,
  deleteSecret: none,
  destroySecret: none,
  restoreSecret: none,
  protectSecret: none,
  unprotectSecret: none,
  enableSecret: none,
  disableSecret: none,
  rollbackSecret: () => ({ version: 1 }),
  enableVersion: none,
  disableVersion: none,
  destroyVersion: none,
  changeSource: (w) => ({ profileId: w.pick('profileId'), oldSource: w.random.pick(['drop', 'target']) }),
  addTarget: (w) => ({ profileId: w.pick('profileId'), onConflict: w.random.pick(['fail', 'adopt', 'overwrite']) }),
  removeTarget: none,
  resolveTarget: (w) => ({ way: w.random.pick(['adopt', 'overwrite', 'leave']) }),
  acceptSource: () => ({}),
  acceptTarget: () => ({}),
  syncSecret: none,
  syncTarget: none,
};

/** Routes that could move a secret or open a gate by themselves: tried more often. */
export const DANGEROUS: readonly string[] = [
  ...['updateVault', 'updateVaultProfile', 'createVaultProfile', 'updateApprovalProfile', 'updateOrganization'],
  ...['createRoleGrant', 'addGroupMember', 'createToken', 'updateUser', 'updateMachine', 'deleteRoleGrant'],
  ...['createSecret', 'createVersion', 'addTarget', 'changeSource', 'resolveTarget', 'rollbackSecret', 'editSecret'],
  'renameSecret',
  ...[
    'reviewChangeRequest',
    'reviewChangeRequests',
    'overrideChangeRequest',
    'editChangeRequest',
    'submitChangeRequest',
  ],
];

export const MOVES: Readonly<Record<string, Move>> = { ...ACCESS, ...PLACES, ...POLICIES, ...SECRETS };
