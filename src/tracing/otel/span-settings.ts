/** Where spans go and under which name, as OpenTelemetry's own settings say it. */
export interface SpanSettings {
  /** All of it, as each request goes there. */
  readonly url: string;
  /** `name=value,name=value`, percent-encoded; secret. */
  readonly headers?: string | undefined;
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly gzip: boolean;
  /** For one request. */
  readonly timeoutMs: number;
  /** Wins over a `service.name` among the resource's attributes. @default "threadsmith" */
  readonly serviceName?: string | undefined;
  /** Further attributes of this process, in the form of `headers`. */
  readonly resourceAttributes?: string | undefined;
}
