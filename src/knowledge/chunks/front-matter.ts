import { parse as parseToml } from 'smol-toml';
import { parseDocument as parseYaml } from 'yaml';

export interface FrontMatter {
  readonly title?: string | undefined;
  /** Whether it says that the document is not to be published. */
  readonly isDraft: boolean;
  /** The document below it. */
  readonly body: string;
}

/** At the very top, between two lines of --- (YAML) or +++ (TOML). */
const FRONT_MATTER = /^(---|\+\+\+)[ \t]*\n([\s\S]*?\n)?\1[ \t]*(?:\n|$)/;

/** Characters. What is longer is a text that begins with a line of ---; a parser would take seconds for it. */
const LONGEST = 64 * 1024;

/** Front matter that cannot be read has no title: the document below it still counts. */
export function readFrontMatter(text: string): FrontMatter {
  const [top = '', fence, fields = ''] = FRONT_MATTER.exec(text.slice(0, LONGEST)) ?? [];
  const { title, draft } = fence === '+++' ? tomlFields(fields) : yamlFields(fields);
  return {
    title: typeof title === 'string' || typeof title === 'number' ? String(title).trim() : undefined,
    isDraft: draft === true || draft === 'true',
    body: text.slice(top.length),
  };
}

interface Fields {
  readonly title?: unknown;
  readonly draft?: unknown;
}

function yamlFields(yaml: string): Fields {
  try {
    // Names are not compared with each other: of ten thousand that takes seconds.
    const { errors, contents } = parseYaml(yaml, { uniqueKeys: false, logLevel: 'silent' });
    if (errors.length > 0) return { draft: saysDraft(yaml) };
    if (contents === null || !('get' in contents)) return {};
    return { title: contents.get('title'), draft: contents.get('draft') };
  } catch {
    return { draft: saysDraft(yaml) };
  }
}

function tomlFields(toml: string): Fields {
  try {
    const { title, draft } = parseToml(toml);
    return { title, draft };
  } catch {
    return { draft: saysDraft(toml) };
  }
}

/** A mistake elsewhere in the front matter does not publish a draft. */
function saysDraft(fields: string): boolean {
  return /^draft[ \t]*[:=][ \t]*true[ \t]*$/m.test(fields);
}
