/** Why a function of a template failed. The message is shown: it never contains what the function was given. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
}
