import { parseArgs } from 'node:util';
import { openGapsDesk } from '../bot/gaps-desk.js';
import { ExpectedError } from '../errors.js';
import { gapMarkdown } from '../knowledge/gaps/gap-markdown.js';
import { createLogger } from '../logger.js';
import { runCommand } from './run-command.js';

const USAGE = `npm run gaps -- [--days 7] [--post C0123456789] [--json]
Lists, as Markdown, the questions that the documents did not answer or whose answers were voted down: those that ask for
much the same together, with their number, links to Slack and LangSmith, and the documents that came nearest.
  --days  how far back, 1 to 400 (default: 7)
  --post  posts it to this channel instead, without what was asked in private channels and direct messages
  --json  one object`;

runCommand(async (config) => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      days: { type: 'string', default: '7' },
      post: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return void process.stdout.write(`${USAGE}\n`);
  if (positionals.length > 0)
    throw new ExpectedError(`Expected options alone, got "${positionals[0]}".\n${USAGE}`);
  const days = Number(values.days);
  if (!Number.isInteger(days) || days < 1 || days > 400)
    throw new ExpectedError(`--days must be a whole number from 1 to 400, got "${values.days}".`);
  if (values.post !== undefined && !/^[CG][A-Z0-9]+$/.test(values.post))
    throw new ExpectedError(
      `--post must be the id of a channel (C…), which stands at the end of its details in Slack, got "${values.post}".`,
    );
  const desk = openGapsDesk(config, createLogger({ level: config.logLevel }));
  try {
    const report = await (values.post === undefined ? desk.report(days) : desk.post(days, values.post));
    if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else if (values.post === undefined) process.stdout.write(gapMarkdown(report));
    else process.stdout.write(`posted to ${values.post}: ${report.groups.length} groups of questions\n`);
  } finally {
    await desk.close();
  }
});
