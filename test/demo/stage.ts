import { must } from '../support/answers.ts';
import type { ApiClient } from '../support/api-client.ts';
import type { VaultProcess } from '../support/vault-process.ts';
import type { Story } from './story.ts';

/** What the story is played on: running brokers and vaults, new and empty. */
export interface Stage {
  readonly story: Story;
  /** The administrator, at each API process. */
  readonly admins: readonly [ApiClient, ...ApiClient[]];
  readonly source: VaultProcess;
  readonly targets: readonly VaultProcess[];
  /** The broker's ring as text: fingerprints are made again from what the vaults hold. */
  readonly masterKey: string;
}

/** Somebody of the story. */
export interface Player {
  readonly id: string;
  readonly name: string;
  readonly api: ApiClient;
}

/** A vault of the stage as the broker knows it. */
export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly vault: VaultProcess;
}

export interface Cast {
  readonly organizationId: string;
  /** Asks for changes. Holds the right to review as well: being the requester is what bars her. */
  readonly ada: Player;
  readonly grace: Player;
  readonly katherine: Player;
  readonly source: Profile;
  readonly targets: readonly Profile[];
  readonly approvalProfileId: string;
}

const CITIES = ['frankfurt', 'london', 'oregon', 'tokyo', 'sydney'];

/** People, a project, vaults, vault profiles and an approval profile with one approval by either reviewer. */
export async function raiseCurtain(stage: Stage): Promise<Cast> {
  const { story, admins, targets } = stage;
  const [admin] = admins;
  story.chapter('A platform team sets up its broker');
  const { organization } = must(await admin('GET', '/v1/me'), 200) as { organization: { id: string } };
  must(await admin('POST', '/v1/projects', { slug: 'shop', name: 'Web shop' }), 201);
  const ada = await hire(stage, 'Ada', ['read_write', 'approver'], 0);
  const grace = await hire(stage, 'Grace', ['approver'], 1);
  const katherine = await hire(stage, 'Katherine', ['approver'], 2);
  story.say('Ada writes secrets and may review those of others. Grace and Katherine review.');
  const source = await openVault(stage, 'headquarters', stage.source);
  const copies: Profile[] = [];
  for (const [index, vault] of targets.entries()) {
    copies.push(await openVault(stage, CITIES[index] ?? `place-${index}`, vault));
  }
  story.say(`Source vault: headquarters. Copies go to: ${copies.map((copy) => copy.name).join(', ')}.`);
  const steps = [
    { name: 'review', approvers: { users: [grace.id, katherine.id], groups: [], roles: [] }, required: 1 },
  ];
  const policy = must(await admin('POST', '/v1/approval-profiles', { name: 'four eyes', steps }), 201);
  must(await admin('PATCH', `/v1/vault-profiles/${source.id}`, { approvalProfileId: policy.id }), 200);
  story.say('Policy of headquarters: every change needs one approval, by Grace or Katherine.');
  return {
    organizationId: organization.id,
    ada,
    grace,
    katherine,
    source,
    targets: copies,
    approvalProfileId: policy.id as string,
  };
}

/** People sit at different API processes when there are several. */
async function hire({ admins }: Stage, name: string, roles: readonly string[], seat: number): Promise<Player> {
  const [admin] = admins;
  const person = must(await admin('POST', '/v1/users', { name, email: `${name.toLowerCase()}@example.com` }), 201);
  for (const role of roles) {
    must(await admin('POST', '/v1/role-grants', { subjectType: 'person', subjectId: person.id, role }), 201);
  }
  const token = must(await admin('POST', '/v1/tokens', { name: 'demo', userId: person.id }), 201);
  const api = (admins[seat % admins.length] ?? admin).as(token.token as string);
  return { id: person.id as string, name, api };
}

async function openVault({ story, admins }: Stage, name: string, vault: VaultProcess): Promise<Profile> {
  const [admin] = admins;
  const settings = { address: vault.url, authMethod: 'token', token: vault.token };
  const made = must(await admin('POST', '/v1/vaults', { name, kind: 'hashicorp-vault', settings }), 201);
  const check = must(await admin('POST', `/v1/vaults/${made.id}/check`), 200);
  story.check(`the vault ${name} answers and takes our credential`, check.ok === true, check);
  const profile = must(await admin('POST', '/v1/vault-profiles', { name, vaultId: made.id }), 201);
  return { id: profile.id as string, name, vault };
}
