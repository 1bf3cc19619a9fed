import type { ServerResponse } from 'node:http';

/** Bytes that may wait for one reader. A stopped tab costs this much at most; it gets a fresh snapshot when it is back. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** The open Server-Sent Events connections. */
export function createEventStreams() {
  const readers = new Set<ServerResponse>();

  return {
    /** Answers with a stream that starts with one event. */
    open(response: ServerResponse, event: string, content: unknown): void {
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      response.write(`retry: 1000\n\n${frame(event, content)}`);
      readers.add(response);
      response.on('close', () => readers.delete(response));
    },
    /** Sends to every reader; drops those who are too far behind. */
    send(event: string, content: unknown): void {
      const text = frame(event, content);
      for (const reader of readers) {
        if (reader.writableLength > MAX_WAITING_BYTES) reader.destroy();
        else reader.write(text);
      }
    },
    get count(): number {
      return readers.size;
    },
    close(): void {
      for (const reader of readers) reader.end();
    },
  };
}

/** JSON has no raw line break, so one `data:` line holds any content. */
function frame(event: string, content: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(content)}\n\n`;
}
