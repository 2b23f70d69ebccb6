import type { Broker } from '../src/compose.ts';
import type { Job, JobName } from '../src/jobs/definitions.ts';
import { deliverNotices } from './handlers/deliver-notices.ts';
import { runChange } from './handlers/run-change.ts';
import { runImport } from './handlers/run-import.ts';
import { scanProfile } from './handlers/scan-profile.ts';
import { syncProfile } from './handlers/sync-profile.ts';

export type JobOf<Name extends JobName> = Extract<Job, { name: Name }>;
export type Handler<Name extends JobName> = (
  work: Broker['work'],
  job: JobOf<Name>,
  signal: AbortSignal,
) => Promise<void>;

/** Who answers which doorbell. */
export const HANDLERS: { readonly [Name in JobName]: Handler<Name> } = {
  'deliver-notices': deliverNotices,
  'run-change': runChange,
  'run-import': runImport,
  'scan-profile': scanProfile,
  'sync-profile': syncProfile,
};
