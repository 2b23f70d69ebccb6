import { z } from 'zod';

/**
 * Every job by name, with its payload. A payload holds row ids and nothing else: job data lies in clear in Redis or
 * PostgreSQL and in their event streams. A job says "look there", never what to do: the rows say that.
 */
export const JOB_PAYLOADS = {
  /** Claim and converge the due targets of one vault profile. */
  'sync-profile': z.strictObject({ profileId: z.uuid() }),
  /** Look at copies of one vault profile that are in step, as many as its turn allows. */
  'scan-profile': z.strictObject({ profileId: z.uuid() }),
  /** Carry out one granted or interrupted change. */
  'run-change': z.strictObject({ changeId: z.uuid() }),
  /** Go on with one import. */
  'run-import': z.strictObject({ importId: z.uuid() }),
  /** Tell the subscribers of one organization what happened. */
  'deliver-notices': z.strictObject({ organizationId: z.uuid() }),
} as const;

export type JobName = keyof typeof JOB_PAYLOADS;

export type JobPayload<Name extends JobName> = z.infer<(typeof JOB_PAYLOADS)[Name]>;

/** A job as the queue carries it. */
export type Job = { readonly [Name in JobName]: { readonly name: Name; readonly data: JobPayload<Name> } }[JobName];

/** A job from outside (another process, another version), or `undefined` when it is none of ours. */
export function parseJob(name: string, data: unknown): Job | undefined {
  if (!Object.hasOwn(JOB_PAYLOADS, name)) return undefined;
  const parsed = JOB_PAYLOADS[name as JobName].safeParse(data);
  return parsed.success ? ({ name, data: parsed.data } as Job) : undefined;
}

/** Two doorbells with equal keys ask for the same look. */
export function jobKey(job: Job): string {
  return `${job.name}:${Object.values(job.data).join(':')}`;
}
