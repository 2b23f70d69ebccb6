import type { ApiContract, OperationContract } from './openapi-contract.ts';

type Json = ApiContract['schemas'][string];
type Schema = Readonly<Record<string, Json>>;

/** Which way a schema is used: what clients send, or what they are answered. */
type Way = 'sent' | 'answered';

interface Comparison {
  readonly before: ApiContract['schemas'];
  readonly after: ApiContract['schemas'];
  readonly seen: Set<string>;
  readonly found: string[];
}

/**
 * What a client that was written for `before` may stumble over: operations, parameters, fields and values that are gone, input
 * that is demanded or narrower now, answers that may be something else. Additions are none of that.
 */
export function breakingChanges(before: ApiContract, after: ApiContract): string[] {
  const found: string[] = [];
  for (const [id, old] of Object.entries(before.operations)) {
    const now = after.operations[id];
    if (now === undefined) found.push(`${id}: the operation is gone`);
    else if (now.at !== old.at) found.push(`${id}: moved from ${old.at} to ${now.at}`);
    else compareOperation(id, old, now, { before: before.schemas, after: after.schemas, seen: new Set(), found });
  }
  return [...new Set(found)];
}

function compareOperation(id: string, old: OperationContract, now: OperationContract, on: Comparison): void {
  for (const [name, parameter] of Object.entries(old.parameters)) {
    const same = now.parameters[name];
    if (same === undefined) on.found.push(`${id}: parameter ${name} is gone`);
    else {
      if (same.required && !parameter.required) on.found.push(`${id}: parameter ${name} is demanded`);
      compare(`${id} ${name}`, parameter.schema, same.schema, 'sent', on);
    }
  }
  for (const [name, { required }] of Object.entries(now.parameters)) {
    if (required && !(name in old.parameters)) on.found.push(`${id}: parameter ${name} is new and demanded`);
  }
  if (old.body !== null && now.body === null) on.found.push(`${id}: takes no body any more`);
  if (now.body?.required === true && old.body?.required !== true) on.found.push(`${id}: a body is demanded`);
  if (old.body !== null && now.body !== null) compare(`${id} body`, old.body.schema, now.body.schema, 'sent', on);
  for (const [answer, schema] of Object.entries(old.answers)) {
    if (!(answer in now.answers)) on.found.push(`${id}: answer ${answer} is gone`);
    else compare(`${id} ${answer}`, schema, now.answers[answer] ?? null, 'answered', on);
  }
}

function resolve(schema: Json, schemas: ApiContract['schemas']): Schema {
  const given = (typeof schema === 'object' && schema !== null ? schema : {}) as Schema;
  const { $ref } = given;
  return typeof $ref === 'string' ? resolve(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, schemas) : given;
}

function compare(at: string, oldGiven: Json, nowGiven: Json, way: Way, on: Comparison): void {
  const key = `${way} ${JSON.stringify(oldGiven)} ${JSON.stringify(nowGiven)}`;
  if (on.seen.has(key)) return;
  on.seen.add(key);
  const old = resolve(oldGiven, on.before);
  const now = resolve(nowGiven, on.after);
  const choices = { old: choicesOf(old), now: choicesOf(now) };
  if (choices.old !== undefined || choices.now !== undefined) {
    compareChoices(at, choices.old ?? [old], choices.now ?? [now], way, on);
    return;
  }
  compareValues(at, old, now, way, on);
  compareMembers(at, old, now, way, on);
  if (old.items !== undefined && now.items !== undefined) compare(`${at}[]`, old.items, now.items, way, on);
}

function choicesOf(schema: Schema): readonly Json[] | undefined {
  return (schema.anyOf ?? schema.oneOf) as readonly Json[] | undefined;
}

/** Choices belong together by their place, nulls apart. */
function compareChoices(at: string, old: readonly Json[], now: readonly Json[], way: Way, on: Comparison): void {
  const isNull = (schema: Json) => resolve(schema, {}).type === 'null';
  if (way === 'answered' && now.some(isNull) && !old.some(isNull)) on.found.push(`${at}: may be null`);
  if (way === 'sent' && old.some(isNull) && !now.some(isNull)) on.found.push(`${at}: may not be null any more`);
  const real = { old: old.filter((each) => !isNull(each)), now: now.filter((each) => !isNull(each)) };
  if (way === 'sent' && real.now.length < real.old.length) on.found.push(`${at}: takes less kinds`);
  if (way === 'answered' && real.now.length > real.old.length) on.found.push(`${at}: may be another kind`);
  for (const [index, schema] of real.old.entries()) {
    const same = real.now[index];
    if (same !== undefined) compare(at, schema, same, way, on);
  }
}

const LEAST = ['minimum', 'minLength', 'minItems', 'minProperties'];
const MOST = ['maximum', 'maxLength', 'maxItems', 'maxProperties'];

function compareValues(at: string, old: Schema, now: Schema, way: Way, on: Comparison): void {
  if (JSON.stringify(typesOf(old)) !== JSON.stringify(typesOf(now))) {
    on.found.push(
      `${at}: is ${typesOf(now).join(' or ') || 'anything'}, was ${typesOf(old).join(' or ') || 'anything'}`,
    );
  }
  const values = { old: valuesOf(old), now: valuesOf(now) };
  for (const value of values.old ?? []) {
    if (values.now !== undefined && !values.now.includes(value)) on.found.push(`${at}: ${String(value)} is gone`);
  }
  if (way === 'answered') return;
  if (values.now !== undefined && values.old === undefined) on.found.push(`${at}: takes some values only`);
  if (now.pattern !== undefined && now.pattern !== old.pattern) on.found.push(`${at}: has another pattern`);
  for (const bound of LEAST)
    if (Number(now[bound] ?? 0) > Number(old[bound] ?? 0)) on.found.push(`${at}: ${bound} is higher`);
  for (const bound of MOST) {
    if (Number(now[bound] ?? Infinity) < Number(old[bound] ?? Infinity)) on.found.push(`${at}: ${bound} is lower`);
  }
}

function typesOf({ type }: Schema): string[] {
  if (type === undefined) return [];
  return (Array.isArray(type) ? [...(type as string[])] : [String(type)]).sort();
}

function valuesOf(schema: Schema): readonly Json[] | undefined {
  return schema.const === undefined ? (schema.enum as readonly Json[] | undefined) : [schema.const];
}

function compareMembers(at: string, old: Schema, now: Schema, way: Way, on: Comparison): void {
  const members = { old: (old.properties ?? {}) as Schema, now: (now.properties ?? {}) as Schema };
  const demanded = { old: (old.required ?? []) as string[], now: (now.required ?? []) as string[] };
  for (const [name, schema] of Object.entries(members.old)) {
    const same = members.now[name];
    if (same === undefined) on.found.push(`${at}/${name} is gone`);
    else compare(`${at}/${name}`, schema, same, way, on);
  }
  const more = demanded.now.filter((name) => !demanded.old.includes(name));
  const less = demanded.old.filter((name) => !demanded.now.includes(name));
  if (way === 'sent') on.found.push(...more.map((name) => `${at}/${name} is demanded`));
  else on.found.push(...less.filter((name) => name in members.now).map((name) => `${at}/${name} may be missing`));
}
