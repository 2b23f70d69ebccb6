import type { Page } from 'playwright-core';
import type { World } from './world.ts';

/** A screen as it is looked at: by whom, where, and what stands there when it is complete. */
export interface Screen {
  readonly name: string;
  readonly as: keyof World['tokens'] | 'nobody';
  readonly path: (world: World) => string;
  readonly ready: (page: Page) => Promise<void>;
}

const text = (wanted: string) => (page: Page) => page.getByText(wanted).first().waitFor();

/** One row for every screen; each is checked and photographed in both themes, at a desk and on a phone. */
export const SCREENS: readonly Screen[] = [
  { name: 'sign-in', as: 'nobody', path: () => '/console/sign-in', ready: text('Sign in to Keyferry') },
  { name: 'overview', as: 'admin', path: () => '/console', ready: text('Recent activity') },
  { name: 'overview-reviewer', as: 'reviewer', path: () => '/console', ready: text('payments-db') },
  { name: 'inbox', as: 'reviewer', path: () => '/console/inbox', ready: text('payments-db') },
  { name: 'inbox-empty', as: 'author', path: () => '/console/inbox?show=me', ready: text('Nothing waits for you') },
  { name: 'inbox-all', as: 'author', path: () => '/console/inbox?show=all', ready: text('mail-relay') },
  {
    name: 'change-waiting',
    as: 'reviewer',
    path: ({ waitingId }) => `/console/changes/${waitingId}`,
    ready: async (page) => {
      await text('Will be updated')(page);
      await text('until Friday')(page);
    },
  },
  {
    name: 'change-decision',
    as: 'reviewer',
    path: ({ waitingId }) => `/console/changes/${waitingId}`,
    ready: async (page) => {
      await text('Will be updated')(page);
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Approve revision' }).waitFor();
    },
  },
  {
    name: 'change-applied',
    as: 'author',
    path: ({ appliedId }) => `/console/changes/${appliedId}`,
    ready: text('Synced'),
  },
  {
    name: 'change-rejected',
    as: 'author',
    path: ({ rejectedId }) => `/console/changes/${rejectedId}`,
    ready: text('generated one'),
  },
  { name: 'secrets', as: 'author', path: () => '/console/secrets', ready: text('ledger-login') },
  {
    name: 'secrets-folder',
    as: 'author',
    path: () => '/console/secrets?path=payments&tag=database',
    ready: text('ledger-login'),
  },
  { name: 'secrets-nothing', as: 'author', path: () => '/console/secrets?name=nowhere', ready: text('Nothing fits') },
  { name: 'secret-new', as: 'author', path: () => '/console/secrets/new', ready: text('Copies to') },
  {
    name: 'secret-new-key',
    as: 'author',
    path: () => '/console/secrets/new?path=payments',
    ready: async (page) => {
      await page.getByLabel('Type', { exact: true }).selectOption('private_key');
      await text('PEM or OpenSSH')(page);
    },
  },
  {
    name: 'secret',
    as: 'author',
    path: ({ secretId }) => `/console/secrets/${secretId}`,
    ready: async (page) => {
      await text('Version 2')(page);
      await text('Synced')(page);
      await page.getByRole('button', { name: 'Copy password' }).waitFor();
    },
  },
  {
    name: 'secret-write',
    as: 'author',
    path: ({ secretId }) => `/console/secrets/${secretId}`,
    ready: async (page) => {
      await page.getByRole('button', { name: 'Write a new version' }).click();
      await page.getByRole('dialog').getByLabel('Password').first().waitFor();
    },
  },
  {
    name: 'secret-delete',
    as: 'author',
    path: ({ secretId }) => `/console/secrets/${secretId}`,
    ready: async (page) => {
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByText('3 copies will be removed').waitFor();
    },
  },
  {
    name: 'secret-compare',
    as: 'author',
    path: ({ secretId }) => `/console/secrets/${secretId}`,
    ready: async (page) => {
      await page.getByRole('button', { name: 'Compare two' }).click();
      await page.getByRole('dialog').getByText('They hold different contents').waitFor();
    },
  },
  { name: 'projects', as: 'admin', path: () => '/console/projects', ready: text('Nothing in particular') },
  {
    name: 'project-customers',
    as: 'admin',
    path: () => '/console/projects',
    ready: async (page) => {
      await page.getByRole('button', { name: 'Customers of Shop' }).click();
      await page.getByRole('button', { name: 'Rename Acme Corp.' }).waitFor();
    },
  },
  {
    name: 'secret-describe',
    as: 'author',
    path: ({ secretId }) => `/console/secrets/${secretId}`,
    ready: async (page) => {
      await page.getByRole('button', { name: 'Describe', exact: true }).click();
      await page.getByRole('dialog').getByLabel('Ends at').waitFor();
    },
  },
  {
    name: 'change-edit',
    as: 'author',
    path: ({ rejectedId }) => `/console/changes/${rejectedId}`,
    ready: async (page) => {
      await page.getByRole('button', { name: 'Edit and ask again' }).click();
      await page.getByRole('dialog').getByLabel('Value 1').first().waitFor();
    },
  },
  { name: 'sync', as: 'admin', path: () => '/console/sync', ready: text('Conflict') },
  {
    name: 'sync-copy',
    as: 'admin',
    path: ({ conflict }) => `/console/sync?secret=${conflict.secretId}&copy=${conflict.targetId}`,
    ready: async (page) => {
      await page.getByRole('dialog').getByLabel('Overwrite').waitFor();
      await page.getByRole('dialog').getByText('Conflict (').first().waitFor();
    },
  },
  {
    name: 'sync-nothing',
    as: 'author',
    path: () => '/console/sync?state=parked',
    ready: text('No secret matches'),
  },
  {
    name: 'vaults',
    as: 'admin',
    path: () => '/console/vaults',
    ready: (page) => page.getByRole('region', { name: 'Profiles of source' }).waitFor(),
  },
  {
    name: 'vault-add',
    as: 'admin',
    path: () => '/console/vaults',
    ready: async (page) => {
      await page.getByRole('button', { name: 'Edit target-1' }).click();
      await page.getByRole('dialog').getByLabel('Address').waitFor();
    },
  },
  {
    name: 'vault-profile',
    as: 'admin',
    path: ({ scene }) => `/console/vaults/profiles/${scene.source.profileId}`,
    ready: async (page) => {
      await page.getByRole('button', { name: 'Browse' }).click();
      await page.getByText('(a secret already)').first().waitFor();
    },
  },
  { name: 'policies', as: 'reviewer', path: () => '/console/policies', ready: text('Two pairs of eyes') },
  { name: 'policy-new', as: 'admin', path: () => '/console/policies/new', ready: text('Say who decides') },
  {
    name: 'policy',
    as: 'admin',
    path: ({ policyId }) => `/console/policies/${policyId}`,
    ready: async (page) => {
      await text('Yes, as things stand')(page);
      await page.getByRole('region', { name: 'Asked for by' }).getByText('source').waitFor();
      await page.getByRole('button', { name: 'Replay' }).click();
      await text('Otherwise than it was')(page);
      await text('Version 1')(page);
    },
  },
  { name: 'access', as: 'author', path: () => '/console/access', ready: text('This browser') },
  { name: 'access-people', as: 'admin', path: () => '/console/access?show=people', ready: text('Sue Security') },
  { name: 'access-roles', as: 'admin', path: () => '/console/access?show=roles', ready: text('What each role allows') },
  {
    name: 'access-person',
    as: 'admin',
    path: ({ reviewerId }) => `/console/access/people/${reviewerId}`,
    ready: async (page) => {
      await text('in the whole organization')(page);
      await text('Last acts')(page);
      await page.getByRole('cell', { name: 'browser', exact: true }).waitFor();
    },
  },
  {
    name: 'access-token',
    as: 'author',
    path: () => '/console/access',
    ready: async (page) => {
      await page.getByRole('button', { name: 'Make a token' }).click();
      await page.getByRole('dialog').getByLabel('Works for').waitFor();
    },
  },
  {
    name: 'audit',
    as: 'admin',
    path: () => '/console/audit?action=role_grant.created',
    ready: async (page) => {
      await page
        .getByRole('button', { name: /^Details of event/ })
        .first()
        .click();
      await page.getByRole('button', { name: 'Verify' }).click();
      await text('The record is whole')(page);
    },
  },
  { name: 'not-found', as: 'author', path: () => '/console/nowhere', ready: text('There is no such page') },
];
