import { expect, test } from 'vitest';
import { AUDIT_ACTIONS } from '../../../src/audit/audit-event.ts';
import { kindFacts, kindOfAction, NOTICE_KIND_NAMES } from '../../../src/notifications/notice-kinds.ts';

/** Actions that nobody is told of, on purpose: they are in the trail for whoever looks. */
const SILENT =
  /^(organization|queue_console|session|import|sync\.(?!restore_suspected)|person|machine|group|group_member|role_grant|token\.(created|revoked)|project|customer|consumer\.(?!affected)|vault\.|vault_profile\.(?!unreachable|fuse_tripped|stale|fresh|restore_suspected)|approval_profile\.(?!unsatisfiable)|webhook|notification_preferences)/;

test('every action about changes, targets and secrets is told or left out on purpose', () => {
  const quiet = AUDIT_ACTIONS.filter((action) => kindOfAction(action) === undefined && !SILENT.test(action));
  expect(quiet).toEqual([
    'change.approved_by_policy',
    'change.review_refused',
    'change.override_refused',
    'change.override_reviewed',
    'change.satisfiable',
    'change.retried',
    'change.drafted',
    'change.compared',
    'change.check_refused',
    'secret.read',
    'secret.read_failed',
    'secret.destroyed',
    'secret.entry_cleared',
    'target.synced',
    'target.removed',
    'target.left',
    'target.moved',
    'target.sync_requested',
  ]);
});

test('an action is told as one kind only', () => {
  const actions = NOTICE_KIND_NAMES.flatMap((kind) => kindFacts(kind).actions);
  expect(new Set(actions).size).toBe(actions.length);
});
