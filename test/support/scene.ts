import { must } from './answers.ts';
import type { ApiClient } from './api-client.ts';
import { startVaultEmulator, type VaultEmulator } from './emulators/hashicorp-vault.ts';
import { startTestBroker, type TestBroker, type TestBrokerOptions } from './test-broker.ts';

// biome-ignore lint/performance/noBarrelFile: a test that plays a scene asks it with these
export { eventually, must, targetsIn } from './answers.ts';

/** A person of the scene with a token of its own. */
export interface ScenePerson {
  readonly id: string;
  readonly api: ApiClient;
}

/** A broker with a project, a source and targets at Vault emulators, and people to act. */
export interface Scene extends TestBroker {
  readonly project: { readonly id: string; readonly slug: string };
  /** Emulator of the source and of each target, in order. */
  readonly source: { readonly vault: VaultEmulator; readonly vaultId: string; readonly profileId: string };
  readonly targets: readonly { readonly vault: VaultEmulator; readonly vaultId: string; readonly profileId: string }[];
  /** Somebody new with a role in the whole organization. */
  person(name: string, role: string): Promise<ScenePerson>;
  /** Makes the source's profile ask for approval. `steps` as in the API. */
  govern(steps: readonly unknown[], policy?: Record<string, unknown>): Promise<string>;
  /** Creates a key_value secret with every target and answers with its id. */
  secret(name: string, payload?: Record<string, unknown>): Promise<string>;
}

export interface SceneOptions extends TestBrokerOptions {
  /** How many targets, each at an emulator of its own; default 1. */
  readonly targets?: number;
}

export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const broker = await startTestBroker(options);
  const { admin } = broker;
  const emulators: VaultEmulator[] = [];
  const place = async (name: string) => {
    const vault = await startVaultEmulator();
    emulators.push(vault);
    const settings = { address: vault.url, authMethod: 'token', token: vault.token };
    const created = must(await admin('POST', '/v1/vaults', { name, kind: 'hashicorp-vault', settings }), 201);
    const profile = must(await admin('POST', '/v1/vault-profiles', { name, vaultId: created.id }), 201);
    return { vault, vaultId: created.id as string, profileId: profile.id as string };
  };
  const project = must(await admin('POST', '/v1/projects', { slug: 'shop', name: 'Shop' }), 201);
  const source = await place('source');
  const targets: Awaited<ReturnType<typeof place>>[] = [];
  for (let i = 1; i <= (options.targets ?? 1); i++) targets.push(await place(`target-${i}`));
  return {
    ...broker,
    project: { id: project.id as string, slug: 'shop' },
    source,
    targets,
    async person(name, role) {
      const person = must(await admin('POST', '/v1/users', { name, email: `${name}@example.com` }), 201);
      const grant = { subjectType: 'person', subjectId: person.id, role };
      must(await admin('POST', '/v1/role-grants', grant), 201);
      const token = must(await admin('POST', '/v1/tokens', { name: 'test', userId: person.id }), 201);
      return { id: person.id as string, api: admin.as(token.token as string) };
    },
    async govern(steps, policy = {}) {
      const profile = must(await admin('POST', '/v1/approval-profiles', { name: 'four eyes', steps, ...policy }), 201);
      const attached = { approvalProfileId: profile.id };
      must(await admin('PATCH', `/v1/vault-profiles/${source.profileId}`, attached), 200);
      return profile.id as string;
    },
    async secret(name, payload = { value: 'one' }) {
      const body = {
        project: 'shop',
        name,
        type: 'key_value',
        sourceProfileId: source.profileId,
        targets: targets.map((target) => ({ profileId: target.profileId })),
        payload,
      };
      return must(await admin('POST', '/v1/secrets', body), 201).secretId as string;
    },
    async close() {
      await broker.close();
      await Promise.all(emulators.map((emulator) => emulator.close()));
    },
  };
}
