import { must, type Scene, startScene, targetsIn } from '../support/scene.ts';
import { type Conflict, makeConflict } from './conflict.ts';
import { newcomer } from './newcomer.ts';

/** A broker that has been lived in: people, governed secrets, changes in several states. */
export interface World {
  readonly scene: Scene;
  /** Waits for the reviewer, with evidence worth a look. */
  readonly waitingId: string;
  /** A secret in a folder with two versions and nothing that waits. */
  readonly secretId: string;
  readonly reviewerId: string;
  readonly appliedId: string;
  readonly rejectedId: string;
  /** The policy that the changes wait for. */
  readonly policyId: string;
  /** A copy that somebody has to decide about. */
  readonly conflict: Conflict;
  readonly tokens: { readonly admin: string; readonly author: string; readonly reviewer: string };
}

/** Changes a secret and answers with the change that waits. */
type Propose = (secretId: string, payload: Record<string, unknown>, comment: string) => Promise<Waiting>;
interface Waiting {
  readonly id: string;
  readonly revision: number;
  readonly digest: string;
}

export async function startWorld(): Promise<World> {
  const scene = await startScene({ targets: 3 });
  const author = await newcomer(scene.admin, 'Ann Author', 'read_write');
  const reviewer = await newcomer(scene.admin, 'Rob Reviewer', 'approver');
  const second = await newcomer(scene.admin, 'Sue Security', 'approver');
  const admin = await newcomer(scene.admin, 'Ada Admin', 'admin');
  const login = await scene.secret('payments-db', { username: 'payments', password: 'Zk3-first-of-all-9qR' });
  const mail = await scene.secret('mail-relay', { password: 'Wq8-first-of-all-2pL' });
  const ledger = await ledgerLogin(scene);
  await targetsIn(scene.admin, login, 'synced');
  await targetsIn(scene.admin, ledger, 'synced');
  const conflict = await makeConflict(scene, 'legacy-token');
  must(await scene.admin('POST', '/v1/projects/shop/customers', { slug: 'acme', name: 'Acme Corp.' }), 201);
  const policyId = await scene.govern(
    [
      { name: 'Platform team', approvers: { users: [reviewer.id, second.id, admin.id] }, required: 1 },
      { name: 'Security', approvers: { users: [second.id] }, required: 1 },
    ],
    { name: 'Two pairs of eyes' },
  );
  const asAuthor = scene.admin.as(author.token);
  const propose: Propose = async (secretId, payload, comment) => {
    const answer = await asAuthor('POST', `/v1/secrets/${secretId}/versions`, { payload, comment });
    return must(answer, 202).changeRequest as unknown as Waiting;
  };
  const review = async (token: string, decision: string, { id, revision, digest }: Waiting, comment: string) => {
    const vote = { decision, revision, digest, comment };
    must(await scene.admin.as(token)('POST', `/v1/change-requests/${id}/reviews`, vote), 200);
  };

  const applied = await propose(mail, { password: 'Wq8-second-one-here-7tB' }, 'Quarterly rotation.');
  await review(reviewer.token, 'approve', applied, 'Checked with the mail team.');
  await review(second.token, 'approve', applied, '');
  must(await asAuthor('GET', `/v1/change-requests/${applied.id}?wait=synced`), 200);
  const rejected = await propose(mail, { password: 'hunter2' }, 'Easier to type.');
  await review(reviewer.token, 'reject', rejected, 'Please use a generated one.');
  const waiting = await propose(
    login,
    { username: 'payments', password: 'Vx4-generated-this-time-1mN', port: '5432' },
    'Yearly rotation, and the port that the new driver wants.',
  );
  must(
    await asAuthor('POST', `/v1/change-requests/${waiting.id}/comments`, { text: 'The old login works until Friday.' }),
    201,
  );
  const question = { text: 'Does the reporting job use this login as well?' };
  must(await scene.admin.as(reviewer.token)('POST', `/v1/change-requests/${waiting.id}/comments`, question), 201);
  await propose(mail, { password: 'Wq8-third-one-here-5sD' }, 'Generated, as asked for.');
  const certificate = await scene.admin.as(author.token)('POST', '/v1/secrets', {
    project: 'shop',
    name: 'checkout-key',
    type: 'api_key',
    sourceProfileId: scene.source.profileId,
    targets: scene.targets.map(({ profileId }) => ({ profileId })),
    payload: { value: 'q7R-tV2-long-enough-to-be-strong-kL9' },
    comment: 'For the new checkout.',
  });
  must(certificate, 202);
  return {
    scene,
    waitingId: waiting.id,
    secretId: ledger,
    reviewerId: reviewer.id,
    appliedId: applied.id,
    rejectedId: rejected.id,
    policyId,
    conflict,
    tokens: { admin: admin.token, author: author.token, reviewer: reviewer.token },
  };
}

const TWENTY_DAYS_MS = 20 * 86_400_000;

/** A secret that is over before long. */
async function ledgerLogin(scene: Scene): Promise<string> {
  const { secretId } = must(
    await scene.admin('POST', '/v1/secrets', {
      project: 'shop',
      path: 'payments/production',
      name: 'ledger-login',
      type: 'basic_auth',
      description: 'Login of the ledger at its database',
      tags: ['database', 'team-payments'],
      lifetime: { expiresAt: new Date(Date.now() + TWENTY_DAYS_MS).toISOString() },
      sourceProfileId: scene.source.profileId,
      targets: scene.targets.map(({ profileId }) => ({ profileId })),
      payload: { username: 'ledger', password: 'Lk2-first-of-all-4vX' },
    }),
    201,
  );
  const rotated = { payload: { username: 'ledger', password: 'Lk2-second-one-here-8dN' }, comment: 'Rotated.' };
  must(await scene.admin('POST', `/v1/secrets/${secretId}/versions`, rotated), 201);
  return String(secretId);
}
