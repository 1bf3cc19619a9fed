import { chmod, chown, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startEmbeddingsDouble } from '../support/embeddings-double.js';
import { countDocuments, openIndex } from '../support/index-contents.js';
import { newDirectory, runIngest, startIngest, writeFiles } from '../support/ingest-process.js';

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

/** Ended with one line that says why, on stderr alone. */
const oneLine = (line: RegExp) => ({
  code: 1,
  stdout: '',
  stderr: expect.stringMatching(new RegExp(`^${line.source}\\n$`, line.flags)),
});

describe('npm run ingest', { timeout: 60_000 }, () => {
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
      expect((await run([folder], env)).stdout).toContain('; 1 tokens embedded for $0.0000; ');
      expect((await run([folder], env)).stdout).toContain('; 0 tokens embedded for $0.0000; ');
      openai.tellsUsage = false;
      await writeFiles(folder, { 'a.md': `# A\n\n${'alpha '.repeat(200)}` });
      expect((await run([folder], env)).stdout).toMatch(
        /; about 30\d tokens embedded for about \$0\.0000 \(an estimate/,
      );
      const other = { ...env, EMBEDDING_MODEL: 'another-model' };
      openai.status = 401;
      expect(await run(['--re-embed'], other)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('; 0 tokens embedded; '),
        stderr: expect.stringMatching(/^ {2}The embedding service failed: 401 .*Run it again.*\n$/),
      });
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

  test.skipIf(process.getuid?.() !== 0)('says which files it may not read', async () => {
    const { folder, dataDir, root } = await newHandbook({ 'a.md': 'Alpha', 'b.md': 'Beta' });
    for (const path of [root, folder, dataDir, join(folder, 'a.md')]) await chown(path, NOBODY, NOBODY);
    await chmod(join(folder, 'b.md'), 0);
    const { code, stdout, stderr } = await runIngest(dataDir, [folder], { uid: NOBODY, env: { HOME: root } });
    expect({ code, stderr: stderr.trimEnd().split('\n') }).toEqual({
      code: 1,
      stderr: [expect.stringMatching(/^ {2}b\.md: .*EACCES/)],
    });
    expect(stdout).toContain('1 added or changed');
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
      [['--remove', 'nothing'], /Expected the name of a source \(handbook\), got "nothing"\./],
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
