import type { Config } from '../config.js';
import { ExpectedError } from '../errors.js';
import type { Gap } from '../knowledge/gaps/gap.js';
import { gapGroups } from '../knowledge/gaps/gap-groups.js';
import { type GapReport, gapMarkdown } from '../knowledge/gaps/gap-markdown.js';
import type { Log } from '../logger.js';
import { createNetwork } from '../network.js';
import { WatchedWebClient } from '../slack/connection/watched-web-client.js';
import { createFindChannel } from '../slack/people/find-channel.js';
import { readableIn } from '../slack/people/readable-in.js';
import { postReport } from '../slack/surfaces/post-report.js';
import { createLangSmithClient } from '../tracing/client.js';
import { type TracedGap, tracedGaps } from '../tracing/traced-gaps.js';
import { TracedThreads } from '../tracing/traced-threads.js';

/** What the documents lack, as the traces tell. */
export interface GapsDesk {
  /** Of the last days, from every conversation. */
  report(days: number): Promise<GapReport>;
  /** The same for a channel of the workspace, without what was asked in conversations that are closed to its readers. */
  post(days: number, channelId: string): Promise<GapReport>;
  close(): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
/** Grouping compares each with each. */
const MOST_GAPS = 1_000;
/** Slack takes 12,000 characters in a message; its escapes make some into five. */
const LONGEST_POST = 9_000;

/** @throws ExpectedError without the settings of LangSmith. */
export function openGapsDesk(
  config: Config,
  { log, now = Date.now }: { log: Log; now?: () => number },
): GapsDesk {
  const { langsmith, slack } = config;
  if (!langsmith)
    throw new ExpectedError('This asks LangSmith: LANGSMITH_API_KEY must be set, got nothing (in .env).');
  const network = createNetwork(config.network);
  const { direct: client } = createLangSmithClient({ ...langsmith, fetch: network.fetch, log });
  const project = { client, projectName: langsmith.project };
  const threads = new TracedThreads(project);
  const traced = (days: number) => tracedGaps(project, new Date(now() - days * DAY_MS));

  async function reportOf(days: number, gaps: readonly TracedGap[], withheld: number): Promise<GapReport> {
    const recorded = gaps.filter(({ question }) => question !== '');
    const grouped = await Promise.all(
      recorded.slice(0, MOST_GAPS).map(
        async ({ runId, permalink, ...gap }): Promise<Gap> => ({
          ...gap,
          slackUrl: permalink,
          traceUrl: await threads.turnUrl(runId),
        }),
      ),
    );
    return {
      days,
      groups: gapGroups(grouped),
      unrecorded: gaps.length - recorded.length,
      withheld,
      leftOut: recorded.length - grouped.length,
    };
  }

  return {
    async report(days) {
      return reportOf(days, await traced(days), 0);
    },
    async post(days, channelId) {
      if (!slack)
        throw new ExpectedError(
          'A report is posted to Slack: SLACK_BOT_TOKEN must be set, got nothing (in .env).',
        );
      const { botToken, apiUrl } = slack;
      const web = new WatchedWebClient({ botToken, apiUrl, fetch: network.leanFetch, log }, () => {});
      const gaps = await traced(days);
      const isReadable = readableIn(channelId, createFindChannel(web));
      const open: TracedGap[] = [];
      for (const gap of gaps) if (await isReadable(gap.channelId)) open.push(gap);
      const report = await reportOf(days, open, gaps.length - open.length);
      await postReport({ client: web, channelId, markdown: fitting(report), links: linksIn(report) });
      return report;
    },
    close: () => network.close(),
  };
}

/** As many groups as one message takes. */
function fitting(report: GapReport): string {
  for (let mostGroups = 20; ; mostGroups -= 1) {
    const markdown = gapMarkdown(report, { mostGroups, mostQuestions: 3 });
    if (markdown.length <= LONGEST_POST || mostGroups === 1) return markdown;
  }
}

function linksIn({ groups }: GapReport): string[] {
  return groups
    .flatMap(({ gaps, nearest }) => [
      ...gaps.flatMap(({ slackUrl, traceUrl }) => [slackUrl, traceUrl]),
      ...nearest.map(({ item }) => item.url),
    ])
    .filter((url) => url !== undefined);
}
