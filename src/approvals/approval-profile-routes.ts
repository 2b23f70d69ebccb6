import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import type { ApprovalProfileActions } from './approval-profile-actions.ts';
import {
  approvalProfileExample,
  approvalProfilePageSchema,
  approvalProfileParams,
  approvalProfileQuery,
  approvalProfileSchema,
  createApprovalProfileSchema,
  updateApprovalProfileSchema,
} from './approval-profile-schemas.ts';
import type { ApprovalProfileService } from './approval-profile-service.ts';
import type { Govern } from './govern.ts';
import { UNGOVERNED } from './governance.ts';
import { WAITS } from './waiting-reply.ts';

interface Deps {
  readonly approvalProfiles: ApprovalProfileService;
  readonly mutate: Mutate;
  readonly govern: Govern;
  readonly actions: ApprovalProfileActions;
}

const tag = 'approvals';
const one = { description: 'The approval profile', schema: approvalProfileSchema, example: approvalProfileExample };
const page = {
  description: 'A page',
  schema: approvalProfilePageSchema,
  example: { items: [approvalProfileExample], nextCursor: null },
};
const { name, rules } = approvalProfileExample;

export function approvalProfileRoutes(deps: Deps): RouteDefinition[] {
  return [
    listApprovalProfiles(deps),
    createApprovalProfile(deps),
    getApprovalProfile(deps),
    updateApprovalProfile(deps),
    deleteApprovalProfile(deps),
  ];
}

const listApprovalProfiles = ({ approvalProfiles }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/approval-profiles',
      operationId: 'listApprovalProfiles',
      tag,
      summary: 'Approval profiles of the organization, in order of creation',
      query: approvalProfileQuery,
      responses: { 200: page },
      errors: ['forbidden'],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await approvalProfiles.list(actor, query) }),
  );

const createApprovalProfile = ({ approvalProfiles, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/approval-profiles',
      operationId: 'createApprovalProfile',
      tag,
      summary: 'Say who must agree to which changes',
      description: 'Takes effect where a vault profile asks for it. A policy that nobody could meet is refused.',
      body: createApprovalProfileSchema,
      bodyExample: { name, rules },
      responses: { 201: one },
      errors: ['forbidden', 'already_exists'],
      governance: { exempt: UNGOVERNED.createApprovalProfile },
    },
    (request) =>
      mutate(request, async (tx) => ({
        status: 201,
        body: await approvalProfiles.create(request.actor, tx, request.body),
      })),
  );

const getApprovalProfile = ({ approvalProfiles }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/approval-profiles/:approvalProfileId',
      operationId: 'getApprovalProfile',
      tag,
      summary: 'One approval profile with its current policy',
      params: approvalProfileParams,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({
      status: 200,
      body: await approvalProfiles.get(actor, params.approvalProfileId),
    }),
  );

const updateApprovalProfile = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'patch',
      path: '/v1/approval-profiles/:approvalProfileId',
      operationId: 'updateApprovalProfile',
      tag,
      summary: 'Change an approval profile; a changed policy becomes a new version',
      params: approvalProfileParams,
      body: updateApprovalProfileSchema,
      bodyExample: { rules, expectedVersion: 1 },
      responses: { 200: { ...one, example: { ...approvalProfileExample, version: 2 } }, ...WAITS },
      errors: ['forbidden', 'not_found', 'already_exists', 'revision_conflict', 'change_in_progress'],
      governance: { governed: 'edit_approval_profile' },
    },
    (request) =>
      govern(request, actions.editApprovalProfile, {
        ...request.body,
        approvalProfileId: request.params.approvalProfileId,
      }),
  );

const deleteApprovalProfile = ({ govern, actions }: Deps) =>
  route(
    {
      method: 'delete',
      path: '/v1/approval-profiles/:approvalProfileId',
      operationId: 'deleteApprovalProfile',
      tag,
      summary: 'Delete an approval profile that no vault profile asks for',
      params: approvalProfileParams,
      responses: { 204: { description: 'Deleted' }, ...WAITS },
      errors: ['forbidden', 'not_found', 'in_use', 'change_in_progress'],
      governance: { governed: 'delete_approval_profile' },
    },
    (request) => govern(request, actions.deleteApprovalProfile, request.params),
  );
