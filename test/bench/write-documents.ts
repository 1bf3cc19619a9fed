import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Sections a document has, each about one chunk. */
const SECTIONS = 10;
const SECTION_CHARS = 1_250;
const VOCABULARY = 8_000;
const GLUE = ['the', 'of', 'and', 'to', 'in', 'is', 'for', 'with', 'when', 'that', 'on', 'can'];
const SYLLABLES = [
  'ba',
  'cor',
  'del',
  'fin',
  'gra',
  'hul',
  'jen',
  'kim',
  'lor',
  'mat',
  'nev',
  'pro',
  'qui',
  'ras',
  'set',
  'tun',
];

/** Writes markdown that is cut into about `chunks` chunks. Words are as frequent as in natural text (Zipf's law). */
export async function writeDocuments(folder: string, chunks: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const random = randomFrom(chunks);
  for (let index = 0; index < chunks / SECTIONS; index += 1) {
    const sections = Array.from({ length: SECTIONS }, () => `## ${heading(random)}\n\n${section(random)}\n`);
    await writeFile(join(folder, `page-${index}.md`), `# ${heading(random)}\n\n${sections.join('\n')}`);
  }
}

/** The same with the same seed; its words occur in the documents. */
export function questionOf(seed: number): string {
  const random = randomFrom(seed + 1);
  // Three common words and two rare ones: a question must be found relevant to be put to the model.
  const common = () => wordOf(20 + Math.floor(random() * 40));
  const rare = () => wordOf(20 + Math.floor(random() * (VOCABULARY / 4)));
  const words = [common(), common(), rare(), common(), rare()];
  return `how do I ${words[0]} the ${words[1]} ${words[2]} when ${words[3]} fails with ${words[4]}?`;
}

/** Text like a section of the documents: it packs as badly as natural text does. */
export function passageOf(seed: number): string {
  return section(randomFrom(seed + 1));
}

function section(random: () => number): string {
  let text = '';
  while (text.length < SECTION_CHARS) {
    const length = 8 + Math.floor(random() * 10);
    const words = Array.from({ length }, (_, index) =>
      index % 2 ? (GLUE[Math.floor(random() * GLUE.length)] ?? 'the') : zipfWord(random),
    );
    text += `${words.join(' ')}. `;
  }
  return text.trim();
}

function heading(random: () => number): string {
  return `${zipfWord(random)} ${zipfWord(random)} ${zipfWord(random)}`;
}

function zipfWord(random: () => number): string {
  return wordOf(Math.floor(VOCABULARY ** random()) - 1);
}

function wordOf(rank: number): string {
  let word = '';
  for (let rest = rank + 1; rest > 0; rest = Math.floor(rest / SYLLABLES.length)) {
    word += SYLLABLES[rest % SYLLABLES.length];
  }
  return word;
}

/** mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
