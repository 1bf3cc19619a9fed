import { z } from 'zod';
import type { TraceRules } from '../tracing/privacy.js';
import { preset, unset } from './setting-info.js';
import { count } from './setting-values.js';

const CONTENT = /^(?:(?:(public|private|dm)=)?(full|masked|none))$/;

/** `masked`, or what differs from it: `masked,dm=none`. */
const traceContent = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter(Boolean))
  .pipe(z.array(z.string().regex(CONTENT)).min(1))
  .transform(contentByKind);

function contentByKind(parts: readonly string[]): TraceRules['content'] {
  const content: Record<string, string> = {};
  for (const part of parts) {
    const [kind = '', level] = part.includes('=') ? part.split('=') : ['', part];
    if (level !== undefined) content[kind] = level;
  }
  const of = (kind: string) =>
    z.enum(['full', 'masked', 'none']).parse(content[kind] ?? content[''] ?? 'masked');
  return { public: of('public'), private: of('private'), direct: of('dm') };
}

const share = z
  .string()
  .regex(/^(?:0|1|[01]?\.\d+)$/)
  .transform(Number)
  .pipe(z.number().min(0).max(1));

/** What of the conversations reaches LangSmith, and what becomes of traces that it does not take. */
export const tracingSettings = {
  TRACE_CONTENT: preset(traceContent, 'masked', {
    group: 'tracing',
    description:
      'How much of what is said is in the traces: `full`, `masked` (without e-mail addresses) or `none` (ids, tokens and times alone). For public channels, private ones and direct messages apart: `masked,private=none,dm=none`. Secrets are masked in each.',
    expected:
      'be full, masked or none, and behind commas what differs, as public=…, private=… or dm=…, like masked,dm=none',
    where: 'the default is masked',
    example: 'masked,dm=none',
  }),
  TRACE_USER_KEY: unset(z.string().min(16), {
    group: 'tracing',
    description:
      'People appear in the traces under names made with this key (HMAC), in the place of their user ids. Another key gives everybody another name.',
    expected: 'have at least 16 characters',
    where: 'make one with openssl rand -hex 32',
    example: '5f1c0e…a94b27d3e8b1f06c',
    secret: true,
  }),
  TRACE_SAMPLE_RATE: preset(share, '1', {
    group: 'tracing',
    description:
      'The share of the threads that is traced, from 0 to 1. A thread is traced whole or not at all.',
    expected: 'be a number from 0 to 1',
    where: 'the default is 1: every thread',
    example: '0.25',
  }),
  LANGSMITH_FAILED_TRACES_DIR: unset(z.string(), {
    group: 'tracing',
    description:
      'Folder that keeps traces which LangSmith does not take, until `npm run traces:replay` sends them. Without it they are lost.',
    expected: 'be a folder',
    where: 'a relative path starts where npm start runs',
    example: '.data/failed-traces',
  }),
  LANGSMITH_FAILED_TRACES_MAX_MB: preset(count(1, 100_000), '100', {
    group: 'tracing',
    description: 'The most that the folder may hold, in megabytes. What comes then is lost.',
    expected: 'be a whole number from 1 to 100000',
    where: 'an hour of ten answers a minute takes about 5',
    example: '500',
  }),
};
