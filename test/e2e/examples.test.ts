import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { packageRoot } from '../../src/setup/package-root.ts';
import { must } from '../support/answers.ts';
import { runProgram, TOOL } from '../support/command-line.ts';
import { startTestBroker, type TestBroker } from '../support/test-broker.ts';

/* What `examples/` tells pipelines and clusters to do, done: every command of theirs runs against a broker. */

// Whole processes, on a machine that may be busy.

let broker: TestBroker;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  broker = await startTestBroker({ workers: false });
  const { admin } = broker;
  const vault = must(await admin('POST', '/v1/vaults', { name: 'main', kind: 'builtin' }), 201);
  const profile = must(await admin('POST', '/v1/vault-profiles', { name: 'main', vaultId: vault.id }), 201);
  must(await admin('POST', '/v1/projects', { slug: 'shop', name: 'Shop' }), 201);
  const payload = { username: 'shopkeeper', password: "it's $ecret" };
  const secret = { project: 'shop', name: 'db-login', type: 'basic_auth', sourceProfileId: profile.id, payload };
  must(await admin('POST', '/v1/secrets', secret), 201);
  // As the examples say: the token of a machine that may only read in the project.
  const machine = must(await admin('POST', '/v1/machines', { name: 'pipeline' }), 201);
  const project = must(await admin('GET', '/v1/projects/shop'), 200);
  const grant = { subjectType: 'machine', subjectId: machine.id, role: 'reader', projectId: project.id };
  must(await admin('POST', '/v1/role-grants', grant), 201);
  const token = must(await admin('POST', '/v1/tokens', { name: 'ci', machineId: machine.id }), 201).token as string;

  folder = await mkdtemp(path.join(os.tmpdir(), 'keyferry-examples-'));
  await cp(path.join(packageRoot(), 'examples/templates'), path.join(folder, 'templates'), { recursive: true });
  await mkdir(path.join(folder, 'bin'));
  await mkdir(path.join(folder, 'run/config'), { recursive: true });
  await program('bin/keyferry', `exec "${process.execPath}" "${TOOL}" "$@"`);
  const deploy = 'printf "deployed with <%s> <%s>\\n" "$DATABASE_PASSWORD$DB_LOGIN_PASSWORD" "$KEYFERRY_TOKEN"';
  await program('deploy.sh', deploy);
  env = {
    PATH: `${path.join(folder, 'bin')}:${process.env.PATH ?? ''}`,
    HOME: folder,
    KEYFERRY_URL: broker.url,
    KEYFERRY_TOKEN: token,
    KEYFERRY_PROJECT: 'shop',
  };
});

afterAll(async () => {
  await broker?.close();
  await rm(folder, { recursive: true, force: true });
});

async function program(name: string, script: string): Promise<void> {
  await writeFile(path.join(folder, name), `#!/bin/sh\n${script}\n`);
  await chmod(path.join(folder, name), 0o755);
}

async function example<T>(name: string): Promise<T> {
  return parse(await readFile(path.join(packageRoot(), 'examples', name), 'utf8')) as T;
}

async function shell(script: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram('sh', ['-ec', script], { env, cwd: folder });
  expect(`${script}: ${code} ${stderr}`).toMatch(`${script}: 0`);
  return stdout;
}

