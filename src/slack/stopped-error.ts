/** Why an answer was given up: somebody in the thread wanted no more of it. What was written stays. */
export class StoppedError extends Error {
  override name = 'StoppedError';
}
