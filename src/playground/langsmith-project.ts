import { list, record, string } from './unknown-json.js';

export interface LangSmithProjectOptions {
  /** Where the API is reached from here. */
  readonly apiUrl: string;
  /** The API's own address, from which the web address follows. */
  readonly endpoint: string;
  readonly apiKey: string;
  readonly workspaceId?: string | undefined;
  readonly project: string;
  readonly signal: AbortSignal;
}

const PATIENCE_MS = 10_000;

/**
 * Where a project is seen in the browser, as LangSmith's SDK makes it up (`getProjectUrl`); undefined while LangSmith does
 * not know the project or does not answer. Threads are below it at `/t/<session id>`, traces at `/r/<run id>`.
 */
export async function langSmithProjectUrl(options: LangSmithProjectOptions): Promise<string | undefined> {
  const { apiUrl, endpoint, apiKey, workspaceId, project, signal } = options;
  try {
    const response = await fetch(`${apiUrl}/sessions?limit=1&name=${encodeURIComponent(project)}`, {
      headers: { 'x-api-key': apiKey, ...(workspaceId && { 'x-tenant-id': workspaceId }) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    const { id, tenant_id } = record(list(await response.json())[0]);
    if (!string(id) || !string(tenant_id)) return undefined;
    return `${webAddress(endpoint)}/o/${tenant_id}/projects/p/${id}`;
  } catch {
    return undefined;
  }
}

/** `https://eu.api.smith.langchain.com` is seen at `https://eu.smith.langchain.com`, a self-hosted `…/api/v1` at its root. */
function webAddress(endpoint: string): string {
  const url = new URL(endpoint);
  const host = url.host.replace(/(^|\.)api\./, '$1');
  return `${url.protocol}//${host}${url.pathname.replace(/\/api(\/v1)?\/?$|\/$/, '')}`;
}
