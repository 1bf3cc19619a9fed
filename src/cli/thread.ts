import { parseArgs } from 'node:util';
import { openLangSmithDesk } from '../bot/langsmith-desk.js';
import { createLogger } from '../logger.js';
import { linkedThread } from './linked-thread.js';
import { runCommand } from './run-command.js';

const USAGE = `npm run thread -- <link to a Slack message> [--team T0123456789] [--json]
Prints the LangSmith thread of a Slack thread: its session id, its address, its turns, tokens, cost, latency and feedback.
  --team  the workspace's id (default: asked of Slack with SLACK_BOT_TOKEN; an organisation's id for an org-wide install)
  --json  one object`;

runCommand({
  usage: USAGE,
  read(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { team: { type: 'string' }, json: { type: 'boolean', default: false } },
    });
    return { ...linkedThread(positionals, values.team), json: values.json };
  },
  async run(config, { permalink, teamId, json }) {
    const desk = openLangSmithDesk(config, { log: createLogger({ level: config.logLevel }), teamId });
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
        json
          ? `${JSON.stringify(result)}\n`
          : `${lines.map(([name, value]) => `${String(name).padEnd(9)} ${value}`).join('\n')}\n`,
      );
    } finally {
      await desk.close();
    }
  },
});

function shownFeedback({ key, count, mean }: { key: string; count: number; mean?: number }): string {
  return mean === undefined ? `${key} ×${count}` : `${key} ${mean.toFixed(2)} ×${count}`;
}
