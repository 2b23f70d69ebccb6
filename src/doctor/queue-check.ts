import type { QueueInspection } from '../jobs/queue-inspection.ts';
import { type Finding, findingsOf } from './finding.ts';

const { ok, warn, fail } = findingsOf('queue');

const STALE_SECONDS = 120;

/** What Redis, when it carries the queue, says about itself. */
export function checkRedis(found: QueueInspection): Finding[] {
  if (found.refusal !== undefined) {
    return [fail('server', `Redis does not answer (${found.refusal}).`, 'Check REDIS_URL, and that the server runs.')];
  }
  const version = found.version ?? 'of unknown version';
  const objection = found.objection?.replace(/^redis: /, '');
  return [
    isOld(version)
      ? fail('server', `Redis ${version} is too old.`, 'Upgrade to Redis 6.2 or newer.')
      : ok('server', `Redis ${version} answers.`),
    objection === undefined
      ? ok('durability', 'It evicts nothing and keeps what it has.')
      : fail('durability', `${objection}.`, 'Change its configuration and restart it.'),
  ];
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 6 || (major === 6 && minor < 2);
}

/** Whether somebody works on what is due, whichever queue rings for it. Ages in seconds. */
export function checkBacklog(oldestDueChange: number, oldestDueTarget: number): Finding {
  const oldest = Math.round(Math.max(oldestDueChange, oldestDueTarget));
  return oldest < STALE_SECONDS
    ? ok('backlog', 'Nothing that is due waits for long.')
    : warn('backlog', `Work has been due for ${oldest} s.`, 'Check that workers run, and the vaults below.');
}
