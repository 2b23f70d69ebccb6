import { Readable, Writable } from 'node:stream';
import { runCli } from '../../src/cli/run-cli.ts';
import { must } from './answers.ts';
import type { ApiClient } from './api-client.ts';

/** What a command said, and how it ended. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  /** A function is asked when the command begins to read. */
  readonly stdin?: string | Uint8Array | (() => Promise<string>);
  readonly env?: Readonly<Record<string, string>>;
}

/** The command line in the test's process, as whoever `api` is, in a project. Nobody sits at a terminal. */
export async function cliDesk(api: ApiClient, url: string, project = 'shop') {
  const token = must(await api('POST', '/v1/tokens', { name: 'command line' }), 201).token as string;

  /** Runs what is typed, with this environment only; words in double quotes stay together. */
  async function alone(typed: string, { stdin = '', env = {} }: CliOptions = {}): Promise<Said> {
    const said = { out: '', err: '' };
    const into = (name: 'out' | 'err') =>
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          said[name] += chunk.toString();
          done();
        },
      });
    const args = [...typed.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const code = await runCli(args, {
      stdin: Readable.from(chunksOf(stdin)),
      stdout: into('out'),
      stderr: into('err'),
      env,
      signal: new AbortController().signal,
      takeSignals: () => () => undefined,
    });
    return { code, ...said };
  }

  const usual = {
    XDG_CONFIG_HOME: '/nonexistent',
    KEYFERRY_URL: url,
    KEYFERRY_TOKEN: token,
    KEYFERRY_PROJECT: project,
  };
  const run = (typed: string, { stdin = '', env = {} }: CliOptions = {}): Promise<Said> =>
    alone(typed, { stdin, env: { ...usual, ...env } });

  return {
    run,
    alone,
    /** What it printed; fails with what it said when it does not end with 0. */
    async ok(typed: string, options?: CliOptions): Promise<string> {
      const { code, out, err } = await run(typed, options);
      if (code !== 0) throw new Error(`keyferry ${typed}: exit ${code}\n${err}`);
      return out;
    },
    /** What it printed as JSON. */
    async json<T = Record<string, unknown>>(typed: string, options?: CliOptions): Promise<T> {
      return JSON.parse(await this.ok(`${typed} -o json`, options)) as T;
    },
    /** What it said on standard error, when it ends with this code. */
    async fails(typed: string, code: number, options?: CliOptions): Promise<string> {
      const said = await run(typed, options);
      if (said.code !== code)
        throw new Error(`keyferry ${typed}: exit ${said.code}, not ${code}\n${said.out}${said.err}`);
      return said.err;
    },
  };
}

export type CliDesk = Awaited<ReturnType<typeof cliDesk>>;

async function* chunksOf(stdin: NonNullable<CliOptions['stdin']>): AsyncGenerator<Buffer> {
  yield Buffer.from(typeof stdin === 'function' ? await stdin() : stdin);
}
