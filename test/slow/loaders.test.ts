import { describe, expect, it, onTestFinished } from 'vitest';
import { chunkDocument } from '../../src/knowledge/chunks/chunk-document.js';
import { readDocument } from '../../src/knowledge/ingest/read-document.js';
import { decodeHtml } from '../../src/knowledge/loaders/decode-html.js';
import { DocumentParser } from '../../src/knowledge/loaders/document-parser.js';
import { htmlToMarkdown } from '../../src/knowledge/loaders/html-to-markdown.js';
import { locateSource } from '../../src/knowledge/loaders/locate-source.js';
import { pathFilter, urlFilter } from '../../src/knowledge/loaders/url-patterns.js';
import { withoutMacros } from '../../src/knowledge/loaders/without-macros.js';
import type { FailedDocument, SourceDocument } from '../../src/knowledge/source.js';
import { chooseSource } from '../../src/knowledge/sources/choose-source.js';
import { loadSource } from '../../src/knowledge/sources/load-source.js';
import { docxOf, lyingAboutSize, paragraph, pdfOf } from '../support/file-fixtures.js';
import { newDirectory } from '../support/new-directory.js';

async function load(argument: string, options = {}) {
  const loaded: (SourceDocument | FailedDocument)[] = [];
  const source = await chooseSource(argument, options, []);
  for await (const document of await loadSource(source)) loaded.push(await readDocument(document));
  return loaded;
}

const heading = paragraph('Refunds', 'Heading1');

describe('a folder', () => {
  it('may hold HTML, PDF, Word, reStructuredText and AsciiDoc', async () => {
    const folder = await newDirectory({
      'a.html': '<title>Site</title><nav>Menu</nav><main><h1>Guide</h1><p>Press <b>Save</b>.</p></main>',
      'b.pdf': pdfOf([['Refunds take', 'ten days.'], ['Page two']], { title: 'Refund policy' }),
      'c.docx': docxOf(heading + paragraph('Within ten days.')),
      'd.rst': '=======\nInstall\n=======\n\nRun it.\n',
      'e.adoc': '= Deploy\n\nShip it.\n',
    });
    const loaded = await load(folder, { baseUrl: 'https://docs.test' });
    expect(loaded).toMatchObject([
      {
        path: 'a.html',
        format: 'markdown',
        text: '# Guide\n\nPress **Save**.',
        url: 'https://docs.test/a.html',
      },
      { path: 'b.pdf', format: 'text', text: 'Refunds take\nten days.\n\nPage two', title: 'Refund policy' },
      { path: 'c.docx', format: 'markdown', text: '# Refunds\n\nWithin ten days.' },
      { path: 'd.rst', format: 'text', title: 'Install' },
      { path: 'e.adoc', format: 'text', title: 'Deploy' },
    ]);
    expect(loaded.every((document) => 'updatedAt' in document)).toBe(true);
    const titles = loaded.flatMap((one) =>
      'text' in one ? chunkDocument(one).map(({ title }) => title) : [],
    );
    expect(titles).toEqual(['Guide', 'Refund policy', 'Refunds', 'Install', 'Deploy']);
  });

  it('goes on past what cannot be read, each with its reason', async () => {
    const folder = await newDirectory({
      'bomb.docx': docxOf(heading, { 'word/more.xml': new Uint8Array(100_000_000) }),
      'deep.html': '<div>'.repeat(100_000),
      'empty.html': '<div id="app"></div><script>render()</script>',
      'no.docx': 'hello',
      'no.pdf': '%PDF-1.4 nothing',
      'ok.md': '# Fine',
    });
    expect(await load(folder)).toMatchObject([
      { path: 'bomb.docx', reason: expect.stringMatching(/at most 67108864 bytes .* when unpacked/) },
      { path: 'deep.html', reason: expect.stringContaining('at most 512 levels') },
      { path: 'empty.html', reason: expect.stringContaining('expected text, found none') },
      { path: 'no.docx', reason: expect.stringContaining('invalid zip') },
      { path: 'no.pdf', reason: expect.stringContaining('Invalid PDF') },
      { path: 'ok.md', text: '# Fine' },
    ]);
  });

  it('may be narrowed by patterns, or be one', async () => {
    const folder = await newDirectory({
      'a.md': 'A',
      'guide/b.md': 'B',
      'guide/c.txt': 'C',
      'old/d.md': 'D',
    });
    const paths = async (argument: string, options = {}) =>
      (await load(argument, options)).map(({ path }) => path);
    expect(await paths(folder, { include: ['**/*.md'], exclude: ['/old/**'] })).toEqual([
      'a.md',
      'guide/b.md',
    ]);
    expect(await paths(`${folder}/guide/*.{md,txt}`)).toEqual(['b.md', 'c.txt']);
    await expect(paths(`${folder}/*.pdf`)).rejects.toThrow('Expected documents');
    await expect(paths(folder, { allowPrivate: true })).rejects.toThrow('--allow-private means nothing');
  });
});

