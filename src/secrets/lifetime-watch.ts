import type { Actor, ActorRef } from '../access/actor.ts';
import type { SecretOperation } from '../approvals/change-operation.ts';
import type { Sql } from '../db.ts';
import { AppError } from '../errors.ts';
import { newId } from '../ports.ts';
import type { ChangeOpener } from './change-opener.ts';
import { type ChangePlans, toJson } from './change-plan.ts';
import { findSecretContext } from './secret-store.ts';

export interface LifetimeWatchDeps {
  readonly db: Sql;
  readonly opener: ChangeOpener;
  /** Days a deleted secret can be restored. */
  readonly recoveryDays: number;
}

export type LifetimeWatch = ReturnType<typeof createLifetimeWatch>;

const BATCH = 50;

/**
 * Ends what is over: nobody reads it any more from the moment on, and here it is disabled, deleted or destroyed as was agreed when
 * its end was set. No policy is asked again.
 */
export function createLifetimeWatch({ db, opener, recoveryDays }: LifetimeWatchDeps) {
  const carryOut = async <Operation extends SecretOperation>(
    { secretId, organizationId, setBy }: Over,
    operation: Operation,
    plan: ChangePlans[Operation],
    isStillSo: (tx: Sql) => Promise<boolean>,
  ): Promise<void> => {
    const context = await findSecretContext(db, organizationId, { id: secretId });
    if (context === undefined) return;
    const { secret, profile } = context;
    await opener.propose(executorOf(organizationId, setBy), {
      draft: {
        id: newId(),
        organizationId,
        projectId: secret.projectId,
        customerId: secret.customerId,
        subjectType: 'secret',
        subjectId: secret.id,
        secretId: secret.id,
        operation,
        baseVersion: secret.headVersion,
        profileId: profile.id,
        profileRevision: profile.revision,
        plan: toJson(operation, plan),
        policies: [],
        comment: 'Its time is over.',
      },
      idempotency: undefined,
      patient: true,
      found: context,
      async prepare(tx) {
        if (!(await isStillSo(tx))) throw new AppError('revision_conflict', 'It was given more time.');
      },
    });
  };

  const endSecret = (over: OverSecret): Promise<void> => {
    const isStillSo = async (tx: Sql) => isAmong(await tx.query<Over>(OVER_SECRET, [over.secretId]), over);
    return over.removes
      ? carryOut(over, 'delete', { recoveryDays, copies: 'delete' }, isStillSo)
      : carryOut(over, 'disable', {}, isStillSo);
  };

  const endVersion = (over: OverVersion): Promise<void> => {
    const { secretId, version } = over;
    const isStillSo = async (tx: Sql) => isAmong(await tx.query<Over>(OVER_VERSION, [secretId, version]), over);
    return over.removes
      ? carryOut(over, 'destroy_version', { version }, isStillSo)
      : carryOut(over, 'disable_version', { version }, isStillSo);
  };

  return {
    /** Safe to run anywhere, any number of times. What cannot be done now is done when that is possible. */
    async endDue(): Promise<void> {
      const [secrets, versions] = await Promise.all([
        db.query<OverSecret>(OVER_SECRETS, [BATCH]),
        db.query<OverVersion>(OVER_VERSIONS, [BATCH]),
      ]);
      const work = [...secrets.map((over) => () => endSecret(over)), ...versions.map((over) => () => endVersion(over))];
      for (const one of work) {
        await one().catch((error: unknown) => {
          if (!(error instanceof AppError)) throw error;
        });
      }
    },
  };
}

interface Over {
  readonly secretId: string;
  readonly organizationId: string;
  /** Who answers for it. */
  readonly setBy: ActorRef;
  /** Not only disabled. */
  readonly removes: boolean;
}
type OverSecret = Over;
interface OverVersion extends Over {
  readonly version: number;
}

const NOTHING_OPEN = `not exists (select 1 from change_requests o where o.secret_id = s.id
  and o.state in ('pending_approval', 'approved', 'executing', 'indeterminate'))`;

/** A protected one is disabled only. So is one whose vault may not be called now, until it may. */
const REMOVES = `s.on_expiry = 'delete' and not s.protected and p.enabled`;

const SECRETS = `select s.id as "secretId", s.organization_id as "organizationId", s.updated_by as "setBy", ${REMOVES} as removes
     from secrets s join vault_profiles p on p.id = s.source_profile_id
     where s.state = 'active' and s.expires_at <= clock_timestamp() and (s.enabled or ${REMOVES}) and ${NOTHING_OPEN}`;
const OVER_SECRETS = `${SECRETS} order by s.expires_at limit $1`;
const OVER_SECRET = `${SECRETS} and s.id = $1::uuid`;

/** The newest version goes with its secret only, so it is disabled until there is a newer one. */
const DESTROYS = `v.on_expiry = 'destroy' and v.version < s.head_version and not s.protected and p.enabled`;

const VERSIONS = `select v.secret_id as "secretId", v.version, s.organization_id as "organizationId", v.created_by as "setBy",
       ${DESTROYS} as removes
     from secret_versions v join secrets s on s.id = v.secret_id join vault_profiles p on p.id = s.source_profile_id
     where v.state <> 'destroyed' and (v.expires_at <= clock_timestamp() or v.accessed_at <= clock_timestamp())
       and s.state = 'active' and (v.state = 'enabled' or ${DESTROYS}) and ${NOTHING_OPEN}`;
const OVER_VERSIONS = `${VERSIONS} order by v.created_at limit $1`;
const OVER_VERSION = `${VERSIONS} and v.secret_id = $1::uuid and v.version = $2`;

/** Asked again when the secret is locked: meanwhile somebody may have given it more time, or said something else of its end. */
function isAmong(now: readonly Over[], { removes }: Over): boolean {
  return now.some((over) => over.removes === removes);
}

function executorOf(organizationId: string, { type, id, name, personId }: ActorRef): Actor {
  const none = { tokenId: null, grants: [], groupIds: [], isOperator: false, requestId: null, ip: null };
  return { organizationId, type, id, name, personId, ...none };
}
