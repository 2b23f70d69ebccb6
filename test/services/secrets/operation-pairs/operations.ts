import type { ApiAnswer } from '../../../support/api-client.ts';
import { type PairWorld, type Place, prefixed, type Subject } from './world.ts';

/** What a secret should be, as far as its operations say. */
export interface Model {
  state: string;
  enabled: boolean;
  protected: boolean;
  description: string;
  name: string;
  source: 'source' | 'spare';
  head: number;
  /** States by version, from 1. */
  versions: Map<number, string>;
  /** Profiles where a copy is wanted. */
  copies: Set<string>;
  /** Profiles where an entry of ours may lie that nobody carries on, because somebody said so. */
  kept: Set<string>;
  /** What took effect on something that was gone by then. */
  lost: string[];
}

type Preparation =
  | 'drifted'
  | 'source changed'
  | 'taken'
  | 'disabled'
  | 'version disabled'
  | 'protected'
  | 'deleted'
  | 'read once';

export interface PairOperation {
  readonly name: string;
  readonly needs?: Preparation;
  run(world: PairWorld, subject: Subject): Promise<ApiAnswer>;
  /** The operation of its change request, and what follows from it; absent where there is none. */
  readonly change?: { readonly operation: string; apply(model: Model, subject: Subject, version: number): void };
  /** The value it writes. */
  readonly value?: string;
}

const path = (subject: Subject, rest = '') => `/v1/secrets/${subject.id}${rest}`;
const at = (subject: Subject, role: keyof Subject['places']) => subject.places[role] as Place;
const profile = (subject: Subject, role: keyof Subject['places'], rest = '') =>
  `/v1/vault-profiles/${at(subject, role).profileId}${rest}`;

const newHead = (model: Model, _subject: Subject, version: number) => {
  model.head = version;
  model.versions.set(version, 'enabled');
};

/** An operation that sends one request about the secret. */
function request(
  name: string,
  [method, rest, body]: readonly [string, string, object?],
  operation: string,
  apply: NonNullable<PairOperation['change']>['apply'],
  more: Partial<PairOperation> = {},
): PairOperation {
  return {
    name,
    run: ({ admin }, subject) => {
      const filled = rest.replace(/\{(copy|taken)\}/, (_, role: 'copy' | 'taken') => subject.targets[role] ?? '');
      return admin(method, path(subject, filled), body === undefined ? {} : fill(body, subject));
    },
    change: { operation, apply },
    ...more,
  };
}

/** `$spare` is the id of that profile, `$name` the name of the secret. */
function fill(body: object, subject: Subject): unknown {
  const text = JSON.stringify(body)
    .replace('$spare', subject.places.spare?.profileId ?? '')
    .replace('$name', subject.name);
  return JSON.parse(text);
}

const gone = (how: 'deleted' | 'destroyed', keep: boolean) => (model: Model, subject: Subject) => {
  model.state = how;
  if (how === 'destroyed') for (const version of model.versions.keys()) model.versions.set(version, 'destroyed');
  if (how === 'destroyed') model.copies.clear();
  if (keep)
    for (const role of ['copy', 'spare', 'taken', 'source'] as const)
      model.kept.add(subject.places[role]?.profileId ?? '');
};
const without = (role: 'copy' | 'taken', keep: boolean) => (model: Model, subject: Subject) => {
  const { profileId } = at(subject, role);
  if (!model.copies.delete(profileId) && model.kept.has(profileId))
    model.lost.push('a target was removed that was forgotten');
  if (keep) model.kept.add(at(subject, role).profileId);
};

const resolved = (role: 'copy' | 'taken') => (model: Model, subject: Subject) => {
  if (!model.copies.has(at(subject, role).profileId)) model.lost.push('a target was resolved that was gone');
};

