import { kill } from 'node:process';
import { type Failpoint, type FailpointName, noFailpoint } from './ports.ts';

/**
 * For crash tests: the process kills itself, as `kill -9` would, the first time it comes to the named point. The configuration
 * accepts a name only under `NODE_ENV=test`.
 */
export function createFailpoint(name: FailpointName | undefined): Failpoint {
  if (name === undefined) return noFailpoint;
  return (reached) => {
    if (reached === name) kill(process.pid, 'SIGKILL');
  };
}
