import { setTimeout } from 'node:timers/promises';
import type { Channel, Message } from '../../../src/playground/slack/model.js';
import { createWorkspace } from '../../../src/playground/slack/workspace.js';
import type { Figure } from '../figure.js';
import type { Lab } from '../lab.js';
import { FOUR_SECOND_REPLY } from '../quick-reply.js';
import type { Stage, Target } from '../stage.js';
import { percentile } from '../statistics.js';
import { questionOf } from '../write-documents.js';

const MENTIONS = 40;
const CHANNELS = 10;
const WITHIN_MS = 10_000;
/** Not waited for any longer: a bare chatStream takes two minutes. */
const CAP_MS = 60_000;

interface Burst {
  /** From each mention to its whole answer, in milliseconds; those without one count as `CAP_MS`. */
  readonly times: readonly number[];
  readonly refused: number;
}

export const burst: Figure = {
  keys: ['burstP99'],
  legend: `${MENTIONS} mentions in ${WITHIN_MS / 1_000} s over ${CHANNELS} channels of one workspace, Claude writing 4 s each, while the double
    enforces Slack's tiers: from a mention to its whole answer. Floor: Bolt with chatStream, which waits on Retry-After; given up
    after ${CAP_MS / 1_000} s.`,
  async measure(lab) {
    const bot = await burstOf(lab, async (stage) => stage.startBot({ dataDir: await lab.dataDir(1_000) }));
    const bare = await burstOf(lab, (stage) => stage.startBare('bare-answer'));
    const [value, floor] = [p99(bot), p99(bare)];
    return [
      {
        key: 'burstP99',
        label: 'burst of 40 mentions, p99',
        value: value / 1_000,
        floor: floor / 1_000,
        unit: 's',
        budget: { text: '<= 6, no 429', met: value <= 6_000 && bot.refused === 0 },
        note: `p50 ${(percentile(bot.times, 0.5) / 1_000).toFixed(1)}, ${bot.refused} times 429; bare ${bare.refused} times 429`,
      },
    ];
  },
};

const p99 = ({ times }: Burst): number => percentile(times, 0.99);

function burstOf(lab: Lab, start: (stage: Stage) => Promise<Target>): Promise<Burst> {
  const channels = Array.from({ length: CHANNELS }, (_, index): Channel => {
    const members = new Set(['U0ADA', 'U0GRACE', 'U0BOT']);
    return { id: `C${index}`, name: `channel-${index}`, kind: 'channel', members };
  });
  return lab.withStage(
    async (stage) => {
      stage.claude.reply(FOUR_SECOND_REPLY);
      const { url } = await start(stage);
      stage.slack.connect({ kind: 'http', url });
      const times = await Promise.all(
        Array.from({ length: MENTIONS }, async (_, index) => {
          await setTimeout((index * WITHIN_MS) / MENTIONS);
          return timeToAnswer(stage, `C${index % CHANNELS}`, index);
        }),
      );
      const refused = stage.slack.calls().filter(({ response }) => response?.status === 429).length;
      return { times, refused };
    },
    { limits: 'slack', workspaces: [createWorkspace({ channels })] },
  );
}

async function timeToAnswer({ slack }: Stage, channel: string, index: number): Promise<number> {
  const workspace = slack.workspace();
  const askedAt = performance.now();
  const text = `<@${workspace.botUserId}> ${questionOf(index)}`;
  const { message } = await slack.post({ channel, user: 'U0ADA', text, first: 'app_mention' });
  const isWhole = ({ userId, stream, blocks }: Message) =>
    userId === workspace.botUserId && (stream ? stream.state === 'completed' : blocks !== undefined);
  await slack
    .waitFor(() => workspace.thread(channel, message.ts).some(isWhole), { timeoutMs: CAP_MS })
    .catch(() => {});
  return Math.min(performance.now() - askedAt, CAP_MS);
}
