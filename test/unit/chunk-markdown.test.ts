import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../src/knowledge/chunks/chunk.js';
import { chunkDocument } from '../../src/knowledge/chunks/chunk-document.js';
import { chunkMarkdown } from '../../src/knowledge/chunks/chunk-markdown.js';

const prose = (length: number) => `${'word '.repeat(length).slice(0, length - 1)}.`;
const paragraphs = (count: number, length: number) =>
  Array.from({ length: count }, (_, i) => `P${i} ${prose(length)}`).join('\n\n');
const chunk = (markdown: string, options = {}) => chunkMarkdown(markdown, { title: 'file', ...options });
const outline = (chunks: readonly Chunk[]) =>
  chunks.map(({ headings, anchor }) => [headings.join(' > '), anchor]);

describe('the title', () => {
  it.each([
    ['---\ntitle: From front matter\n---\n# From heading\n\nText', 'From front matter'],
    ['# From `heading`\n\nText', 'From heading'],
    ['Text', 'file'],
    ['---\ntitle: [broken\n---\n\n# From heading\n\nText', 'From heading'],
    ['---\ntitle: ""\n---\n\nText', 'file'],
    ['+++\ntitle = "From \\"TOML\\""\n[params]\ntitle = "no"\n+++\nText', 'From "TOML"'],
    ['---\ntitle: twice\ntitle: again\n---\nText', 'twice'],
  ])('of %j is %s', (markdown, title) => {
    expect(chunk(markdown).map((one) => one.title)).toEqual([title]);
  });

  it('is cut where nobody would read on, in whatever says it', () => {
    const [long, short] = ['long '.repeat(1000), `${'long '.repeat(60).slice(0, 299)}…`];
    const titles = [`---\ntitle: ${long}\n---\nText`, `# ${long}\n\nText`].map(
      (text) => chunk(text)[0]?.title,
    );
    const text = { path: 'a.txt', format: 'text', text: 'Text', title: long } as const;
    expect([...titles, chunkDocument(text)[0]?.title]).toEqual([short, short, short]);
  });

  it('is not looked for in front matter of 100,000 characters, which is text', () => {
    const chunks = chunk(`---\ntitle: No\n${'more: text\n'.repeat(10_000)}---\nText`);
    expect(new Set(chunks.map(({ title }) => title))).toEqual(new Set(['file']));
    expect(chunks.at(-1)?.text).toContain('Text');
  });

  it.each(['---\ndraft: true\n---', '+++\ndraft = true\n+++', '---\ntitle: a: b\ndraft: true\n---'])(
    'of a draft (%j) is not asked for: it is left out',
    (top) => {
      expect(chunk(`${top}\n# Plan\n\nText`)).toEqual([]);
      expect(chunk(`${top.replace('true', 'false')}\n# Plan\n\nText`)).toHaveLength(1);
    },
  );

  it('keeps front matter and comments out of the text', () => {
    expect(chunk('---\nsecret: x\n---\n\n<!-- note to self -->\n\nText').map(({ text }) => text)).toEqual([
      'Text',
    ]);
    expect(chunk('+++\nsecret = "x"\n+++\n\nText').map(({ text }) => text)).toEqual(['Text']);
  });
});

describe('headings', () => {
  const body = prose(1200);

  it('are the path to a chunk, with the title left out and GitHub’s anchors', () => {
    const markdown = `# Guide\n\n${body}\n\n## Set up\n\n${body}\n\n### On *Linux*?\n\n${body}\n\n## Set up\n\n${body}`;
    const chunks = chunk(markdown, { url: 'https://docs.test/guide' });
    expect(outline(chunks)).toEqual([
      ['', undefined],
      ['Set up', 'set-up'],
      ['Set up > On Linux?', 'on-linux'],
      ['Set up', 'set-up-1'],
    ]);
    expect(chunks.map(({ url }) => url)).toEqual([
      'https://docs.test/guide',
      'https://docs.test/guide#set-up',
      'https://docs.test/guide#on-linux',
      'https://docs.test/guide#set-up-1',
    ]);
    expect(chunks.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2, 3]);
    expect(chunks.every(({ text }) => text === body)).toBe(true);
  });

  it('may name their anchor', () => {
    expect(outline(chunk('## Set up {#install}\n\nText'))).toEqual([['Set up', 'install']]);
    const joined = chunk('## Set up {#install}\n\nText\n\n## Run {#run} ##\n\nMore');
    expect(joined.map(({ text }) => text)).toEqual(['## Set up\n\nText\n\n## Run ##\n\nMore']);
  });

  it('of a whole paragraph are cut, and its words stay in the text', () => {
    const chunks = chunk(`${prose(3000)} End\n---\n\nText`);
    expect(chunks.every(({ headings }) => headings.join('').length <= 300)).toBe(true);
    expect(chunks.every(({ text }) => text.length <= 2000)).toBe(true);
    expect(chunks.some(({ text }) => text.includes('End'))).toBe(true);
  });

  it('are not seen in code', () => {
    expect(outline(chunk('```sh\n# no heading\n```'))).toEqual([['', undefined]]);
  });

  it('join short sections below them, whose own headings stay in the text', () => {
    const [only, ...rest] = chunk(`## Limits\n\n### Files\n\n${prose(300)}\n\n### Pages\n\n${prose(300)}`);
    expect(rest).toEqual([]);
    expect(only).toMatchObject({
      headings: ['Limits'],
      text: expect.stringMatching(/^### Files[\s\S]*### Pages/),
    });
  });

  it('keep two topics of a page apart when one of them has something to say', () => {
    expect(outline(chunk(`## One\n\n${prose(600)}\n\n## Two\n\n${prose(300)}`))).toEqual([
      ['One', 'one'],
      ['Two', 'two'],
    ]);
  });
});

