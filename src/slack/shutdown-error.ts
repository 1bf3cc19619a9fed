/** Why an answer was given up at the end of the process; it is begun anew at the next start. */
export class ShutdownError extends Error {
  override name = 'ShutdownError';
}
