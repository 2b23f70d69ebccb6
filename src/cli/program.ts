import { type Argument, Command, Option } from 'commander';
import { addAuditCommands } from './commands/audit.ts';
import { addChangeCommands } from './commands/changes.ts';
import { addCompletionCommands } from './commands/completion.ts';
import { addContextCommands } from './commands/contexts.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addPeopleCommands } from './commands/people.ts';
import { addPolicyCommands } from './commands/policies.ts';
import { addProfileCommands } from './commands/profiles.ts';
import { addProjectCommands } from './commands/projects.ts';
import { addRedactCommand } from './commands/redact.ts';
import { addRenderCommand } from './commands/render.ts';
import { addRunCommand } from './commands/run.ts';
import { addSecretLifeCommands } from './commands/secret-life.ts';
import { addSecretReadCommands } from './commands/secret-read.ts';
import { addSecretTransferCommands } from './commands/secret-transfer.ts';
import { addSecretWriteCommands } from './commands/secret-write.ts';
import { addSyncCommands } from './commands/sync.ts';
import { addTargetCommands } from './commands/targets.ts';
import { addTokenCommands } from './commands/tokens.ts';
import { addVaultCommands } from './commands/vaults.ts';
import { hasColours, type Io } from './io.ts';
import { FORMATS } from './show.ts';

/** Of the tool; a test compares it with package.json. */
const VERSION = '0.1.0';

/** Sets what the process shall exit with although nothing was thrown. */
export type SetExitCode = (code: number) => void;

const argumentTerm = (argument: Argument): string => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
};

/** The whole command line. Nothing is read or done before it parses. */
export function createProgram(io: Io, setExitCode: SetExitCode): Command {
  const program = new Command('keyferry');
  // Before any subcommand: they take it over when they are made.
  program.exitOverride();
  program.configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    getOutHelpWidth: () => Math.min(io.stdout.columns ?? 80, 100),
    getErrHelpWidth: () => Math.min(io.stderr.columns ?? 80, 100),
    getOutHasColors: () => hasColours(io, 'stdout'),
    getErrHasColors: () => hasColours(io, 'stderr'),
  });
  program.configureHelp({
    showGlobalOptions: true,
    subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
  });
  program
    .description('Secrets in the vaults you have: written once, approved, carried everywhere.')
    .option('-p, --project <project>', 'project to work in (id or slug)')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(FORMATS))
    .option('-y, --yes', 'do not ask, do it')
    .option('-q, --quiet', 'no remarks on standard error')
    .option('--timeout <seconds>', 'with --wait: how long at most')
    .option('-c, --context <name>', 'context to work in; see `contexts`')
    .option('--url <url>', 'address of the API')
    .version(VERSION, '-V, --version', 'print the version')
    .showSuggestionAfterError()
    .addHelpText('after', '\nStart with `keyferry login`. Each command has its own --help.');
  const secrets = program.command('secrets').alias('secret').description('write, read and end secrets');
  addSecretWriteCommands(secrets, io);
  addSecretReadCommands(secrets, io);
  addSecretLifeCommands(secrets, io);
  addSecretTransferCommands(secrets, io, setExitCode);
  addRunCommand(program, io, setExitCode);
  addRenderCommand(program, io);
  addRedactCommand(program, io);
  addChangeCommands(program, io, setExitCode);
  addTargetCommands(program, io);
  addSyncCommands(program, io);
  addProjectCommands(program, io);
  addVaultCommands(program, io, setExitCode);
  addProfileCommands(program, io, setExitCode);
  addPolicyCommands(program, io);
  addPeopleCommands(program, io);
  addTokenCommands(program, io);
  addAuditCommands(program, io, setExitCode);
  addContextCommands(program, io);
  addDoctorCommand(program, io, setExitCode);
  addCompletionCommands(program, io);
  return program;
}
