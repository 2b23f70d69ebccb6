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
  { name: 'not-found', as: 'author', path: () => '/console/nowhere', ready: text('There is no such page') },
];
