import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { organizationQuery } from '../../policy-queries.ts';
import { meQuery } from '../../queries.ts';
import { mayAnywhere } from '../../rights.ts';
import { profilesQuery } from '../../vault-queries.ts';

/** Who asks for a policy: a vault profile, or with `profileId` null the whole organization. */
export interface PolicyUse {
  readonly profileId: string | null;
  readonly name: string;
}

/** Undefined while it is not known, and for those who may not see vault profiles. */
export function usePolicyUses(policyId: string): readonly PolicyUse[] | undefined {
  const { data: me } = useSuspenseQuery(meQuery);
  const profiles = useQuery({ ...profilesQuery, enabled: mayAnywhere(me, 'vault.read') });
  const organization = useQuery(organizationQuery(me.organization.id));
  if (!profiles.data || !organization.data) return undefined;
  const everywhere = organization.data.approvalProfileId === policyId;
  return [
    ...(everywhere ? [{ profileId: null, name: organization.data.name }] : []),
    ...profiles.data
      .filter(({ approvalProfileId }) => approvalProfileId === policyId)
      .map(({ id, name }) => ({ profileId: id, name })),
  ];
}

export function usesText(uses: readonly PolicyUse[]): string {
  if (uses.length === 0) return 'Asked for nowhere yet';
  return `Asked for by ${uses.map(({ profileId, name }) => (profileId === null ? 'the whole organization' : name)).join(', ')}`;
}
