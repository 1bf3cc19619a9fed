import { z } from 'zod';
import type { Child } from '../child.js';
import { whenIdle } from '../cpu-of.js';
import type { Figure } from '../figure.js';
import type { Lab } from '../lab.js';
import type { Stage } from '../stage.js';
import { slope } from '../statistics.js';

/** Bounded caches are full by then, the tracer's of 4,000 strings among them. */
const WARM_UP = 1_200;
/** Two thousand and more whole answers: about a minute. 100,000 of them would take half an hour. */
const STEP = 300;
const POINTS = 9;
/** Shorter than usual, so that more threads pass. */
const REPLY = ['One sentence of an answer.', { cite: 0 }] as const;
const CONCURRENCY = 16;
const BARE_STEP = 1_500;
const BARE_STEPS = 6;
const MAX_RSS_MB = 250;

const memory = z.object({ heapUsed: z.number(), rss: z.number() });
type Points = [threads: number, heapUsed: number][];

export const heapPerThread: Figure = {
  keys: ['heapPerThread'],
  legend: `What the heap of the main thread keeps of a thread that is at rest: the slope of heapUsed after collection over the threads that
    passed through, each a whole traced answer, after ${WARM_UP} of them that fill the bounded caches. Noise is about 200 kB a point, so
    some 50 B a thread. Floor: the same slope of bare Bolt over mentions that nobody answers.`,
  async measure(lab) {
    const floor = await lab.withStage((stage) => bareSlope(lab, stage));
    return lab.withStage(async (stage) => {
      stage.claude.reply(REPLY);
      const bot = await stage.startBot({ dataDir: await lab.dataDir(1_000) });
      lab.options.progress(`heapPerThread: ${WARM_UP} answers to warm up`);
      await stage.answerMany(bot, WARM_UP, CONCURRENCY);
      lab.options.progress('heapPerThread: measuring');
      await memoryOf(bot.child);
      const points: Points = [];
      let rss = 0;
      for (let threads = WARM_UP; points.length < POINTS; threads += STEP) {
        if (points.length > 0) await stage.answerMany(bot, STEP, CONCURRENCY);
        const now = await memoryOf(bot.child);
        points.push([threads, now.heapUsed]);
        rss = now.rss;
      }
      const value = slope(points);
      const measured = (POINTS - 1) * STEP;
      const rssMb = rss / 2 ** 20;
      return [
        {
          key: 'heapPerThread',
          label: 'heap per thread',
          value,
          floor,
          unit: 'B',
          budget: { text: '<= 64', met: value <= 64 },
          note: `${WARM_UP + measured} threads, slope over the last ${measured}`,
        },
        {
          label: '  RSS after them, 1,000 chunks',
          value: rssMb,
          unit: 'MB',
          budget: { text: `<= ${MAX_RSS_MB} + index`, met: rssMb <= MAX_RSS_MB },
        },
      ];
    });
  },
};

async function bareSlope(lab: Lab, stage: Stage): Promise<number> {
  const { child, url } = await stage.startBare('bare-bolt');
  const load = lab.startProgram('load');
  await load.printed(/ready/);
  const pass = () =>
    load.ask('load', z.array(z.number()), {
      url,
      signingSecret: stage.slack.signingSecret,
      bodies: Array.from({ length: BARE_STEP }, () => stage.body(stage.mention(), 'app_mention')),
    });
  await pass();
  return slope(await pointsOf(child, BARE_STEPS, BARE_STEP, pass));
}

async function pointsOf(
  child: Child,
  steps: number,
  step: number,
  pass: () => Promise<unknown>,
): Promise<Points> {
  const points: Points = [];
  for (let index = 0; index < steps; index += 1) {
    points.push([index * step, (await memoryOf(child)).heapUsed]);
    await pass();
  }
  return points;
}

/** At rest: traces that wait to be sent are not what a thread leaves behind. The least of three looks. */
async function memoryOf(child: Child): Promise<z.infer<typeof memory>> {
  const looks = [];
  for (let look = 0; look < 3; look += 1) {
    await whenIdle(child);
    looks.push(await child.ask('memory', memory));
  }
  return {
    heapUsed: Math.min(...looks.map(({ heapUsed }) => heapUsed)),
    rss: Math.min(...looks.map(({ rss }) => rss)),
  };
}
