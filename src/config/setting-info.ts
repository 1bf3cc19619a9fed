import { z } from 'zod';

/** When a setting is needed; the order in which .env.example and the README list them. */
export const GROUPS = {
  slack: 'To answer in a Slack workspace',
  answers: 'To have Claude write the answers',
  embeddings: 'To search by meaning as well as by words',
  tracing: 'To see every thread in LangSmith',
  otel: 'To see it in another tool, by OpenTelemetry',
  access: 'Who is answered',
  sources: 'To index Confluence, Notion or GitHub',
  machine: 'Where and how it runs; every one has a default',
  network: 'Behind a proxy or a gateway',
} as const;

/** What people are told about a setting. */
export interface SettingInfo {
  readonly group: keyof typeof GROUPS;
  /** One sentence: what it does. */
  readonly description: string;
  /** Completes "<name> must …" when the value is refused. */
  readonly expected: string;
  /** Where a value is found, for an error and for .env.example. */
  readonly where: string;
  readonly example: string;
  /** As it would be written in .env. */
  readonly default?: string;
  /** Never printed beyond its prefix. */
  readonly secret?: true;
}

/** What is known of each setting beside its type. */
export const settingInfo = z.registry<SettingInfo>();

export function unset<T extends z.ZodType>(schema: T, info: SettingInfo): z.ZodOptional<T> {
  return described(schema.optional(), info);
}

/** `fallback` is parsed like a value from .env, so what the documents show is what runs. */
export function preset<T extends z.ZodType>(schema: T, fallback: z.input<T> & string, info: SettingInfo) {
  return described(z.prefault(schema, fallback), { ...info, default: fallback });
}

function described<T extends z.ZodType>(schema: T, info: SettingInfo): T {
  settingInfo.add<z.ZodType>(schema, info);
  return schema;
}
