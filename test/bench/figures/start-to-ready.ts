import type { Figure } from '../figure.js';
import { median } from '../statistics.js';

const STARTS = 5;

export const startToReady: Figure = {
  keys: ['startToReady'],
  legend: `From spawning "node dist/main.js", Slack and everything else set, an index of 20,000 chunks there, to its "ready" line. Floor:
    a process with nothing but Bolt, to listening. Starts alternate.`,
  async measure(lab) {
    const dataDir = await lab.dataDir(20_000);
    const [bots, bares]: [number[], number[]] = [[], []];
    await lab.withStage(async (stage) => {
      // One start more than is counted: the first one finds cold files and brings the index up to date.
      for (let start = 0; start <= STARTS; start += 1) {
        for (const [times, begin] of [
          [bots, () => stage.startBot({ dataDir, probe: false })],
          [bares, () => stage.startBare('bare-bolt', { probe: false })],
        ] as const) {
          const startedAt = performance.now();
          const { child } = await begin();
          if (start > 0) times.push((performance.now() - startedAt) / 1_000);
          await child.kill();
        }
      }
    });
    const [value, floor] = [median(bots), median(bares)];
    const limit = 1.6 * floor + 0.5;
    return [
      {
        key: 'startToReady',
        label: 'start to ready, 20,000 chunks',
        value,
        floor,
        unit: 's',
        budget: { text: `<= 1.6x bare + 0.5 = ${limit.toFixed(2)}`, met: value <= limit },
        note: `median of ${STARTS}`,
      },
    ];
  },
};
