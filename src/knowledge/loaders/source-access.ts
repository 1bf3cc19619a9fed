import type { LoadLimits } from './limits.js';

/** What loaders need of the world around them. */
export interface SourceAccess {
  /** For the services that the settings name, and for web pages where private addresses are allowed. */
  readonly fetch: typeof globalThis.fetch;
  /** Reaches public addresses only and follows no redirect. */
  readonly publicFetch: typeof globalThis.fetch;
  readonly services: ServiceSettings;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<LoadLimits> | undefined;
  /**
   * Waits between two requests.
   * @default a timer
   */
  readonly sleep?: ((ms: number, signal: AbortSignal | undefined) => Promise<unknown>) | undefined;
}

/** As the settings of the same names give them. */
export interface ServiceSettings {
  readonly confluence?:
    | {
        /** With `/wiki` where it is Atlassian's cloud. */
        readonly url: string;
        /** Absent for a server's personal access token. */
        readonly email?: string | undefined;
        readonly token: string;
      }
    | undefined;
  readonly notion?: { readonly apiUrl: string; readonly token: string } | undefined;
  /** Without a token only public repositories can be read. */
  readonly github?: { readonly apiUrl: string; readonly token?: string | undefined } | undefined;
}
