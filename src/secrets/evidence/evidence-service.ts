import type { Actor } from '../../access/actor.ts';
import { authorize, can } from '../../access/permissions.ts';
import type { Change } from '../../approvals/change.ts';
import { isOpen } from '../../approvals/change-request.ts';
import { scopeOf } from '../../approvals/change-scope.ts';
import { changeEvent } from '../../approvals/change-service.ts';
import { findChange } from '../../approvals/change-store.ts';
import type { ChangeSubject } from '../../approvals/change-subject.ts';
import type { Check } from '../../approvals/check.ts';
import { listChecks } from '../../approvals/check-store.ts';
import { decidersOf } from '../../approvals/deciders.ts';
import { type MissingCheck, missingChecks } from '../../approvals/required-checks.ts';
import { requiredPolicies } from '../../approvals/required-policies.ts';
import { appendAudit } from '../../audit/audit-log.ts';
import { type SecretUse, usesOfSecret } from '../../consumers/reference-store.ts';
import type { Keyring } from '../../crypto/keyring.ts';
import type { Db } from '../../db.ts';
import { notFound } from '../../errors.ts';
import type { ContentPlan } from '../change-plan.ts';
import { planOf } from '../change-plan.ts';
import type { PayloadFacts } from '../payload/payload-facts.ts';
import { isSecretChange, type SecretChange } from '../secret-change.ts';
import { type ContentEvidence, compareContent, type KnownContent } from './compare-content.ts';
import { type Destination, planDestinations } from './destinations.ts';
import {
  type Customer,
  contentsUpTo,
  customerOf,
  findWhereabouts,
  type LookLimits,
  takeLook,
} from './evidence-store.ts';
import { type Warning, warningsOf } from './warnings.ts';

export interface EvidenceServiceDeps {
  readonly db: Db;
  readonly keyring: Keyring;
  readonly subject: ChangeSubject;
  readonly limits?: LookLimits;
}

/** What a reviewer judges a change by. */
export interface Evidence {
  readonly change: Change;
  readonly comparison: 'shown' | 'reviewers_only' | 'rate_limited';
  readonly customer: Customer | null;
  readonly consumers: readonly SecretUse[];
  readonly content: ContentEvidence | null;
  readonly destinations: readonly Destination[];
  readonly warnings: readonly Warning[];
  /** What external checkers said, the newest of each name. */
  readonly checks: readonly Check[];
  /** What policies ask for and is not `ok` yet. */
  readonly missingChecks: readonly MissingCheck[];
}

type Judged = Omit<Evidence, 'checks' | 'missingChecks'>;

/** Enough for people, far too little for trying out values of fair strength. */
const LIMITS: LookLimits = { perPersonAndHour: 60, perSubjectAndDay: 50 };

/** Versions that a new content is compared with, the current one included. */
const MOST_VERSIONS = 200;

export type EvidenceService = ReturnType<typeof createEvidenceService>;

/** Evidence without values: for everybody who may see the change, with comparisons for those who may decide on it. */
export function createEvidenceService({ db, keyring, subject, limits = LIMITS }: EvidenceServiceDeps) {
  /** Requester and editors of any revision are nobody's reviewers here, whichever of their machines asks. */
  const mayDecide = async (actor: Actor, change: Change): Promise<boolean> => {
    if (!can(actor, 'change.review', change.projectId ?? undefined)) return false;
    return (await decidersOf(db, subject, change)).ever.includes(actor.personId);
  };

  const comparisonFor = async (actor: Actor, change: Change): Promise<Evidence['comparison']> => {
    if (!(await mayDecide(actor, change))) return 'reviewers_only';
    const look = { ...change, personId: actor.personId, changeId: change.id };
    const taken = await db.transaction(async (tx) => {
      const taken = await takeLook(tx, look, limits);
      if (taken === 'first') await appendAudit(tx, keyring, actor, [changeEvent('change.compared', change)]);
      return taken;
    });
    return taken === 'limited' ? 'rate_limited' : 'shown';
  };

  const checksOf = async (change: Change): Promise<Pick<Evidence, 'checks' | 'missingChecks'>> => {
    const checks = await listChecks(db, change.id);
    const policies = isOpen(change.state) ? await requiredPolicies(db, subject, change) : [];
    return { checks, missingChecks: missingChecks(policies, checks, change.digest) };
  };

  const ofSecret = async (actor: Actor, change: SecretChange, now: Date): Promise<Judged> => {
    const customer = change.customerId === null ? null : await customerOf(db, change.customerId);
    const consumers = await usesOfSecret(db, change.secretId);
    const where = await findWhereabouts(db, change.organizationId, change.secretId, profilesIn(change));
    const destinations = planDestinations(change, where);
    const after = contentOf(change);
    if (after === undefined) {
      return {
        change,
        comparison: 'shown',
        customer,
        consumers,
        content: null,
        destinations,
        warnings: conflictsAt(destinations),
      };
    }
    const contents = await contentsUpTo(db, change.secretId, change.baseVersion, MOST_VERSIONS);
    const before = contents.find(({ version }) => version === change.baseVersion);
    const older = contents.filter(({ version }) => version !== change.baseVersion);
    const comparison = contents.length === 0 ? 'shown' : await comparisonFor(actor, change);
    const content = compareContent(before, after, older, comparison === 'shown');
    const warnings = warningsOf(after, content, now).filter(({ code }) => !isExpected(change, code));
    return {
      change,
      comparison,
      customer,
      consumers,
      content,
      destinations,
      warnings: [...warnings, ...conflictsAt(destinations)],
    };
  };

  return {
    /**
     * Throws `not_found`. The first comparison that somebody gets of a revision is recorded in the audit trail and counts
     * against what is allowed.
     */
    async evidence(actor: Actor, changeId: string, now: Date): Promise<Evidence> {
      const change = await findChange(db, actor.organizationId, changeId);
      if (change === undefined) throw notFound('change request');
      authorize(actor, 'change.read', scopeOf(change));
      const judged: Judged = isSecretChange(change)
        ? await ofSecret(actor, change, now)
        : {
            change,
            comparison: 'shown',
            customer: null,
            consumers: [],
            content: null,
            destinations: [],
            warnings: [],
          };
      return { ...judged, ...(await checksOf(change)) };
    },
  };
}

/** The new content as far as it is known; its traits are in the plan, which the digest covers. */
function contentOf(change: SecretChange): KnownContent | undefined {
  const planned = (change.plan as unknown as { content?: ContentPlan | null }).content;
  return planned == null ? undefined : { facts: planned.facts as PayloadFacts, traits: planned.traits };
}

function profilesIn(change: SecretChange): string[] {
  switch (change.operation) {
    case 'create':
      return [change.profileId, ...planOf(change, 'create').targets.map(({ profileId }) => profileId)];
    case 'add_target':
      return [planOf(change, 'add_target').target.profileId];
    case 'change_source':
      return [planOf(change, 'change_source').profileId];
    default:
      return [];
  }
}

/** A rollback is meant to bring an old value back, and says which. */
function isExpected(change: SecretChange, code: Warning['code']): boolean {
  return change.operation === 'rollback' && code === 'value_reused';
}

function conflictsAt(destinations: readonly Destination[]): Warning[] {
  return destinations
    .filter(({ action }) => action === 'conflict' || action === 'drifted')
    .map(({ profile }) => ({ code: 'destination_conflict', fields: [], after: profile.name }));
}
