import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { Figure } from '../figure.js';
import type { Stage, Target } from '../stage.js';
import { median } from '../statistics.js';

const WARM_UP = 20;
const SAMPLES = 40;
/** Claude thinks, and the status is set, before the first words. */
const BEFORE_FIRST_TOKEN_MS = 120;
const AFTER_FIRST_TOKEN_MS = 120;

export const firstText: Figure = {
  keys: ['firstTextAfterToken'],
  legend: `From Claude's first token on the wire to the first text that is visible in Slack. Floor: one chat.startStream there and back,
    from a bare process.`,
  measure: (lab) =>
    lab.withStage(async (stage) => {
      const bot = await stage.startBot({ dataDir: await lab.dataDir(1_000) });
      const bare = await stage.startBare('bare-answer');
      const slackCall = () => {
        const { channelId: channel, ts } = stage.mention();
        return bare.child.ask('slackCall', z.number(), { channel, ts });
      };
      for (let index = 0; index < WARM_UP; index += 1) {
        await timeToText(stage, bot);
        await slackCall();
      }
      const [times, bareTimes, calls]: [number[], number[], number[]] = [[], [], []];
      for (let index = 0; index < SAMPLES; index += 1) {
        times.push(await timeToText(stage, bot));
        bareTimes.push(await timeToText(stage, bare));
        calls.push(await slackCall());
      }
      const [value, floor] = [median(times), median(calls)];
      return [
        {
          key: 'firstTextAfterToken',
          label: 'first text after first token',
          value,
          floor,
          unit: 'ms',
          budget: { text: `<= one call + 40 = ${(floor + 40).toFixed(1)}`, met: value <= floor + 40 },
          note: `median of ${SAMPLES}, worst ${Math.max(...times).toFixed(1)}`,
        },
        {
          label: '  of a bare chatStream app',
          value: median(bareTimes),
          unit: 'ms',
          note: `Bolt and chatStream with its default buffer, the same answer ${AFTER_FIRST_TOKEN_MS} ms long`,
        },
      ];
    }),
};

async function timeToText({ claude, slack, answered }: Stage, target: Target): Promise<number> {
  let tokenAt = 0;
  let shownAt = 0;
  claude.reply(() => [
    {
      waitFor: setTimeout(BEFORE_FIRST_TOKEN_MS).then(() => {
        tokenAt = performance.now();
      }),
    },
    'First words.',
    { pauseMs: AFTER_FIRST_TOKEN_MS },
    ' And the rest.',
  ]);
  const workspace = slack.workspace();
  const unsubscribe = workspace.onChange((change) => {
    const isShown =
      (change.type === 'message_added' || change.type === 'message_updated') &&
      change.message.userId === workspace.botUserId &&
      change.message.text !== '';
    if (isShown && shownAt === 0) shownAt = performance.now();
  });
  await answered(target);
  unsubscribe();
  return shownAt - tokenAt;
}
