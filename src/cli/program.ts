import { type Argument, Command, Help, Option } from 'commander';
import { addAuditCommands } from './commands/audit.ts';
import { addChangeCommands } from './commands/changes.ts';
import { addCompletionCommands } from './commands/completion.ts';
import { addConsumerCommands } from './commands/consumers.ts';
import { addContextCommands } from './commands/contexts.ts';
import { addCustomerCommands } from './commands/customers.ts';
import { addDoctorCommand } from './commands/doctor.ts';
import { addGroupCommands } from './commands/groups.ts';
import { addImportCommands } from './commands/imports.ts';
import { addMachineCommands } from './commands/machines.ts';
import { addPeopleCommands } from './commands/people.ts';
import { addPolicyCommands } from './commands/policies.ts';
import { addProfileCommands } from './commands/profiles.ts';
import { addProjectCommands } from './commands/projects.ts';
import { addRedactCommand } from './commands/redact.ts';
import { addRenderCommand } from './commands/render.ts';
import { addRunCommand } from './commands/run.ts';
import { addSecretExportCommand } from './commands/secret-export.ts';
import { addSecretGetCommand } from './commands/secret-get.ts';
import { addSecretImportCommand } from './commands/secret-import.ts';
import { addSecretLifeCommands } from './commands/secret-life.ts';
import { addSecretReadCommands } from './commands/secret-read.ts';
import { addSecretWriteCommands } from './commands/secret-write.ts';
import { addSyncCommands } from './commands/sync.ts';
import { addTargetCommands } from './commands/targets.ts';
import { addTokenCommands } from './commands/tokens.ts';
import { addVaultCommands } from './commands/vaults.ts';
import { addWebhookCommands } from './commands/webhooks.ts';
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
  const usualHelp = new Help();
  program.configureHelp({
    showGlobalOptions: true,
    optionDescription: (option) => usualHelp.optionDescription(option).replace('preset: ', 'alone: '),
    subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
  });
  program
    .description('Secrets in the vaults you have: written once, approved, carried everywhere.')
    .option('-p, --project <project>', 'project to work in (id or slug)')
    .option('--customer <customer>', 'whose secrets (id or slug); default: those that the project shares')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(FORMATS))
    .option('-y, --yes', 'do not ask, do it')
    .option('-q, --quiet', 'no remarks on standard error')
    .option('--timeout <seconds>', 'how long to wait at most; default 600')
    .option('--reason <text>', 'why values are read, removals let go or votes passed over')
    .option('-c, --context <name>', 'context to work in; see `contexts`')
    .option('--url <url>', 'address of the API')
    .version(VERSION, '-V, --version', 'print the version')
    .showSuggestionAfterError()
    .addHelpText('after', '\nStart with `keyferry login`. Each command has its own --help.');
  addCommands(program, io, setExitCode);
  return program;
}

function addCommands(program: Command, io: Io, setExitCode: SetExitCode): void {
  program.commandsGroup('Secrets:');
  const secrets = program.command('secrets').alias('secret').description('write, read and end secrets');
  addSecretWriteCommands(secrets, io);
  addSecretGetCommand(secrets, io, setExitCode);
  addSecretReadCommands(secrets, io);
  addSecretLifeCommands(secrets, io);
  addSecretImportCommand(secrets, io, setExitCode);
  addSecretExportCommand(secrets, io);
  addRunCommand(program, io, setExitCode);
  addRenderCommand(program, io);
  addRedactCommand(program, io);
  addConsumerCommands(program, io);
  program.commandsGroup('Changes and copies:');
  addChangeCommands(program, io, setExitCode);
  addTargetCommands(program, io);
  addSyncCommands(program, io);
  addImportCommands(program, io, setExitCode);
  program.commandsGroup('Places:');
  addProjectCommands(program, io);
  addCustomerCommands(program, io);
  addVaultCommands(program, io, setExitCode);
  addProfileCommands(program, io, setExitCode);
  program.commandsGroup('People and rules:');
  addPolicyCommands(program, io);
  addPeopleCommands(program, io);
  addGroupCommands(program, io);
  addMachineCommands(program, io);
  addTokenCommands(program, io);
  addAuditCommands(program, io, setExitCode);
  addWebhookCommands(program, io, setExitCode);
  program.commandsGroup('This tool:');
  addContextCommands(program, io);
  addDoctorCommand(program, io, setExitCode);
  addCompletionCommands(program, io);
  program.helpCommand(true);
}
