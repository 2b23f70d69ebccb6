import type { Api, Body, CallOptions, Query } from '../api.ts';
import { pagesOf } from '../pages.ts';

/** Customers of a project, each with secrets of its own. `project` and `customer` are ids or slugs. */
export function customersGroup(api: Api) {
  const at = (project: string, customer: string) => ({ params: { project, customer } });
  return {
    list: (project: string, query: Query<'listCustomers'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listCustomers', { params: { project }, query: { ...query } }, options),
    /** Of all projects that one sees. */
    listAll: (query: Query<'listAllCustomers'> = {}, options?: CallOptions) =>
      pagesOf(api, 'listAllCustomers', { query: { ...query } }, options),
    get: (project: string, customer: string, options?: CallOptions) =>
      api.call('getCustomer', at(project, customer), options),
    create: (project: string, body: Body<'createCustomer'>, options?: CallOptions) =>
      api.call('createCustomer', { params: { project }, body }, options),
    update: (project: string, customer: string, body: Body<'updateCustomer'>, options?: CallOptions) =>
      api.call('updateCustomer', { ...at(project, customer), body }, options),
    delete: (project: string, customer: string, options?: CallOptions) =>
      api.call('deleteCustomer', at(project, customer), options),
  };
}
