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

runCommand({
  usage: USAGE,
  read(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        days: { type: 'string', default: '7' },
        post: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const days = values.days.trim() === '' ? Number.NaN : Number(values.days);
    if (!Number.isInteger(days) || days < 1 || days > 400)
      throw new ExpectedError(`--days must be a whole number from 1 to 400, got "${values.days}".`);
    if (values.post !== undefined && !/^[CG][A-Z0-9]+$/.test(values.post))
      throw new ExpectedError(
        `--post must be the id of a channel (C…), which stands at the end of its details in Slack, got "${values.post}".`,
      );
    return { days, channelId: values.post, json: values.json };
  },
  async run(config, { days, channelId, json }) {
    const desk = openGapsDesk(config, createLogger({ level: config.logLevel }));
    try {
      const report = await (channelId === undefined ? desk.report(days) : desk.post(days, channelId));
      if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
      else if (channelId === undefined) process.stdout.write(gapMarkdown(report));
      else process.stdout.write(`posted to ${channelId}: ${report.groups.length} groups of questions\n`);
    } finally {
      await desk.close();
    }
  },
});
