import type { Client } from 'langsmith';
import { ExpectedError } from '../errors.js';

export interface ProjectIdOptions {
  readonly client: Client;
  readonly projectName: string;
  /** Whether a project that is not there is made. Not for readers: a mistyped name would become one. @default true */
  readonly makes?: boolean;
}

/**
 * The project's id, which feedback must name. Looked up once: it belongs to the name for good. A project that is not there
 * yet, because no run has arrived, is made, or is an ExpectedError; a failure is tried again with the next call.
 */
export function createProjectId({
  client,
  projectName,
  makes = true,
}: ProjectIdOptions): () => Promise<string> {
  let known: Promise<string> | undefined;

  const read = async () => (await client.readProject({ projectName })).id;

  async function readOrMake(): Promise<string> {
    try {
      return await read();
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (!makes) throw new ExpectedError(notThere(projectName), { cause: error });
    }
    try {
      return (await client.createProject({ projectName })).id;
    } catch (error) {
      // Its first run came in between.
      if (error instanceof Error && 'status' in error && error.status === 409) return read();
      throw error;
    }
  }

  return () => {
    known ??= readOrMake().catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

function notThere(projectName: string): string {
  return `LANGSMITH_PROJECT must be a project that LangSmith has, got "${projectName}": the bot's first answer makes it. Is the name right, and the key of the same workspace?`;
}

/** The SDK makes an empty list an error without a status. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return 'status' in error && error.status !== undefined
    ? error.status === 404
    : /not found$/.test(error.message);
}
