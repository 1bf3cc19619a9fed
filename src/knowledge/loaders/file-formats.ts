import { extname } from 'node:path';

export type FileFormat = 'markdown' | 'mdx' | 'text' | 'html' | 'pdf' | 'docx';

const FORMATS: ReadonlyMap<string, FileFormat> = new Map([
  ['.md', 'markdown'],
  ['.markdown', 'markdown'],
  ['.mdx', 'mdx'],
  ['.txt', 'text'],
  ['.rst', 'text'],
  ['.adoc', 'text'],
  ['.asciidoc', 'text'],
  ['.html', 'html'],
  ['.htm', 'html'],
  ['.pdf', 'pdf'],
  ['.docx', 'docx'],
]);

export const FILE_ENDINGS = [...FORMATS.keys()];

/** By a file's ending; undefined for what is no document. */
export function fileFormatOf(path: string): FileFormat | undefined {
  return FORMATS.get(extname(path).toLowerCase());
}

/** The title that a reStructuredText or AsciiDoc file begins with. */
export function titleIn(path: string, text: string): string | undefined {
  const start = text.slice(0, 2000);
  if (/\.(?:adoc|asciidoc)$/i.test(path)) return /^= +(\S.*)$/m.exec(start)?.[1]?.trim();
  if (!/\.rst$/i.test(path)) return undefined;
  return /^(?:([=\-~*#^"+])\1{2,}[ \t]*\n)?[ \t]*(\S[^\n]*)\n([=\-~*#^"+])\3{2,}[ \t]*$/m
    .exec(start)?.[2]
    ?.trim();
}
