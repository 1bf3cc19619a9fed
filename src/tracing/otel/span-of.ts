import type { RunOperation } from '../run-sink.js';
import type { Fields } from '../run-spec.js';
import { chatAttributes, retrievalAttributes, turnAttributes } from './gen-ai-attributes.js';
import { type Span, type SpanValue, spanIdOf, spanTimeOf, traceIdOf } from './span.js';
import { given, textOf } from './unknown-fields.js';

/** The model's service, for what no run says. */
export interface ModelService {
  /** In the conventions' words: "anthropic". */
  readonly provider: string;
  readonly url: string;
}

/** A run that has ended, all of it. */
export type EndedRun = Omit<RunOperation, 'kind'>;

/**
 * A run as a span, by OpenTelemetry's conventions for generative AI as they stand (in development) in
 * https://github.com/open-telemetry/semantic-conventions-genai. What they have no word for is named `threadsmith.…`.
 */
export function spanOf({ run, isBare }: EndedRun, service: ModelService | undefined): Span {
  const { metadata } = run.extra;
  // Whoever stops an answer makes no mistake, and neither does the program.
  const error = metadata.stopped === true ? undefined : run.error;
  const { operation, kind, name, attributes } = asOperation({ run, isBare }, service);
  return {
    traceId: traceIdOf(run.trace_id),
    spanId: spanIdOf(run.id),
    parentSpanId: run.parent_run_id === undefined ? undefined : spanIdOf(run.parent_run_id),
    name,
    kind,
    start: spanTimeOf(run.start_time),
    end: spanTimeOf(run.end_time ?? run.start_time),
    attributes: {
      ...given({
        'gen_ai.operation.name': operation,
        'gen_ai.conversation.id': textOf(metadata.session_id),
        'user.id': textOf(metadata.user),
        'error.type': error === undefined ? undefined : errorType(error),
      }),
      ...attributes,
      ...labels(metadata),
      'threadsmith.run_id': run.id,
      'threadsmith.run_name': run.name,
    },
    error,
  };
}

interface Operation {
  /** Absent for a step that the conventions do not know. */
  readonly operation?: string;
  readonly kind: Span['kind'];
  readonly name: string;
  readonly attributes: Span['attributes'];
}

function asOperation({ run, isBare }: EndedRun, service: ModelService | undefined): Operation {
  if (run.parent_run_id === undefined) {
    const attributes = turnAttributes({ run, isBare }, service);
    const name = 'invoke_agent threadsmith';
    return { operation: 'invoke_agent', kind: 'internal', name, attributes };
  }
  if (run.run_type === 'llm') {
    const attributes = chatAttributes({ run, isBare }, service);
    const name = `chat ${attributes['gen_ai.request.model'] ?? run.name}`;
    return { operation: 'chat', kind: 'client', name, attributes };
  }
  if (run.run_type === 'retriever') {
    const attributes = retrievalAttributes({ run, isBare });
    return { operation: 'retrieval', kind: 'client', name: 'retrieval', attributes };
  }
  return { kind: 'internal', name: run.name, attributes: {} };
}

/** Of a run's metadata what has an attribute of its own, or is for LangSmith. */
const ELSEWHERE = /^(?:session_id|user|usage_metadata|ls_.*)$/;

function labels(metadata: Fields): Record<string, SpanValue> {
  const labels: Record<string, SpanValue> = {};
  for (const [key, value] of Object.entries(metadata)) {
    const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (isPlain && !ELSEWHERE.test(key)) labels[`threadsmith.${key}`] = value;
  }
  return labels;
}

/** A run's error begins with the name of what was thrown. */
function errorType(error: string): string {
  return /^[^\s,]+/.exec(error)?.[0] ?? '_OTHER';
}
