import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ExpectedError } from '../../../src/errors.js';
import { measureRelevance } from './calibrate-relevance.js';
import { evaluateSet, type SetResult } from './evaluate.js';
import { openAiEmbedder } from './openai-embedder.js';
import { ownDocsSet } from './own-docs.js';
import { readSets } from './read-set.js';
import { renderRelevance } from './render-relevance.js';
import { renderResults, resultsToJson } from './render-results.js';
import { SHARED_DATA } from './shared-data.js';

const USAGE = `npm run eval:retrieval [-- options]
  --data folder  a set, or a folder of sets, in BEIR's layout; given more than once, all of them
                 (default: ../shared/data/retrieval where it is)
  --json         one object on stdout: { <set>: { <system>: { <metric>: value } } }, without the calibration of the
                 relevance threshold; npm's own lines are left out by npm run --silent
The product's own documentation is always among the sets. With OPENAI_API_KEY vectors are made by OpenAI, which costs a few
cents; without it those that come with a set are used.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  const folders = values.data ?? (existsSync(SHARED_DATA) ? [SHARED_DATA] : []);
  const sets = [...folders.flatMap(readSets), ownDocsSet()];
  const openAi = openAiEmbedder(process.env);

  const results: SetResult[] = [];
  for (const set of sets) {
    const model = openAi?.embedder.model ?? set.vectors?.model;
    console.error(`${set.name}, ${model ? `vectors by ${model}` : 'without vectors'}…`);
    results.push(await evaluateSet(set, { embedder: openAi?.embedder }));
  }
  if (values.json) {
    console.log(JSON.stringify(resultsToJson(results), null, 2));
  } else {
    console.error('relevance…');
    const relevances = await measureRelevance(sets, openAi?.embedder);
    console.log(`${renderResults(results)}\n\n${renderRelevance(relevances)}`);
  }
  if (openAi) console.error(openAi.costs());
}

main().catch((error: unknown) => {
  console.error(error instanceof ExpectedError || error instanceof TypeError ? error.message : error);
  process.exit(1);
});
