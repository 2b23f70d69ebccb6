/** Does the work when it is first asked for and keeps its answer. A failure is not kept: the next to ask has it done again. */
export function keepAnswer<T>(work: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    if (answer === undefined) {
      answer = work();
      answer.catch(() => {
        answer = undefined;
      });
    }
    return answer;
  };
}