describe('the parser', () => {
  function parserOf(limits = {}): DocumentParser {
    const parser = new DocumentParser(limits);
    onTestFinished(() => parser.close());
    return parser;
  }
  const operators = Buffer.alloc(160_000_000, 'q ');

  it('ends a PDF that hangs, and parses the next document', async () => {
    const parser = parserOf({ timeoutMs: 2000 });
    const hanging = pdfOf([['x']], { content: operators.subarray(0, 40_000_000) });
    expect(hanging.length).toBeLessThan(200_000);
    await expect(parser.document({ type: 'pdf', bytes: hanging })).rejects.toThrow('within 2 s');
    expect(await parser.document({ type: 'html', bytes: Buffer.from('<p>Next') })).toMatchObject({
      text: 'Next',
    });
  });

  it('ends one that takes too much memory', async () => {
    const parser = parserOf({ memoryMb: 100 });
    const bomb = pdfOf([['x']], { content: operators });
    await expect(parser.document({ type: 'pdf', bytes: bomb })).rejects.toThrow('within 100 MB');
  });

  it('unpacks no more of a Word document than it says', async () => {
    const parser = parserOf();
    const bytes = lyingAboutSize(docxOf(paragraph('A'.repeat(100_000_000))));
    await expect(parser.document({ type: 'docx', bytes })).rejects.toThrow();
    expect(process.memoryUsage.rss()).toBeLessThan(2_000_000_000);
  });

  it('refuses a PDF of too many pages', async () => {
    const bytes = pdfOf(Array.from({ length: 2001 }, () => ['x']));
    await expect(parserOf().document({ type: 'pdf', bytes })).rejects.toThrow('at most 2000 pages, got 2001');
  });
});

describe('HTML as Markdown', () => {
  it('keeps the main part, with code, lists, tables and links', () => {
    const html = `<title>Page – Site</title><header>Masthead</header><main><h1>Title</h1>
      <h2 id="sub-1">Sub <a href="#sub-1">¶</a></h2><h2 id="more">More</h2>
      <pre><code class="language-js">a &lt; b;
</code></pre><ul><li>one<ul><li>two</li></ul></li></ul>
      <table><tr><th>A</th><th>B</th></tr><tr><td>x<br>y</td><td><ul><li>l</li><li>m</li></ul></td></tr></table>
      <p><a href="../up?q#f">link</a> <a href="javascript:x()">bad</a></p></main><footer>Legal</footer>`;
    expect(htmlToMarkdown(html, 'https://x.test/a/b')).toBe(
      [
        '# Title',
        '## Sub {#sub-1}',
        '## More',
        '```js\na < b;\n```',
        '- one\n  - two',
        '| A | B |\n| - | - |\n| x y | l; m; |',
        '[link](https://x.test/up?q#f) [bad]()',
      ].join('\n\n'),
    );
  });

  it("takes the page's title where it has no heading, and the section's id as Sphinx writes it", () => {
    const html =
      '<title>Title</title><body><nav>Menu</nav><section id="s-1"><h2>Part</h2><p>Text</p></section><aside>Ad</aside>';
    expect(htmlToMarkdown(html)).toBe('# Title\n\n## Part {#s-1}\n\nText');
  });

  it("reads Confluence's own elements", () => {
    const storage =
      '<p>Run <ac:link><ri:page ri:content-title="X"/></ac:link>this:</p><ac:structured-macro ac:name="code"><ac:parameter ac:name="language">sh</ac:parameter><ac:plain-text-body><![CDATA[a < b && c]]></ac:plain-text-body></ac:structured-macro><p>Done</p>';
    expect(htmlToMarkdown(withoutMacros(storage))).toBe('Run this:\n\n```\na < b && c\n```\n\nDone');
  });

  it.each([
    ['its byte order mark', Uint8Array.of(0xff, 0xfe, 0xe9, 0x00), 'utf-8'],
    ['its server', Uint8Array.of(0xe9), 'iso-8859-1'],
    ['itself', Buffer.from('<meta charset="windows-1252">\xe9', 'latin1'), undefined],
    ['nobody', Buffer.from('é'), 'x-unknown'],
  ])('is decoded as %s says', (_, bytes, charset) => {
    expect(decodeHtml(bytes, charset).endsWith('é')).toBe(true);
  });
});

