import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDocumentDesk, type DocumentDesk } from '../../src/playground/document-desk.js';
import { newDirectory } from '../support/new-directory.js';
import { startWorld, type World } from '../support/world.js';

let world: World;
let folder: string;
let desk: DocumentDesk;

beforeEach(async () => {
  [world, folder] = await Promise.all([
    startWorld({ config: (config) => ({ ...config, anthropic: undefined }) }),
    newDirectory(),
  ]);
  desk = createDocumentDesk({ folder, log: world.log });
  await desk.connect(world.bot.documents);
});

afterEach(async () => {
  await desk.close();
  await world.close();
});

const bytes = (text: string) => new TextEncoder().encode(text);
const named = async (name: string) =>
  (await desk.view()).documents.find((document) => document.name === name);

/** Resolves to a document when nothing more is done with it. */
async function settled(name: string) {
  await expect.poll(async () => (await named(name))?.state, { timeout: 20_000 }).toMatch(/ready|failed/);
  return named(name);
}

test('a file is indexed by the real ingest, answered from, replaced and removed with its copy', async () => {
  await desk.addFile('leave & more.md', bytes('# Leave\n\nParents of a newborn get nineteen weeks.'));
  expect(await settled('leave - more.md')).toMatchObject({
    state: 'ready',
    note: '1 document, 1 passage',
    removable: true,
  });
  const { message } = await world.ask({ text: 'how many weeks do parents of a newborn get?' });
  expect((await world.answerTo(message)).text).toContain('nineteen weeks');

  await desk.addFile('leave & more.md', bytes('# Leave\n\nParents of a newborn get twenty weeks.'));
  await settled('leave - more.md');
  const again = await world.ask({ text: 'how many weeks do parents of a newborn get now?' });
  expect((await world.answerTo(again.message)).text).toContain('twenty weeks');

  await desk.remove('leave - more.md');
  expect(await named('leave - more.md')).toBeUndefined();
  expect(await readdir(folder)).toEqual([]);
});

test('what was there before cannot be removed here', async () => {
  const [{ name } = { name: '' }] = (await desk.view()).documents;
  await expect(desk.remove(name)).rejects.toThrow('no document');
  expect((await desk.view()).documents).toMatchObject([{ name, removable: false }]);
});

test('says what is wrong with a document, and lets go of it', async () => {
  await expect(desk.addFile('data.bin', bytes('x'))).rejects.toThrow('A document ends in .md');
  await expect(desk.addFile('empty.md', bytes(''))).rejects.toThrow('"empty.md" is empty');
  await desk.addFile('blank.md', bytes('\n \n'));
  expect(await settled('blank.md')).toMatchObject({
    ...{ state: 'failed', note: expect.stringContaining('no text') },
  });
  await desk.remove('blank.md');
  await expect(desk.addPage('file:///etc/passwd')).rejects.toThrow('begins with https:// or http://');
  await desk.addFile('broken.pdf', bytes('no PDF'));
  expect(await settled('broken.pdf')).toMatchObject({ state: 'failed', removable: true });
  await desk.remove('broken.pdf');
  for (const address of [
    'http://127.0.0.1:1/',
    'http://localhost:1/',
    'http://[::1]:1/',
    'http://169.254.169.254/',
  ]) {
    await desk.addPage(address);
    const refused = await settled(address);
    expect(refused).toMatchObject({ state: 'failed', note: expect.stringContaining('public address') });
    expect(refused?.note).toContain(`npm run ingest -- ${address} --allow-private`);
    await desk.remove(address);
  }
  expect(await readdir(folder)).toEqual([]);
});

test('beside others’ index nothing is added or removed', async () => {
  const closed = createDocumentDesk({ folder, closed: 'Not here.', log: world.log });
  await closed.connect(world.bot.documents);
  await expect(closed.addFile('a.md', bytes('x'))).rejects.toThrow('Not here.');
  await expect(closed.addPage('https://docs.example.com')).rejects.toThrow('Not here.');
  const { documents, ...view } = await closed.view();
  expect(view).toEqual({ closed: 'Not here.' });
  await expect(closed.remove(documents[0]?.name ?? '')).rejects.toThrow('Not here.');
});
