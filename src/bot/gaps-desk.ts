import type { Config } from '../config.js';
import { ExpectedError } from '../errors.js';
import { gapGroups } from '../knowledge/gaps/gap-groups.js';
import { type GapReport, gapMarkdown } from '../knowledge/gaps/gap-markdown.js';
import type { Log } from '../logger.js';
import { createNetwork } from '../network.js';
import { WatchedWebClient } from '../slack/connection/watched-web-client.js';
import { createFindChannel } from '../slack/people/find-channel.js';
import { readableIn } from '../slack/people/readable-in.js';
import { postReport } from '../slack/surfaces/post-report.js';
import type { LangSmithClient } from '../tracing/client.js';
import { createCommandClient } from '../tracing/command-client.js';
import { type TracedGap, type TracedGapsOptions, tracedGaps } from '../tracing/traced-gaps.js';
import { TracedThreads } from '../tracing/traced-threads.js';

const DAY_MS = 24 * 3_600_000;
/** Grouping compares each with each. */
const MOST_GAPS = 1_000;
/** In the bot's own process, which must not stand still, and for a message that shows 20 groups. */
const MOST_POSTED_GAPS = 250;
/** Slack takes 12,000 characters in a message; its escapes make some into five. */
const LONGEST_POST = 9_000;

export interface GapsDeskOptions {
  readonly langsmith: {
    readonly client: Pick<LangSmithClient, 'direct'>;
    readonly projectName: string;
    /** Whether a project that is not there is made. @default true: it is the bot's own */
    readonly makes?: boolean;
  };
  /** @default Date.now */
  readonly now?: () => number;
}

/** What the documents lack, as the traces tell. */
export class GapsDesk {
  readonly #project: TracedGapsOptions;
  readonly #now: () => number;

  constructor({ langsmith: { client, ...project }, now = Date.now }: GapsDeskOptions) {
    this.#project = { ...project, client: client.direct };
    this.#now = now;
  }

  /** Of the last days, from every conversation. */
  async report(days: number): Promise<GapReport> {
    return this.#report(days, await this.#gaps(days), { withheld: 0, most: MOST_GAPS });
  }

  /** Posts the same to a channel, without what was asked in conversations that are closed to its readers. */
  async post(days: number, channelId: string, client: WatchedWebClient): Promise<GapReport> {
    const isReadable = readableIn(channelId, createFindChannel(client));
    const gaps = await this.#gaps(days);
    const open: TracedGap[] = [];
    for (const gap of gaps) if (await isReadable(gap.channelId)) open.push(gap);
    const withheld = gaps.length - open.length;
    const report = await this.#report(days, open, { withheld, most: MOST_POSTED_GAPS });
    await postReport({ client, channelId, markdown: fitting(report), links: linksIn(report) });
    return report;
  }

  #gaps(days: number): Promise<TracedGap[]> {
    return tracedGaps(this.#project, new Date(this.#now() - days * DAY_MS));
  }

  async #report(
    days: number,
    gaps: readonly TracedGap[],
    { withheld, most }: { readonly withheld: number; readonly most: number },
  ): Promise<GapReport> {
    const threads = new TracedThreads(this.#project);
    const recorded = gaps.filter(({ question }) => question !== '');
    const grouped = await Promise.all(
      recorded.slice(0, most).map(async ({ runId, permalink, ...gap }) => ({
        ...gap,
        slackUrl: permalink,
        traceUrl: await threads.turnUrl(runId),
      })),
    );
    return {
      days,
      groups: gapGroups(grouped),
      unrecorded: gaps.length - recorded.length,
      withheld,
      leftOut: recorded.length - grouped.length,
    };
  }
}

/** The desk of a command: what fails is an ExpectedError. @throws ExpectedError without the settings of LangSmith. */
export function openGapsDesk({ langsmith, network: settings, slack }: Config, log: Log) {
  if (!langsmith)
    throw new ExpectedError('This asks LangSmith: LANGSMITH_API_KEY must be set, got nothing (in .env).');
  const network = createNetwork(settings);
  const client = { direct: createCommandClient({ ...langsmith, fetch: network.fetch }) };
  const desk = new GapsDesk({ langsmith: { client, projectName: langsmith.project, makes: false } });
  return {
    report: (days: number) => desk.report(days),
    async post(days: number, channelId: string) {
      if (!slack)
        throw new ExpectedError(
          'A report is posted to Slack: SLACK_BOT_TOKEN must be set, got nothing (in .env).',
        );
      const { botToken, apiUrl } = slack;
      const web = new WatchedWebClient({ botToken, apiUrl, fetch: network.leanFetch, log }, () => {});
      return desk.post(days, channelId, web);
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
