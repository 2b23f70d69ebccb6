import type { Notice } from '../../../src/notifications/notice.ts';

/** A notice of an applied change, with whatever a test wants to be otherwise. */
export function noticeWith(changes: Partial<Notice> = {}): Notice {
  return {
    id: '01936f91-79f2-7b3c-8d20-6e1f3a9b5c44',
    seq: 12,
    kind: 'change.applied',
    at: '2026-11-02T09:31:00.000Z',
    organization: { id: '01936f6e-0000-7000-8000-000000000001', name: 'acme' },
    project: { id: '01936f6e-0000-7000-8000-000000000002', name: 'shop' },
    actor: { type: 'person', id: '01936f6e-0000-7000-8000-000000000003', name: 'Ann' },
    object: { type: 'change_request', id: '01936f6e-0000-7000-8000-000000000004' },
    subject: { type: 'secret', id: '01936f6e-0000-7000-8000-000000000005', name: 'db/login' },
    profile: null,
    facts: { operation: 'update', version: 3 },
    ...changes,
  };
}
