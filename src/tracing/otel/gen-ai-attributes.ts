import { finishReasonOf, inputMessages, outputMessages, systemInstructions } from './gen-ai-messages.js';
import { type Span, type SpanValue, secondsBetween, spanTimeOf } from './span.js';
import type { EndedRun, ModelService } from './span-of.js';
import { fieldsOf, given, itemsOf, numberOf, textOf } from './unknown-fields.js';

type Attributes = Span['attributes'];

/** Of a turn's own run. No token counts: the conventions allow them here, and whoever adds up would count them twice. */
export function turnAttributes({ run, isBare }: EndedRun, service: ModelService | undefined): Attributes {
  const [answer] = itemsOf(run.outputs?.messages).map(fieldsOf);
  return given<SpanValue>({
    // Asked for of every agent: without a model the answers are the program's own.
    'gen_ai.provider.name': service?.provider ?? 'threadsmith',
    'gen_ai.agent.name': 'threadsmith',
    'gen_ai.agent.version': textOf(run.extra.metadata.bot_version),
    ...(!isBare && {
      'gen_ai.input.messages': inputMessages(run.inputs?.messages),
      'gen_ai.output.messages': outputMessages(answer?.content, run.error === undefined ? 'stop' : 'error'),
    }),
  });
}

/** Of a call of the model. */
export function chatAttributes({ run, isBare }: EndedRun, service: ModelService | undefined): Attributes {
  const { inputs = {}, outputs = {}, events = [] } = run;
  const { metadata } = run.extra;
  const stopReason = textOf(outputs.stop_reason);
  const firstToken = events.find(({ name }) => name === 'new_token');
  return given<SpanValue>({
    'gen_ai.provider.name': textOf(metadata.ls_provider) ?? service?.provider,
    'gen_ai.request.model': textOf(inputs.model) ?? textOf(metadata.ls_model_name),
    'gen_ai.request.max_tokens': numberOf(inputs.max_tokens),
    'gen_ai.request.stream': inputs.stream === true ? true : undefined,
    'gen_ai.response.model': textOf(outputs.model),
    'gen_ai.response.finish_reasons': stopReason === undefined ? undefined : [finishReasonOf(stopReason)],
    'gen_ai.response.time_to_first_chunk':
      firstToken && secondsBetween(spanTimeOf(run.start_time), spanTimeOf(firstToken.time)),
    ...serverAttributes(service),
    ...usageAttributes(metadata.usage_metadata),
    ...(!isBare && {
      'gen_ai.system_instructions': systemInstructions(inputs.system),
      'gen_ai.input.messages': inputMessages(inputs.messages),
      'gen_ai.output.messages': outputMessages(
        outputs.content,
        stopReason === undefined ? 'error' : finishReasonOf(stopReason),
      ),
    }),
  });
}

/** Of a search. The passages' text is left out: it stands in what the model was asked. */
export function retrievalAttributes({ run, isBare }: EndedRun): Attributes {
  const documents = itemsOf(run.outputs?.documents)
    .map((document) => fieldsOf(fieldsOf(document).metadata))
    .map(({ id, score, title, url }) => ({ id, score, title, url }));
  return given<SpanValue>({
    'gen_ai.retrieval.documents': run.outputs?.documents ? JSON.stringify(documents) : undefined,
    'gen_ai.retrieval.query.text': isBare ? undefined : textOf(run.inputs?.query),
  });
}

/** LangSmith's counts and the conventions' agree: the input holds what came from the cache and went into it. */
function usageAttributes(usage: unknown): Record<string, SpanValue | undefined> {
  const { input_tokens, output_tokens, input_token_details } = fieldsOf(usage);
  const details = fieldsOf(input_token_details);
  const written = ['cache_creation', 'ephemeral_5m_input_tokens', 'ephemeral_1hr_input_tokens']
    .map((name) => numberOf(details[name]))
    .filter((tokens) => tokens !== undefined);
  return {
    'gen_ai.usage.input_tokens': numberOf(input_tokens),
    'gen_ai.usage.output_tokens': numberOf(output_tokens),
    'gen_ai.usage.cache_read.input_tokens': numberOf(details.cache_read),
    'gen_ai.usage.cache_creation.input_tokens':
      written.length > 0 ? written.reduce((sum, tokens) => sum + tokens, 0) : undefined,
  };
}

function serverAttributes(service: ModelService | undefined): Record<string, SpanValue> {
  if (!service) return {};
  const { hostname, port, protocol } = new URL(service.url);
  const usual = protocol === 'http:' ? 80 : 443;
  return { 'server.address': hostname, 'server.port': port === '' ? usual : Number(port) };
}
