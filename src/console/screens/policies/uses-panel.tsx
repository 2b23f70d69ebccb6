import { Anchor, List, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ApprovalProfile } from '../../../client/api-types.ts';
import { Panel } from '../../ui/panel.tsx';
import { OrganizationChoice } from './organization-choice.tsx';
import type { PolicyUse } from './use-policy-uses.ts';

interface Props {
  readonly policy: ApprovalProfile;
  readonly uses: readonly PolicyUse[];
  readonly mayEdit: boolean;
}

/** Where a policy is asked for. */
export function UsesPanel({ policy, uses, mayEdit }: Props) {
  return (
    <Panel title="Asked for by" aside={mayEdit && <OrganizationChoice policy={policy} />}>
      {uses.length === 0 && (
        <Text size="sm">Nobody yet, so it has no effect. Choose it on the page of a vault profile.</Text>
      )}
      <List size="sm">
        {uses.map(({ profileId, name }) => (
          <List.Item key={profileId ?? 'organization'}>
            {profileId === null ? (
              `The whole organization: ${name}`
            ) : (
              <Anchor
                size="sm"
                renderRoot={(props) => <Link to="/vaults/profiles/$profileId" params={{ profileId }} {...props} />}
              >
                {name}
              </Anchor>
            )}
          </List.Item>
        ))}
      </List>
    </Panel>
  );
}
