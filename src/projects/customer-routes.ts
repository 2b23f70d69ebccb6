import type { Mutate } from '../api/mutation.ts';
import { type RouteDefinition, route } from '../api/route.ts';
import { UNGOVERNED } from '../approvals/governance.ts';
import type { CustomerReader } from './customer-reader.ts';
import {
  createCustomerSchema,
  customerExample,
  customerPageSchema,
  customerParams,
  customerQuery,
  customerSchema,
  customersParams,
  updateCustomerSchema,
} from './customer-schemas.ts';
import type { CustomerService } from './customer-service.ts';

interface Deps {
  readonly customers: CustomerService;
  readonly reader: CustomerReader;
  readonly mutate: Mutate;
}

const tag = 'projects';
const one = { description: 'The customer', schema: customerSchema, example: customerExample };
const page = {
  description: 'A page',
  schema: customerPageSchema,
  example: { items: [customerExample], nextCursor: null },
};

export function customerRoutes(deps: Deps): RouteDefinition[] {
  return [
    listAllCustomers(deps),
    listCustomers(deps),
    createCustomer(deps),
    getCustomer(deps),
    updateCustomer(deps),
    deleteCustomer(deps),
  ];
}

const listAllCustomers = ({ reader }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/customers',
      operationId: 'listAllCustomers',
      tag,
      summary: 'Customers of all projects whose secrets one may list, in order of creation',
      query: customerQuery,
      responses: { 200: page },
      errors: [],
      governance: 'read',
    },
    async ({ actor, query }) => ({ status: 200, body: await reader.list(actor, undefined, query) }),
  );

const listCustomers = ({ reader }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/projects/:project/customers',
      operationId: 'listCustomers',
      tag,
      summary: 'Customers of a project whose secrets one may list, in order of creation',
      params: customersParams,
      query: customerQuery,
      responses: { 200: page },
      errors: ['not_found'],
      governance: 'read',
    },
    async ({ actor, params, query }) => ({ status: 200, body: await reader.list(actor, params.project, query) }),
  );

const createCustomer = ({ customers, mutate }: Deps) =>
  route(
    {
      method: 'post',
      path: '/v1/projects/:project/customers',
      operationId: 'createCustomer',
      tag,
      summary: 'Add a customer, who can have secrets of its own',
      params: customersParams,
      body: createCustomerSchema,
      bodyExample: { slug: 'acme', name: 'Acme Corp.' },
      responses: { 201: one },
      errors: ['forbidden', 'not_found', 'already_exists'],
      governance: { exempt: UNGOVERNED.createCustomer },
    },
    (request) =>
      mutate(request, async (tx) => ({
        status: 201,
        body: await customers.create(request.actor, tx, request.params.project, request.body),
      })),
  );

const getCustomer = ({ reader }: Deps) =>
  route(
    {
      method: 'get',
      path: '/v1/projects/:project/customers/:customer',
      operationId: 'getCustomer',
      tag,
      summary: 'One customer, by id or slug',
      params: customerParams,
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: 'read',
    },
    async ({ actor, params }) => ({
      status: 200,
      body: await reader.get(actor, params.project, params.customer),
    }),
  );

const updateCustomer = ({ customers, mutate }: Deps) =>
  route(
    {
      method: 'patch',
      path: '/v1/projects/:project/customers/:customer',
      operationId: 'updateCustomer',
      tag,
      summary: 'Rename a customer; its slug stays',
      params: customerParams,
      body: updateCustomerSchema,
      bodyExample: { name: 'Acme Inc.' },
      responses: { 200: one },
      errors: ['forbidden', 'not_found'],
      governance: { exempt: UNGOVERNED.updateCustomer },
    },
    (request) =>
      mutate(request, async (tx) => {
        const { project, customer } = request.params;
        return { status: 200, body: await customers.update(request.actor, tx, project, customer, request.body) };
      }),
  );

const deleteCustomer = ({ customers, mutate }: Deps) =>
  route(
    {
      method: 'delete',
      path: '/v1/projects/:project/customers/:customer',
      operationId: 'deleteCustomer',
      tag,
      summary: 'Delete a customer that never had secrets',
      params: customerParams,
      responses: { 204: { description: 'Deleted' } },
      errors: ['forbidden', 'not_found', 'in_use'],
      governance: { exempt: UNGOVERNED.deleteCustomer },
    },
    (request) =>
      mutate(request, async (tx) => {
        await customers.remove(request.actor, tx, request.params.project, request.params.customer);
        return { status: 204 };
      }),
  );
