import { slug } from 'github-slugger';

/** A section as a link to it, like "documents.md#web-pages". */
export function sectionId(path: string, heading: string): string {
  return `${path}#${slug(heading.replaceAll('`', ''))}`;
}
