import { parseArgs } from 'node:util';
import { openLangSmithDesk } from '../bot/langsmith-desk.js';
import { ExpectedError } from '../errors.js';
import { createLogger } from '../logger.js';
import { runCommand } from './run-command.js';

const USAGE = `npm run thread -- <link to a Slack message> [--team T0123456789] [--json]
Prints the LangSmith thread of a Slack thread: its session id, its address, its turns, tokens, cost, latency and feedback.
  --team  the workspace's id (default: asked of Slack with SLACK_BOT_TOKEN; an organisation's id for an org-wide install)
  --json  one object`;

runCommand(async (config) => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { team: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return void process.stdout.write(`${USAGE}\n`);
  const [permalink] = positionals;
  if (permalink === undefined || positionals.length > 1)
    throw new ExpectedError(`Expected one link, got ${positionals.length}.\n${USAGE}`);
  const desk = openLangSmithDesk(config, {
    log: createLogger({ level: config.logLevel }),
    teamId: values.team,
  });
  try {
    const { sessionId, threadUrl, turn, turnUrl } = await desk.locate(permalink);
    const figures = await desk.figures(sessionId);
    const { turns, tokens, cost, latencyP50, latencyP99, feedback } = figures;
    const seconds = (value: number | undefined) => (value === undefined ? '-' : `${value.toFixed(1)} s`);
    const lines = [
      ['Session', sessionId],
      ['Thread', threadUrl],
      ['Turn', turnUrl ?? 'none that LangSmith has'],
      ['Turns', turns],
      ['Tokens', tokens],
      ['Cost', cost === undefined ? '-' : `$${cost.toFixed(4)}`],
      ['Latency', `${seconds(latencyP50)} (median), ${seconds(latencyP99)} (p99)`],
      ['Feedback', feedback.map(shownFeedback).join(', ') || 'none'],
    ];
    const result = { sessionId, threadUrl, runId: turn?.runId, turnUrl, ...figures };
    process.stdout.write(
      values.json
        ? `${JSON.stringify(result)}\n`
        : `${lines.map(([name, value]) => `${String(name).padEnd(9)} ${value}`).join('\n')}\n`,
    );
  } finally {
    await desk.close();
  }
});

function shownFeedback({ key, count, mean }: { key: string; count: number; mean?: number }): string {
  return mean === undefined ? `${key} ×${count}` : `${key} ${mean.toFixed(2)} ×${count}`;
}
