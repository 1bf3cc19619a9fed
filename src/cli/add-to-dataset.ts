import { parseArgs } from 'node:util';
import { openLangSmithDesk } from '../bot/langsmith-desk.js';
import { ExpectedError } from '../errors.js';
import { createLogger } from '../logger.js';
import { runCommand } from './run-command.js';

const USAGE = `npm run dataset:add -- <link to a Slack message> [--dataset name] [--answer text] [--team T0123456789]
Makes a question from Slack, with the turns before it, an example of a LangSmith dataset.
  --dataset  its name; made when it is not there (default: LANGSMITH_DATASET)
  --answer   the right answer (default: the correction that somebody gave, or the answer itself where it was voted good)
  --team     the workspace's id (default: asked of Slack with SLACK_BOT_TOKEN)`;

runCommand(async (config) => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      dataset: { type: 'string' },
      answer: { type: 'string' },
      team: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return void process.stdout.write(`${USAGE}\n`);
  const [permalink] = positionals;
  if (permalink === undefined || positionals.length > 1)
    throw new ExpectedError(`Expected one link, got ${positionals.length}.\n${USAGE}`);
  const log = createLogger({ level: config.logLevel });
  const desk = openLangSmithDesk(config, { log, teamId: values.team });
  try {
    const dataset = values.dataset ?? config.langsmith?.dataset ?? 'threadsmith-feedback';
    const added = await desk.addExample(await desk.locate(permalink), { dataset, answer: values.answer });
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
});
