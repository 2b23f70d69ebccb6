import type { SecretOperation } from '../../approvals/change-operation.ts';
import type { Sql } from '../../db.ts';
import { acceptSourceOperation } from './accept-source-operation.ts';
import { changeSourceOperation } from './change-source-operation.ts';
import { importOperation } from './import-operation.ts';
import type { Applied, Operation, OperationTools, Run } from './operation.ts';
import {
  disableOperation,
  disableVersionOperation,
  editMetadataOperation,
  enableOperation,
  enableVersionOperation,
  protectOperation,
  unprotectOperation,
} from './record-operations.ts';
import { deleteOperation, destroyOperation, destroyVersionOperation, restoreOperation } from './removal-operations.ts';
import { renameOperation } from './rename-operation.ts';
import { addTargetOperation, removeTargetOperation, resolveTargetOperation } from './target-operations.ts';
import { editVersionOperation } from './version-operations.ts';
import { writeOperation } from './write-operation.ts';

/** An operation whose vault work is done and waits for its commit. */
export type Reached = (tx: Sql) => Promise<Applied>;

function start<R>(operation: Operation<R>) {
  return async (tools: OperationTools, run: Run): Promise<Reached> => {
    const reached = await operation.reach(tools, run);
    return (tx) => operation.apply(tx, run, reached);
  };
}

/** What each kind of change does. */
export const OPERATIONS = {
  create: start(writeOperation),
  import: start(importOperation),
  update: start(writeOperation),
  rollback: start(writeOperation),
  edit_metadata: start(editMetadataOperation),
  rename: start(renameOperation),
  delete: start(deleteOperation),
  restore: start(restoreOperation),
  destroy: start(destroyOperation),
  edit_version: start(editVersionOperation),
  enable_version: start(enableVersionOperation),
  disable_version: start(disableVersionOperation),
  destroy_version: start(destroyVersionOperation),
  enable: start(enableOperation),
  disable: start(disableOperation),
  protect: start(protectOperation),
  unprotect: start(unprotectOperation),
  change_source: start(changeSourceOperation),
  add_target: start(addTargetOperation),
  remove_target: start(removeTargetOperation),
  resolve_target: start(resolveTargetOperation),
  accept_source: start(acceptSourceOperation),
} as const satisfies Record<SecretOperation, (tools: OperationTools, run: Run) => Promise<Reached>>;

/** Operations that call no vault: opened, applied and committed in one transaction. */
export const RECORD_ONLY: readonly SecretOperation[] = [
  'edit_metadata',
  'edit_version',
  'enable_version',
  'disable_version',
  'enable',
  'disable',
  'protect',
  'unprotect',
  'add_target',
  'remove_target',
  'resolve_target',
];
