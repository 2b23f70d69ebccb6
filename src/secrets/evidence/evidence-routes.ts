import type { z } from 'zod';
import { type RouteDefinition, route } from '../../api/route.ts';
import { changeParams } from '../../approvals/change-schemas.ts';
import { checkView } from '../../approvals/check-view.ts';
import type { PayloadFacts } from '../payload/payload-facts.ts';
import { type EvidenceView, evidenceSchema } from './evidence-schemas.ts';
import type { Evidence, EvidenceService } from './evidence-service.ts';

export function evidenceRoutes({ evidence }: { readonly evidence: EvidenceService }): RouteDefinition[] {
  return [
    route(
      {
        method: 'get',
        path: '/v1/change-requests/:changeId/evidence',
        operationId: 'getChangeEvidence',
        tag: 'changes',
        summary: 'What there is to judge a change by, without any value',
        params: changeParams,
        responses: { 200: { description: 'The evidence', schema: evidenceSchema } },
        errors: ['forbidden', 'not_found'],
        governance: 'read',
      },
      async ({ actor, params }) => ({
        status: 200,
        body: evidenceView(await evidence.evidence(actor, params.changeId, new Date())),
      }),
    ),
  ];
}

function evidenceView(evidence: Evidence): EvidenceView {
  const { change, comparison, customer, consumers, content, destinations, warnings } = evidence;
  return {
    changeRequestId: change.id,
    revision: change.revision,
    digest: change.digest,
    operation: change.operation,
    comparison,
    customer,
    consumers: consumers.map(({ consumerId: id, name, selector, version }) => ({ id, name, selector, version })),
    content: content === null ? null : contentView(content),
    destinations: destinations.map(({ profile, ...rest }) => ({
      profileId: profile.id,
      profileName: profile.name,
      vaultKind: profile.vaultKind,
      profileEnabled: profile.enabled,
      ...rest,
    })),
    warnings: warnings.map((warning) => ({ ...warning, fields: [...warning.fields] })),
    checks: evidence.checks.map((check) => checkView(check, change.digest)),
    missingChecks: evidence.missingChecks.map((check) => ({ ...check })),
  };
}

function contentView({
  fields,
  facts,
  ...whole
}: NonNullable<Evidence['content']>): z.output<typeof evidenceSchema>['content'] {
  return {
    ...whole,
    fields: fields.map((field) => ({
      ...field,
      equalsVersions: field.equalsVersions === null ? null : [...field.equalsVersions],
      facts: { before: open(field.facts.before), after: open(field.facts.after) },
    })),
    facts: { before: open(facts.before), after: { ...facts.after } },
  };
}

function open(facts: PayloadFacts | null): Record<string, unknown> | null {
  return facts === null ? null : { ...facts };
}