const SECRET_OPERATIONS: readonly PairOperation[] = [
  request('write', ['POST', '/versions', { payload: { value: 'written' } }], 'update', newHead, { value: 'written' }),
  {
    name: 'write in bulk',
    run: ({ admin }, { id }) =>
      admin('POST', '/v1/secrets/bulk', { items: [{ secretId: id, payload: { value: 'in bulk' } }] }),
    change: { operation: 'update', apply: newHead },
    value: 'in bulk',
  },
  request('rollback', ['POST', '/rollback', { version: 1 }], 'rollback', newHead, { value: 'v1' }),
  request('rename', ['POST', '/rename', { name: '$name-renamed' }], 'rename', (model) => {
    model.name += '-renamed';
  }),
  request('describe', ['PATCH', '', { description: 'described' }], 'edit_metadata', (model) => {
    model.description = 'described';
  }),
  request('disable', ['POST', '/disable'], 'disable', (model) => {
    model.enabled = false;
  }),
  request(
    'enable',
    ['POST', '/enable'],
    'enable',
    (model) => {
      model.enabled = true;
    },
    { needs: 'disabled' },
  ),
  request('disable newest version', ['POST', '/versions/2/disable'], 'disable_version', (model) => {
    if (model.versions.get(2) !== 'destroyed') model.versions.set(2, 'disabled');
  }),
  request(
    'enable version',
    ['POST', '/versions/2/enable'],
    'enable_version',
    (model) => {
      if (model.versions.get(2) !== 'destroyed') model.versions.set(2, 'enabled');
    },
    { needs: 'version disabled' },
  ),
  request('destroy version', ['DELETE', '/versions/1'], 'destroy_version', (model) => {
    model.versions.set(1, 'destroyed');
  }),
  request('delete', ['DELETE', ''], 'delete', gone('deleted', false)),
  request('delete, copies stay', ['DELETE', '', { copies: 'keep' }], 'delete', gone('deleted', true)),
  request(
    'restore',
    ['POST', '/restore'],
    'restore',
    (model) => {
      model.state = 'active';
    },
    { needs: 'deleted' },
  ),
  request('destroy', ['POST', '/destroy'], 'destroy', gone('destroyed', false)),
  request('destroy, copies stay', ['POST', '/destroy', { copies: 'keep' }], 'destroy', gone('destroyed', true)),
  request('protect', ['POST', '/protect'], 'protect', (model) => {
    model.protected = true;
  }),
  request(
    'unprotect',
    ['POST', '/unprotect'],
    'unprotect',
    (model) => {
      model.protected = false;
    },
    { needs: 'protected' },
  ),
  request(
    'change source',
    ['POST', '/source-profile', { profileId: '$spare', oldSource: 'target' }],
    'change_source',
    (model, subject) => {
      model.source = 'spare';
      model.copies.add(at(subject, 'source').profileId);
    },
  ),
  request(
    'change source, drop',
    ['POST', '/source-profile', { profileId: '$spare', oldSource: 'drop' }],
    'change_source',
    (model) => {
      model.source = 'spare';
    },
  ),
  request('add target', ['POST', '/targets', { profileId: '$spare' }], 'add_target', (model, subject) => {
    model.copies.add(at(subject, 'spare').profileId);
  }),
  request('remove target', ['DELETE', '/targets/{copy}'], 'remove_target', without('copy', false)),
  request('forget target', ['DELETE', '/targets/{copy}', { copy: 'keep' }], 'remove_target', without('copy', true)),
  request(
    'resolve: overwrite',
    ['POST', '/targets/{taken}/resolve', { way: 'overwrite' }],
    'resolve_target',
    resolved('taken'),
    { needs: 'taken' },
  ),
  request(
    'resolve: leave',
    ['POST', '/targets/{taken}/resolve', { way: 'leave' }],
    'resolve_target',
    resolved('taken'),
    { needs: 'taken' },
  ),
  request(
    'resolve: adopt',
    ['POST', '/targets/{taken}/resolve', { way: 'adopt' }],
    'resolve_target',
    resolved('taken'),
    { needs: 'taken' },
  ),
  request('remove taken', ['DELETE', '/targets/{taken}'], 'remove_target', without('taken', false), { needs: 'taken' }),
  request(
    'resolve drift',
    ['POST', '/targets/{copy}/resolve', { way: 'overwrite' }],
    'resolve_target',
    resolved('copy'),
    { needs: 'drifted' },
  ),
  request('accept', ['POST', '/targets/{copy}/accept'], 'update', newHead, { needs: 'drifted', value: 'drifted' }),
  request('accept source', ['POST', '/accept-source'], 'accept_source', newHead, {
    needs: 'source changed',
    value: 'at the source',
  }),
];

/** What happens around a secret, without a change request of it. */
const OTHER_OPERATIONS: readonly PairOperation[] = [
  { name: 'sync now', run: ({ admin }, subject) => admin('POST', path(subject, '/sync'), {}) },
  { name: 'read', run: ({ admin }, subject) => admin('GET', path(subject, '/versions/latest/content')) },
  {
    name: 'read once',
    needs: 'read once',
    run: ({ admin }, subject) => admin('GET', path(subject, '/versions/latest/content')),
  },
  ...(['copy', 'source'] as const).flatMap((role): PairOperation[] => [
    {
      name: `move names of the ${role}`,
      run: ({ admin }, subject) =>
        admin('PATCH', profile(subject, role), { naming: 'moved/{project}/{path}/{name}', moveCopies: true }),
    },
    {
      name: `name the ${role} otherwise`,
      run: ({ admin }, subject) => admin('PATCH', profile(subject, role), { naming: 'new/{project}/{path}/{name}' }),
    },
    { name: `disable the ${role}`, run: ({ admin }, subject) => admin('POST', profile(subject, role, '/disable'), {}) },
    { name: `pause the ${role}`, run: ({ admin }, subject) => admin('POST', profile(subject, role, '/pause'), {}) },
  ]),
  {
    name: 'move the copies elsewhere',
    run: ({ admin }, subject) => {
      const { vault, prefix } = at(subject, 'copy');
      const attributes = { ...vault.world.attributes, ...prefixed(vault, `${prefix}-elsewhere`) };
      return admin('PATCH', profile(subject, 'copy'), { attributes });
    },
  },
];

export const PAIR_OPERATIONS: readonly PairOperation[] = [...SECRET_OPERATIONS, ...OTHER_OPERATIONS];
