import type { Figure } from '../figure.js';
import { QUICK_REPLY } from '../quick-reply.js';
import type { Stage, Target } from '../stage.js';
import { median, percentile } from '../statistics.js';

const WARM_UP = 60;
const SAMPLES = 100;
const ROUNDS = 2;

export const eventToModel: Figure = {
  keys: ['eventToModelP50'],
  legend: `From sending the event to the whole request for Claude, one question at a time, without history: journal, keyword search,
    prompt. Floor: a Bolt listener that calls the Anthropic SDK at once.`,
  measure: (lab) =>
    lab.withStage(async (stage) => {
      stage.claude.reply(QUICK_REPLY);
      const targets = {
        small: await stage.startBot({ dataDir: await lab.dataDir(1_000) }),
        large: await stage.startBot({ dataDir: await lab.dataDir(20_000) }),
        bare: await stage.startBare('bare-answer'),
      };
      const names = ['small', 'large', 'bare'] as const;
      const times: Record<keyof typeof targets, number[]> = { small: [], large: [], bare: [] };
      for (const name of names) await timesOf(stage, targets[name], WARM_UP);
      for (let round = 1; round <= ROUNDS; round += 1) {
        lab.options.progress(`eventToModelP50: round ${round} of ${ROUNDS}`);
        for (const name of names) times[name].push(...(await timesOf(stage, targets[name], SAMPLES)));
      }
      const [p50, large50, large99] = [
        median(times.small),
        median(times.large),
        percentile(times.large, 0.99),
      ];
      const floor = median(times.bare);
      return [
        {
          key: 'eventToModelP50',
          label: 'event to model p50, 1,000 chunks',
          value: p50,
          floor,
          unit: 'ms',
          budget: { text: '<= 20', met: p50 <= 20 },
          note: `${times.small.length} questions; p99 ${percentile(times.small, 0.99).toFixed(1)}`,
        },
        {
          label: '  event to model p50, 20,000 chunks',
          value: large50,
          floor,
          unit: 'ms',
          budget: { text: '<= 40', met: large50 <= 40 },
        },
        {
          label: '  event to model p99, 20,000 chunks',
          value: large99,
          floor: percentile(times.bare, 0.99),
          unit: 'ms',
          budget: { text: '<= 90', met: large99 <= 90 },
        },
      ];
    }),
};

async function timesOf({ claude, answered }: Stage, target: Target, count: number): Promise<number[]> {
  const times: number[] = [];
  while (times.length < count) {
    const { length: before } = claude.requests;
    const sentAt = performance.now();
    await answered(target);
    const request = claude.requests[before];
    if (!request) throw new Error('an answer must ask Claude, got one without a request');
    times.push(request.at - sentAt);
  }
  return times;
}
