import type { Query } from '../client/api.ts';
import type { AuditAction } from './action-words.ts';

/** What narrows the record, as it stands in the address; what is left out does not narrow. */
export interface AuditSearch {
  readonly action?: AuditAction;
  /** Ids. */
  readonly person?: string;
  readonly object?: string;
  readonly request?: string;
  /** Days in the viewer's zone, such as `2026-11-23`; both count. */
  readonly from?: string;
  readonly until?: string;
}

const ACTION = /^[a-z_]+\.[a-z_]+$/;

export function readAuditSearch(search: Readonly<Record<string, unknown>>): AuditSearch {
  const { action, person, object, request, from, until } = search;
  return {
    ...(typeof action === 'string' && ACTION.test(action) && { action: action as AuditAction }),
    ...text('person', person),
    ...text('object', object),
    ...text('request', request),
    ...(isDay(from) && { from }),
    ...(isDay(until) && { until }),
  };
}

/** The search with some parts replaced; an empty text takes a part out. */
export function withSearch(search: AuditSearch, patch: Readonly<Record<string, string | null>>): AuditSearch {
  return readAuditSearch({ ...search, ...patch });
}

/** The same as the API takes it. */
export function auditQueryOf({ action, person, object, request, from, until }: AuditSearch): Query<'listAuditEvents'> {
  return {
    action,
    personId: person,
    objectId: object,
    requestId: request,
    from: from && startOf(from, 0),
    until: until && startOf(until, 1),
  };
}

function text<K extends 'person' | 'object' | 'request'>(name: K, value: unknown): { readonly [key in K]?: string } {
  // An id of digits alone stands in the address as a number.
  const written = typeof value === 'number' ? String(value) : value;
  const given = typeof written === 'string' && written.trim() !== '' ? { [name]: written.trim().slice(0, 100) } : {};
  return given as { readonly [key in K]?: string };
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value));
}

/** The moment at which a day, or the one so many days later, begins where the viewer is. */
function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
