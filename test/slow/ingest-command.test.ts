import { chmod, chown, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startEmbeddingsDouble } from '../support/embeddings-double.js';
import { countDocuments, indexContents, openIndex } from '../support/index-contents.js';
import { type IngestResult, runIngest, startIngest } from '../support/ingest-process.js';
import { newDirectory } from '../support/new-directory.js';
import { writeFiles } from '../support/write-files.js';

const NOBODY = 65_534;

/** A folder of documents and a data directory, and the command run on them. */
async function newHandbook(files: Record<string, string | Uint8Array> = { 'a.md': '# A\n\nAlpha' }) {
  const [dataDir, root] = [await newDirectory(), await newDirectory()];
  const folder = join(root, 'handbook');
  await mkdir(folder);
  await writeFiles(folder, files);
  return {
    dataDir,
    root,
    folder,
    run: (args: readonly string[], env: Record<string, string> = {}) => runIngest(dataDir, args, { env }),
  };
}

/** Runs the command as somebody whom permissions bind, who owns these directories: root may read everything. */
async function runBound(dataDir: string, root: string, args: readonly string[]): Promise<IngestResult> {
  if (process.getuid?.() !== 0) return runIngest(dataDir, args);
  for (const directory of [dataDir, root]) {
    const paths = await readdir(directory, { recursive: true });
    for (const path of ['', ...paths]) await chown(join(directory, path), NOBODY, NOBODY);
  }
  return runIngest(dataDir, args, { uid: NOBODY, env: { HOME: root } });
}