describe('long sections', () => {
  it('are cut between paragraphs into parts of about the same length', () => {
    const markdown = paragraphs(11, 300);
    const chunks = chunk(markdown);
    expect(chunks.map(({ text }) => text).join('\n\n')).toBe(markdown);
    const lengths = chunks.map(({ text }) => text.length);
    expect(lengths).toHaveLength(3);
    expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThan(310);
  });

  it('keep code whole where it fits', () => {
    const code = `\`\`\`js\n${'call();\n'.repeat(100)}\`\`\``;
    const chunks = chunk(`${prose(1000)}\n\n${code}\n\n${prose(1000)}`);
    expect(chunks.filter(({ text }) => text.includes(code))).toHaveLength(1);
  });

  it('cut longer code at its lines and open the fence again', () => {
    const lines = Array.from({ length: 200 }, (_, i) => `  line(${i});`);
    const chunks = chunk(`~~~~ts title="a.ts"\n${lines.join('\n')}\n~~~~`);
    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks) expect(text).toMatch(/^~~~~ts title="a.ts"\n {2}line[\s\S]*\);\n~~~~$/);
    expect(chunks.flatMap(({ text }) => text.split('\n').slice(1, -1))).toEqual(lines);
  });

  it('cut longer tables at their rows and repeat the header', () => {
    const rows = Array.from({ length: 100 }, (_, i) => `| row ${i} | ${prose(30)} |`);
    const chunks = chunk(`| Name | Meaning |\n|---|---|\n${rows.join('\n')}`);
    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks) expect(text.startsWith('| Name | Meaning |\n|---|---|\n| row')).toBe(true);
    expect(chunks.flatMap(({ text }) => text.split('\n').slice(2))).toEqual(rows);
  });

  it('cut longer lists at their items', () => {
    const items = Array.from({ length: 40 }, (_, i) => `- item ${i} ${prose(80)}`);
    const chunks = chunk(items.join('\n'));
    expect(chunks.flatMap(({ text }) => text.split('\n'))).toEqual(items);
  });

  it.each([
    ['a paragraph without an end', `${prose(5000)}`],
    ['a word without an end', 'x'.repeat(5000)],
    ['emoji without an end', '🙂'.repeat(2000)],
    ['a line of code without an end', `\`\`\`\n${'x'.repeat(5000)}\n\`\`\``],
    ['a table without rows', `| ${prose(2000)} |\n|---|`],
    ['a quotation', `> ${prose(3000)}\n>\n> ${prose(3000)}`],
    ['an item with code', `- ${prose(1000)}\n\n  \`\`\`\n${'  code\n'.repeat(500)}  \`\`\``],
  ])('never exceed the limit: %s', (_, markdown) => {
    const chunks = chunk(markdown, { maxChars: 500 });
    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks) {
      expect(text.length).toBeLessThanOrEqual(500);
      // Throws on half of a surrogate pair.
      expect(encodeURIComponent(text)).not.toBe('');
    }
  });
});

describe('other formats', () => {
  const cut = (format: 'mdx' | 'text', text: string) =>
    chunkDocument({ path: 'guide/README.md', format, text });

  it('MDX keeps code as it is, whatever it looks like', () => {
    const text = (mdx: string) => cut('mdx', mdx)[0]?.text;
    expect(text('A `` <B>`</B> `` c <D>d</D>')).toBe('A `` <B>`</B> `` c d');
    expect(text('A ``` <B> ``` c <D>d</D> `x')).toBe('A ``` <B> ``` c d `x');
    expect(text('~~~\n<A>\n```\n~~~~\n{/* gone */}<B>b</B>')).toBe('~~~\n<A>\n```\n~~~~\n\nb');
    expect(text('```mdx\n<A>{/* stays */}</A>')).toBe('```mdx\n<A>{/* stays */}</A>');
  });

  it('MDX loses its program and keeps what it shows', () => {
    const mdx = `import { Tabs } from './tabs'
export const meta = {
  a: 1,

  b: 2,
};

# Page

{/* a comment */}

<Tabs items={['a > b', "c"]}>
  <Tab title="With npm">

Run \`<Tab>\` **now**.

  </Tab>
</Tabs>

\`\`\`jsx
import x from 'y'
<Tabs />
\`\`\`
`;
    const [only] = cut('mdx', mdx);
    expect(only?.text.replace(/\s+/g, ' ')).toBe(
      "**With npm** Run `<Tab>` **now**. ```jsx import x from 'y' <Tabs /> ```",
    );
  });

  it('in plain text nothing is markup, and an index is named after its folder', () => {
    expect(cut('text', '# not a heading\n\n    not code\n')).toEqual([
      { ordinal: 0, title: 'guide', headings: [], text: '# not a heading\n\nnot code' },
    ]);
  });

  it('an empty document has no chunks', () => {
    expect(cut('text', ' \n ')).toEqual([]);
    expect(chunk('')).toEqual([]);
    expect(chunk('# Only a title')).toEqual([]);
  });
});
