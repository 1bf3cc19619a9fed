/** Why an answer was given up without a word: its question was changed or deleted, and whoever noticed sees to the rest. */
export class SupersededError extends Error {
  override name = 'SupersededError';
}
