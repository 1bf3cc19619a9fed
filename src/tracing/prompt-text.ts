import { record, type Shape, shapeOf } from './prompt-manifest.js';

/**
 * The text of a prompt from LangSmith's hub: of a chat prompt its system message, of a plain one all of it, with escaped
 * braces made plain. Other messages are left out: the thread, the passages and the question are given beside the prompt.
 *
 * @throws Error that says what the prompt must be and what it is.
 */
export async function promptText(manifest: unknown): Promise<string> {
  const shape = shapeOf(manifest);
  const templates = templatesOf(shape);
  // Loaded only here: it takes a tenth of a second.
  const { parseFString, parseMustache } = await import('@langchain/core/prompts');
  const texts = templates.map(({ text, format }) => {
    switch (format) {
      case undefined:
        return text;
      case 'f-string':
        return plain(parseFString(text));
      case 'mustache':
        return plain(parseMustache(withoutComments(text)));
      default:
        throw new Error(`its template must be an f-string or mustache, got ${format}`);
    }
  });
  const whole = texts.join('\n\n').trim();
  if (whole === '') throw new Error('it must say something, got an empty system message');
  return whole;
}

interface Template {
  readonly text: string;
  /** Absent for text that is no template. */
  readonly format?: string;
}

function templatesOf({ name, fields }: Shape): Template[] {
  switch (name) {
    case 'ChatPromptTemplate':
    case 'StructuredPrompt': {
      const messages = Array.isArray(fields.messages) ? fields.messages.map(shapeOf) : [];
      const system = messages.filter(isSystem);
      if (system.length === 0) {
        const got = messages.map((message) => message.name).join(', ');
        throw new Error(`it must have a system message, got ${got || 'no messages'}`);
      }
      return system.flatMap(messageTemplates);
    }
    case 'PromptTemplate':
      return [template(fields)];
    case 'RunnableSequence':
      // A prompt that was saved with its model.
      return templatesOf(shapeOf(fields.first));
    default:
      throw new Error(`it must be a chat prompt or a prompt, got ${name || 'no serialised prompt'}`);
  }
}

function isSystem({ name, fields }: Shape): boolean {
  return (
    name === 'SystemMessagePromptTemplate' ||
    name === 'SystemMessage' ||
    (name === 'ChatMessagePromptTemplate' && fields.role === 'system')
  );
}

function messageTemplates({ name, fields }: Shape): Template[] {
  if (name === 'SystemMessage') {
    const { content } = fields;
    const blocks = Array.isArray(content) ? content.map(record) : [{ type: 'text', text: content }];
    return blocks.map(({ text }) => {
      if (typeof text !== 'string') throw new Error('its system message must be text, got something else');
      return { text };
    });
  }
  const parts = Array.isArray(fields.prompt) ? fields.prompt : [fields.prompt];
  return parts.map(shapeOf).map((part) => {
    if (part.name !== 'PromptTemplate')
      throw new Error(`its system message must be text, got ${part.name || 'something else'}`);
    return template(part.fields);
  });
}

function template({ template: text, template_format: format = 'f-string' }: Shape['fields']): Template {
  if (typeof text !== 'string') throw new Error('its template must be text, got something else');
  return { text, format: String(format) };
}

/** LangChain's parser would take a comment for text. */
function withoutComments(mustache: string): string {
  if (mustache.includes('{{=')) throw new Error('its template must keep the delimiters {{ and }}');
  return mustache.replace(/\{\{![\s\S]*?\}\}/g, '');
}

type Node =
  | { readonly type: 'literal'; readonly text: string }
  | { readonly type: 'variable'; readonly name: string };

function plain(nodes: readonly Node[]): string {
  const names = nodes.flatMap((node) => (node.type === 'variable' ? [`{${node.name}}`] : []));
  if (names.length > 0) {
    throw new Error(
      `its system message must have no variables, got ${names.join(', ')}: the thread, the passages and the question are given to Claude beside it; a brace that is meant is written twice`,
    );
  }
  return nodes.map((node) => (node.type === 'literal' ? node.text : '')).join('');
}
