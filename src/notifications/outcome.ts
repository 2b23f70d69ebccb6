/**
 * What became of an attempt. `status` is the receiver's own code, `code` is ours; texts of the other side are never kept.
 *
 * - `refused`: it answered and did not take it. `redirected`: it sent us elsewhere, where we do not go.
 * - `unreachable`, `timeout`, `broken`: no whole answer. `address_refused`: the operator's rules forbid the address.
 * - `unauthenticated`: our login at the mail server is not accepted. `rejected`: the mail will never be taken.
 * - `recipient_gone`: nobody to send it to any more. `not_configured`: this installation sends no mail now.
 */
export type Outcome =
  | { readonly kind: 'delivered'; readonly status: number | null }
  | {
      readonly kind: 'failed';
      readonly status: number | null;
      readonly code: FailureCode;
      /** What it asked us to wait. */
      readonly retryAfterMs?: number | undefined;
      /** No further attempt can help. */
      readonly final?: boolean;
    }
  /** We stopped: the process has to end. */
  | { readonly kind: 'aborted' };

export type FailureCode =
  | 'refused'
  | 'redirected'
  | 'unreachable'
  | 'timeout'
  | 'broken'
  | 'address_refused'
  | 'unauthenticated'
  | 'rejected'
  | 'recipient_gone'
  | 'not_configured';