/** Ended with one line that says why, on stderr alone. */
const oneLine = (line: RegExp) => ({
  code: 1,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^${line.source}\\n$`, line.flags)),
});

describe('npm run ingest', { timeout: 120_000 }, () => {
  test('adds, lists, plans, refreshes and removes', async () => {
    const { folder, run } = await newHandbook({ 'a.md': '# A\n\nAlpha', 'b.md': '# B\n\nBeta' });
    expect((await run([folder])).stdout).toMatch(
      /^handbook: 2 documents: 2 added or changed, 0 unchanged, 0 removed, 0 failed; 2 chunks added; [\d.]+ s\n$/,
    );
    await writeFiles(folder, { 'b.md': '# B\n\nBeta, revised', 'c.md': '# C\n\nGamma' });

    const planned = await run(['--dry-run', folder]);
    expect(planned).toEqual({
      code: 0,
      stderr: '',
      stdout:
        '  + c.md\n  ~ b.md\nhandbook: would add 1, change 1 (2 chunks) and remove 0 documents; ' +
        '1 unchanged, 0 failed. Nothing was written or embedded.\n',
    });
    expect((await run(['--list'])).stdout).toMatch(/^handbook: 2 documents, 2 chunks, refreshed 2\S+: \//);

    const [line = ''] = (await run(['--json'])).stdout.split('\n');
    expect(JSON.parse(line)).toMatchObject({ source: 'handbook', documents: 3, changed: 2, unchanged: 1 });

    expect((await run(['--remove', 'handbook', '--dry-run'])).stdout).toBe(
      'handbook: would remove 3 documents, 3 chunks\n',
    );
    expect((await run(['--remove', 'handbook'])).stdout).toBe('handbook: removed 3 documents, 3 chunks\n');
    expect((await run(['--list'])).stdout).toMatch(/^There are no sources yet/);
  });

  test('says what embedding took and cost, as the service tells it or as an estimate', async () => {
    const openai = await startEmbeddingsDouble();
    const env = { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: openai.baseUrl };
    try {
      const { folder, run } = await newHandbook();
      expect((await run([folder], env)).stdout).toContain('; 1 tokens embedded for less than $0.0001; ');
      expect((await run([folder], env)).stdout).toContain('; 0 tokens embedded; ');
      openai.tellsUsage = false;
      await writeFiles(folder, { 'a.md': `# A\n\n${'alpha '.repeat(200)}` });
      expect((await run([folder], env)).stdout).toMatch(
        /; about 30\d tokens embedded for less than \$0\.0001 \(an estimate/,
      );
    } finally {
      await openai.close();
    }
  });

  test('re-embeds what is indexed, wherever it came from, and only when the model can be used', async () => {
    const openai = await startEmbeddingsDouble();
    const env = { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: openai.baseUrl };
    try {
      const { dataDir, folder, run } = await newHandbook({ 'a.md': '# A\n\nAlpha', 'b.md': '# B\n\nBeta' });
      await run([folder], env);
      const other = { ...env, EMBEDDING_MODEL: 'another-model' };
      const database = await openIndex(dataDir);
      const before = await indexContents(database);

      const planned = await run(['--dry-run', folder], other);
      expect(planned).toMatchObject({ code: 1, stderr: expect.stringContaining('--re-embed') });
      openai.status = 401;
      expect(await run(['--re-embed'], other)).toEqual(
        oneLine(
          /another-model \(\d+ dimensions\) cannot be used, so all vectors stay as they are: 401 .*: check OPENAI_API_KEY/,
        ),
      );
      expect(await indexContents(database)).toEqual(before);

      openai.status = 200;
      await rename(folder, `${folder}-gone`);
      const done = await run(['--re-embed'], other);
      expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('; 3 tokens embedded; ') });
      const [model] = await database.query(
        "SELECT value FROM knowledge_index WHERE name = 'embedding_model'",
      );
      expect(model?.value).toContain('another-model');
      const [embedded] = await database.query('SELECT count(embedding) AS embedded FROM knowledge_chunk');
      expect(Number(embedded?.embedded)).toBe(2);
    } finally {
      await openai.close();
    }
  });

  test('remembers how long passages are to be, and cuts alike at the next refresh', async () => {
    const sections = Array.from({ length: 4 }, (_, i) => `## Part ${i}\n\n${'word '.repeat(70)}`).join(
      '\n\n',
    );
    const { folder, run } = await newHandbook({ 'a.md': `# A\n\n${sections}` });
    await run([folder]);
    const { stdout } = await run([folder, '--chunk-chars', '300-400']);
    expect(stdout).toContain('1 added or changed');
    expect((await run([])).stdout).toContain('0 added or changed, 1 unchanged');
    expect((await run(['--list'])).stdout).toContain('4 chunks');
    expect((await run(['--list'])).stdout).toContain('passages of 300-400 characters');
  });

  test('lets patterns be taken back, and says which match nothing', async () => {
    const { folder, run } = await newHandbook({ 'a.md': 'Alpha', 'drafts/b.md': 'Beta' });
    const first = await run([folder, '--exclude', 'drafts', '--exclude', join(folder, 'old')]);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('handbook: 1 documents') });
    expect(first.stderr).toMatch(/^ {2}The pattern "\/.*\/old" matches nothing: .*\n$/);
    expect((await run(['--list'])).stdout).toMatch(/, without drafts \/.*\/old\n$/);
    expect((await run([folder, '--exclude', ''])).stdout).toContain('handbook: 2 documents: 1 added');
    expect((await run(['--list'])).stdout).not.toContain('without');
  });

  test('says how many chunks have no vector yet', async () => {
    const { folder, run } = await newHandbook({ 'a.md': 'Alpha', 'b.md': 'Beta' });
    await run([folder]);
    const planned = await run(['--dry-run'], {
      OPENAI_API_KEY: 'sk-test',
      OPENAI_BASE_URL: 'http://127.0.0.1:9',
    });
    expect(planned.stdout).toContain('2 indexed chunks have no vector and would be embedded.');
    expect((await run(['--dry-run'])).stdout).not.toContain('vector');
  });

  test('removes a source by its place too, also when that is gone', async () => {
    const { folder, root, run } = await newHandbook();
    const runbooks = join(root, 'runbooks');
    await writeFiles(runbooks, { 'r.md': '# R\n\nRestart' });
    await run([folder, runbooks]);
    await rename(runbooks, `${runbooks}-gone`);
    expect((await run(['--remove', `${folder}/`, '--remove', runbooks])).stdout).toBe(
      'handbook: removed 1 documents, 1 chunks\nrunbooks: removed 1 documents, 1 chunks\n',
    );
  });

  test('asks whether a pattern lost its quotes', async () => {
    const { folder, run } = await newHandbook({ 'a.md': 'Alpha', 'b.md': 'Beta', 'c.md': 'Gamma' });
    const files = ['a.md', 'b.md', 'c.md'].map((name) => join(folder, name));
    expect((await run([...files, '--dry-run'])).stderr).toMatch(
      /^3 files are given as a source each.*in quotes/,
    );
    expect((await run([join(folder, '*.md'), '--dry-run'])).stderr).toBe('');
  });

  test('ends quietly when nobody reads on', async () => {
    const { dataDir, folder } = await newHandbook();
    await runIngest(dataDir, [folder]);
    const { child, ended } = startIngest(dataDir, ['--list']);
    child.stdout?.destroy();
    expect(await ended).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('indexes what it can and says of each other document why not', async () => {
    const { folder, root, run } = await newHandbook({
      'ok.md': 'Fine',
      'big.md': 'x'.repeat(3 * 1024 * 1024),
      'latin1.md': Uint8Array.of(0x63, 0xe9, 0x0a),
      "it's a “name” ünd\t$(x) `y`.md": '# Quoted\n\nFine too',
      'sub folder/ok.md': 'Fine as well',
    });
    await writeFile(join(root, 'secret.md'), 'Secret');
    await symlink(join(root, 'secret.md'), join(folder, 'link.md'));
    await symlink(root, join(folder, 'out'));
    const { code, stdout, stderr } = await run([folder]);
    expect(code).toBe(1);
    expect(stdout).toContain('5 documents: 3 added or changed, 0 unchanged, 0 removed, 2 failed');
    expect(stderr.trimEnd().split('\n')).toEqual([
      '  big.md: expected at most 2097152 bytes, got 3145728: split the document',
      '  latin1.md: expected text in UTF-8, got other bytes: convert the file',
    ]);
  });

  test('says which files it may not read', async () => {
    const { folder, dataDir, root } = await newHandbook({ 'a.md': 'Alpha', 'b.md': 'Beta' });
    await chmod(join(folder, 'b.md'), 0);
    const { code, stdout, stderr } = await runBound(dataDir, root, [folder]);
    expect({ code, stderr: stderr.trimEnd().split('\n') }).toEqual({
      code: 1,
      stderr: [expect.stringMatching(/^ {2}b\.md: .*EACCES/)],
    });
    expect(stdout).toContain('1 added or changed');
  });

  test('keeps what is in a folder that it may not read any more', async () => {
    const files = { 'a.md': 'Alpha', 'b.md': 'Beta', 'closed/c.md': 'Gamma', 'closed/deep/d.md': 'Delta' };
    const { folder, dataDir, root, run } = await newHandbook(files);
    await run([folder]);
    await rm(join(folder, 'b.md'));
    const closed = join(folder, 'closed');
    await chmod(closed, 0);
    onTestFinished(() => chmod(closed, 0o700));
    const { code, stdout, stderr } = await runBound(dataDir, root, []);
    expect(stderr).toMatch(/^ {2}closed: the folder cannot be read: EACCES/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('1 removed, 1 failed') });
    expect((await run(['--list'])).stdout).toContain('3 documents');
    const excluding = await runBound(dataDir, root, [folder, '--exclude', 'closed']);
    expect(excluding).toMatchObject({ code: 0, stdout: expect.stringContaining('2 removed, 0 failed') });
  });

  test('ends with one line for what cannot be', async () => {
    const { folder, root, run } = await newHandbook();
    await mkdir(join(root, 'empty'));
    await writeFiles(join(root, 'other'), { 'handbook/a.md': 'Other' });
    expect(await run([folder])).toMatchObject({ code: 0 });
    const cases: [args: readonly string[], line: RegExp][] = [
      [['/nowhere/at/all'], /Expected .*\/nowhere\/at\/all.*found none.*/],
      [[join(root, 'empty')], /empty: Expected documents .*found none.*/],
      [[join(root, 'other/handbook')], /.*"handbook" is taken by .*--name.*/],
      [['--remove', 'nothing'], /Expected the name or the place of a source \(handbook\), got "nothing"\./],
      [['--frob'], /Unknown option '--frob': see "npm run ingest -- --help"\./],
      [['--re-embed'], /--re-embed needs OPENAI_API_KEY, which is not set\./],
    ];
    const ended = await Promise.all(cases.map(([args]) => run(args)));
    expect(ended).toEqual(cases.map(([, line]) => oneLine(line)));
  });

  test('goes on with the other sources when one is gone, and keeps what is indexed of it', async () => {
    const { dataDir, root, folder, run } = await newHandbook();
    const runbooks = join(root, 'runbooks');
    await writeFiles(runbooks, { 'r.md': '# R\n\nRestart' });
    await run([folder, runbooks]);
    await rename(folder, `${folder}-gone`);
    const { code, stdout, stderr } = await run([]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^handbook: Expected a folder or a file at .*\n$/);
    expect(stdout).toMatch(/^runbooks: 1 documents: 0 added/);
    expect(await countDocuments(await openIndex(dataDir))).toBe(2);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('ends at once on %s, in one line', async (signal) => {
    const openai = await startEmbeddingsDouble();
    openai.silent = true;
    try {
      const { dataDir, folder } = await newHandbook();
      const env = { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: openai.baseUrl };
      const { child, ended } = startIngest(dataDir, [folder], { env });
      await expect.poll(() => openai.texts.length, { timeout: 20_000 }).toBe(1);
      child.kill(signal);
      expect(await ended).toEqual(oneLine(/Interrupted\. What is done stays done; run it again to go on\./));
      const leases = await (await openIndex(dataDir)).query('SELECT * FROM knowledge_lease');
      expect(leases).toEqual([]);
    } finally {
      await openai.close();
    }
  });
});
