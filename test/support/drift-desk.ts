import { must } from './answers.ts';
import type { VaultEmulator } from './emulators/hashicorp-vault.ts';
import type { Scene } from './scene.ts';

/** What tests of drift do: let the scan look now, and lay hand on the vault. */
export function driftDesk(scene: Pick<Scene, 'admin' | 'broker'>) {
  const { signal } = new AbortController();
  const { broker } = scene;

  const due = (profileId: string) =>
    broker.db.query(
      `update targets set next_scan_at = clock_timestamp() - interval '1 second' where profile_id = $1::uuid and next_scan_at is not null`,
      [profileId],
    );
  const turnIsDue = (profileId: string) =>
    broker.db.query(
      `update vault_profiles set next_drift_at = clock_timestamp() - interval '1 second' where id = $1::uuid and next_drift_at > clock_timestamp()`,
      [profileId],
    );

  return {
    /** Every copy of the profile is looked at now. */
    async scan(profileId: string): Promise<void> {
      await due(profileId);
      await this.turn(profileId);
    },
    /** Every copy of the profile is to be looked at. Whether anybody does is for the scanner, the queue and the workers. */
    intervalIsOver: due,
    turnIsDue,
    /** One turn of the scan, with what is due by itself. */
    async turn(profileId: string): Promise<void> {
      await turnIsDue(profileId);
      await broker.work.scans.scan(profileId, signal);
    },
    async policy(profileId: string, drift: Record<string, unknown>): Promise<void> {
      must(await scene.admin('PATCH', `/v1/vault-profiles/${profileId}`, { drift }), 200);
    },
    /** Events about one target, oldest first. */
    async events(targetId: string): Promise<string[]> {
      const { items } = must(await scene.admin('GET', `/v1/audit-events?objectId=${targetId}&limit=100`), 200) as {
        items: { action: string; seq: number }[];
      };
      return items.sort((one, two) => one.seq - two.seq).map((event) => event.action);
    },
  };
}

/** Somebody with the vault's own tools. */
export async function byHand(vault: VaultEmulator, method: string, route: string, body?: unknown): Promise<void> {
  const headers: Record<string, string> = { 'x-vault-token': vault.token };
  if (method === 'PATCH') headers['content-type'] = 'application/merge-patch+json';
  const answer = await fetch(`${vault.url}/v1/secret/${route}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`the emulator answered ${answer.status}`);
}