/** A command of a container, with its folders in ours. */
async function container(command: readonly string[]): Promise<string> {
  const here = command.map((word) => word.replaceAll(/(?<![\w/])\/(templates|run\/config)\//g, `${folder}/$1/`));
  const [first = '', ...args] = here;
  const { code, stdout, stderr } = await runProgram(
    first === 'keyferry' ? path.join(folder, 'bin/keyferry') : first,
    args,
    { env, cwd: folder },
  );
  expect(`${code} ${stderr}`).toMatch(/^0 /);
  return stdout;
}

const DEPLOYED = 'deployed with <********> <>\n';

test('GitHub Actions: every step runs, and the log holds no value', async () => {
  interface Workflow {
    readonly on: object;
    readonly jobs: Record<
      string,
      { readonly steps: { readonly run?: string; readonly env?: object }[]; readonly env: Record<string, string> }
    >;
  }
  const { on, jobs } = await example<Workflow>('github-actions/deploy.yml');
  expect(on).toEqual({ push: { branches: ['main'] } });
  const runs = Object.values(jobs).flatMap(({ steps }) => steps.filter(({ run }) => run !== undefined));
  expect(runs).toHaveLength(2);
  const said: string[] = [];
  for (const { run = '', env: given } of runs) {
    expect(given).toHaveProperty('KEYFERRY_TOKEN');
    said.push(await shell(run));
  }
  expect(said).toEqual(['The template is sound. It uses: db-login\n', DEPLOYED]);
  expect(jobs.deploy?.env.KEYFERRY_PROJECT).toBe('shop');
});

test('GitLab CI: every job of every stage runs, and the log holds no value', async () => {
  interface Job {
    readonly stage?: string;
    readonly script?: string[];
  }
  const { stages, ...jobs } = await example<Record<string, Job> & { readonly stages: unknown }>(
    'gitlab-ci/.gitlab-ci.yml',
  );
  expect(stages).toEqual(['check', 'deploy']);
  const said: string[] = [];
  for (const stage of ['check', 'deploy']) {
    const job = Object.values(jobs).find((candidate: Job) => candidate.stage === stage) as Job | undefined;
    for (const line of job?.script ?? []) said.push(await shell(line));
  }
  expect(said).toHaveLength(4);
  expect(said.at(-1)).toBe(DEPLOYED);
  expect(said.join('')).not.toContain('$ecret');
  expect(await shell('. ./app.env && printf %s "$DATABASE_PASSWORD $LOG_LEVEL"')).toBe("it's $ecret info");
});

test('Kubernetes: the job has the form of a CronJob, renders, and starts with what was rendered', async () => {
  interface Container {
    readonly name: string;
    readonly command: string[];
    readonly volumeMounts: { readonly name: string; readonly mountPath: string }[];
  }
  interface PodSpec {
    readonly restartPolicy: string;
    readonly initContainers: Container[];
    readonly containers: Container[];
    readonly volumes: { readonly name: string; readonly emptyDir?: object }[];
  }
  interface CronJob {
    readonly apiVersion: string;
    readonly kind: string;
    readonly spec: {
      readonly schedule: string;
      readonly jobTemplate: { readonly spec: { readonly template: { readonly spec: PodSpec } } };
    };
  }
  const job = await example<CronJob>('kubernetes/cronjob.yaml');
  expect([job.apiVersion, job.kind]).toEqual(['batch/v1', 'CronJob']);
  expect(job.spec.schedule.split(' ')).toHaveLength(5);
  const pod = job.spec.jobTemplate.spec.template.spec;
  expect(pod.restartPolicy).toBe('Never');
  const volumes = pod.volumes.map(({ name }) => name);
  for (const { volumeMounts } of [...pod.initContainers, ...pod.containers]) {
    for (const { name } of volumeMounts) expect(volumes).toContain(name);
  }
  expect(pod.volumes.find(({ name }) => name === 'config')?.emptyDir).toMatchObject({ medium: 'Memory' });
  await container(pod.initContainers[0]?.command ?? []);
  const command = pod.containers[0]?.command.map((word) =>
    word.replace('exec /app/report', 'printf %s "$DATABASE_USER"'),
  );
  expect(await container(command ?? [])).toBe('shopkeeper');
});

test('docker-compose: the configuration is rendered before the application reads it', async () => {
  interface Service {
    readonly command: string[];
    readonly volumes: string[];
    readonly depends_on?: Record<string, { readonly condition: string }>;
  }
  const compose = await example<{ services: Record<string, Service>; volumes: object }>(
    'docker-compose/docker-compose.yml',
  );
  const { config, app } = compose.services;
  expect(app?.depends_on?.config?.condition).toBe('service_completed_successfully');
  expect(compose.volumes).toHaveProperty('config');
  await rm(path.join(folder, 'run/config/app.env'), { force: true });
  await container(config?.command ?? []);
  // Compose writes $$ for $.
  expect(await container((app?.command ?? []).map((word) => word.replaceAll('$$', '$')))).toBe(
    'as shopkeeper, at level info\n',
  );
});
