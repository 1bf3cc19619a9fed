type Handler = (input: unknown) => unknown;

/** Answers what the bench asks this process over IPC; an error is answered too. The channel never holds the process. */
export function answerRequests(handlers: Readonly<Record<string, Handler>>): void {
  process.on('message', async (message: unknown) => {
    if (!isRequest(message)) return;
    const handler = handlers[message.kind];
    if (!handler) return;
    try {
      process.send?.({ id: message.id, result: await handler(message.input) });
    } catch (error) {
      process.send?.({ id: message.id, failure: error instanceof Error ? error.message : String(error) });
    }
  });
  process.channel?.unref();
}

function isRequest(message: unknown): message is { id: number; kind: string; input?: unknown } {
  return typeof message === 'object' && message !== null && 'id' in message && 'kind' in message;
}
