/** What to say after a change of a vault or a profile: where a policy governs it, others decide first. */
export function saidOf(answer: unknown, done: string): string {
  const waits = typeof answer === 'object' && answer !== null && 'changeRequest' in answer;
  return waits ? 'Others are asked to agree. It stands in the inbox.' : done;
}