describe('patterns', () => {
  it('are for paths, or for whole addresses', () => {
    const filter = urlFilter({ include: ['/docs/**', 'https://b.test/**'], exclude: ['**/old/**'] });
    const wanted = (url: string) => filter(new URL(url));
    expect(wanted('https://a.test/docs/x?y=1')).toBe(true);
    expect(wanted('https://a.test/docs/old/x')).toBe(false);
    expect(wanted('https://a.test/blog')).toBe(false);
    expect(wanted('https://b.test/blog')).toBe(true);
    expect(pathFilter({})('anything')).toBe(true);
  });

  it.each(['drafts', 'drafts/', '/drafts', 'drafts/**', '**/drafts/'])('%s is a whole folder', (pattern) => {
    const filter = pathFilter({ exclude: [pattern] });
    expect(['drafts/a.md', 'drafts/deep/b.md', 'drafts.md', 'guide/c.md'].filter(filter)).toEqual([
      'drafts.md',
      'guide/c.md',
    ]);
    expect(filter.unused()).toEqual([]);
  });

  it('with a wildcard at their end mean what a shell means by them', () => {
    const filter = pathFilter({ include: ['*.md', 'guide/*'] });
    expect(['a.md', 'deep/b.md', 'guide/c.md', 'guide/deep/d.md'].filter(filter)).toEqual([
      'a.md',
      'guide/c.md',
    ]);
  });

  it('are known when they matched nothing', () => {
    const filter = pathFilter({ include: ['guide', 'nowhere'], exclude: ['/srv/docs/drafts', 'guide/old'] });
    for (const path of ['guide/a.md', 'guide/old/b.md', 'drafts/c.md']) filter(path);
    expect(filter.unused()).toEqual(['nowhere', '/srv/docs/drafts']);
  });
});

describe('an argument of the command line', () => {
  it.each([
    ['https://Docs.Test/sitemap.xml', 'web', 'https://docs.test/sitemap.xml', 'docs.test'],
    ['https://docs.test/guide/a#part', 'web', 'https://docs.test/guide/a', 'docs.test-guide-a'],
    ['confluence:ENG', 'confluence', 'ENG', 'confluence-ENG'],
    [
      'notion:https://www.notion.so/team/Handbook-0123456789abcdef0123456789ABCDEF?v=1',
      'notion',
      '01234567-89ab-cdef-0123-456789abcdef',
      'notion-01234567',
    ],
    ['github:acme/docs/guide#next', 'github', 'acme/docs/guide#next', 'github-acme-docs-guide-next'],
  ])('%s is of the kind %s', async (argument, kind, location, suggestedName) => {
    expect(await locateSource(argument)).toEqual({ kind, location, suggestedName });
  });

  it.each([
    ['https://user:secret@docs.test/', 'without a login'],
    ['notion:handbook', 'id or link as notion:ID'],
    ['github:acme', 'github:owner/name'],
    ['confluence:a/b', 'confluence:KEY'],
    ['/nowhere/at/all', 'Expected a folder or a file'],
    ['/nowhere/*.md', 'Expected a folder or a file at /nowhere'],
  ])('%s is refused', async (argument, reason) => {
    await expect(locateSource(argument)).rejects.toThrow(reason);
  });
});
