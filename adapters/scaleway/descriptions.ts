import type { VersionFacts } from './facts.ts';

const OURS = /^keyferry ([A-Za-z0-9-]{1,64})$/;

/** The description of a version that we write: which operation made it. */
export function describeVersion(operationId: string): string {
  return `keyferry ${operationId}`;
}

/** The operation that made a version of ours; undefined for what others wrote. */
export function operationOf({ description }: Pick<VersionFacts, 'description'>): string | undefined {
  return OURS.exec(description)?.[1];
}
