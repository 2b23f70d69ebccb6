import { inspectConfig } from '../config.ts';
import { exitCodeOf } from './finding.ts';
import { renderJson, renderTable } from './report.ts';
import { runDoctor } from './run-doctor.ts';

/*
 * Says what is well with this installation and what is not, in the environment of the broker:
 *   node dist/src/doctor/main.js [--json]
 * Exit code 0: all is well, 1: warnings, 2: something fails. It changes nothing and prints no credential.
 */
const flags = process.argv.slice(2);
if (flags.some((flag) => flag !== '--json')) {
  process.stderr.write('usage: npm run doctor -- [--json]\n');
  process.exit(2);
}
const findings = await runDoctor(inspectConfig());
process.stdout.write(flags.includes('--json') ? renderJson(findings) : renderTable(findings), () => {
  process.exit(exitCodeOf(findings));
});
