import { parseArgs } from 'node:util';
import { openLangSmithDesk } from '../bot/langsmith-desk.js';
import { ExpectedError } from '../errors.js';
import { createLogger } from '../logger.js';
import { linkedThread } from './linked-thread.js';
import { runCommand } from './run-command.js';

const USAGE = `npm run dataset:add -- <link to a Slack message> [--dataset name] [--answer text] [--team T0123456789]
Makes a question from Slack, with the turns before it, an example of a LangSmith dataset.
  --dataset  its name; made when it is not there (default: LANGSMITH_DATASET)
  --answer   the right answer (default: the correction that somebody gave, or the answer itself where it was voted good);
             secrets in it are masked, and what else TRACE_CONTENT masks
  --team     the workspace's id (default: asked of Slack with SLACK_BOT_TOKEN)`;

runCommand({
  usage: USAGE,
  read(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { dataset: { type: 'string' }, answer: { type: 'string' }, team: { type: 'string' } },
    });
    const { dataset, answer, team } = values;
    for (const [name, value] of Object.entries({ dataset, answer }))
      if (value?.trim() === '') throw new ExpectedError(`--${name} must be some text, got "${value}".`);
    return { ...linkedThread(positionals, team), givenDataset: dataset, answer };
  },
  async run(config, { permalink, teamId, givenDataset, answer }) {
    const desk = openLangSmithDesk(config, { log: createLogger({ level: config.logLevel }), teamId });
    try {
      const dataset = givenDataset ?? config.langsmith?.dataset ?? 'threadsmith-feedback';
      const added = await desk.addExample(await desk.locate(permalink), { dataset, answer });
      if (!('url' in added))
        throw new ExpectedError(
          added.status === 'no_text'
            ? 'The trace must hold the question, got none: is TRACE_CONTENT=none?'
            : 'The right answer must be known: nobody corrected this one or voted it good. Give it with --answer "…".',
        );
      process.stdout.write(`${added.status}: example ${added.exampleId} of ${dataset}\n${added.url}\n`);
    } finally {
      await desk.close();
    }
  },
});
