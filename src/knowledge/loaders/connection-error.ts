/** fetch says "fetch failed" and keeps the reason in the cause. */
export function connectionError(error: unknown): Error {
  if (error instanceof TypeError && error.cause instanceof Error) {
    return new Error(`the connection failed: ${error.cause.message || error.cause.name}`, { cause: error });
  }
  return error instanceof Error ? error : new Error(String(error));
}
