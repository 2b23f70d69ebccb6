import type { Standing } from '../approvals/standing.ts';

/** Somebody with the membership of a group and the roles it carries. */
export function withGroup(person: Standing, groupId: string, carried: Standing['grants']): Standing {
  return { ...person, groupIds: [...person.groupIds, groupId], grants: [...person.grants, ...carried] };
}

/** Somebody without it. What is also held otherwise stays. */
export function withoutGroup(person: Standing, groupId: string, carried: Standing['grants']): Standing {
  const grants = [...person.grants];
  for (const { role, projectId } of carried) {
    const at = grants.findIndex((grant) => grant.role === role && grant.projectId === projectId);
    if (at !== -1) grants.splice(at, 1);
  }
  return { ...person, groupIds: person.groupIds.filter((id) => id !== groupId), grants };
}
