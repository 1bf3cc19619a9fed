import { z } from 'zod';
import { cpuOf } from '../cpu-of.js';
import type { Figure } from '../figure.js';
import { SILENT_REPLY } from '../quick-reply.js';
import type { Target } from '../stage.js';
import { median } from '../statistics.js';

const WARM_UP = 300;
const MENTIONS = 600;
const ROUNDS = 3;
const CONCURRENCY = 8;

export const intakeCpu: Figure = {
  keys: ['intakeCpu'],
  legend: `CPU for an event, all threads of the process, the journal's among them. Half of the events are new mentions (signature,
    journal, dispatch, listener, queue), half their message twins (signature, journal, dropped as seen). All are replies in one
    thread whose first answer Claude is still writing: they wait for it, so no work on answers is in the figure. Floor: the same events
    at Bolt with its default options (convoStore and global fetch included) and a listener that does nothing.`,
  measure: (lab) =>
    lab.withStage(async (stage) => {
      stage.claude.reply(SILENT_REPLY);
      const bot = await stage.startBot({ dataDir: await lab.dataDir(1_000) });
      const bare = await stage.startBare('bare-bolt');
      const load = lab.startProgram('load');
      await load.printed(/ready/);

      const { signingSecret } = stage.slack;
      const send = ({ url }: Target, bodies: readonly string[]) =>
        load.ask('load', z.array(z.number()), { url, signingSecret, bodies, concurrency: CONCURRENCY });
      const root = stage.mention();
      const eventsOf = (count: number) =>
        Array.from({ length: count }, () => stage.mention({ threadTs: root.ts })).flatMap((message) => [
          stage.body(message, 'app_mention'),
          stage.body(message, 'message'),
        ]);
      await send(bot, [stage.body(root, 'app_mention')]);
      await stage.slack.waitFor(() => stage.claude.requests.length > 0, { describe: 'the first answer' });

      for (const target of [bot, bare]) await send(target, eventsOf(WARM_UP));
      const costs: Record<'bot' | 'bare', number[]> = { bot: [], bare: [] };
      for (let round = 1; round <= ROUNDS; round += 1) {
        for (const [name, target] of [
          ['bot', bot],
          ['bare', bare],
        ] as const) {
          const events = eventsOf(MENTIONS);
          const cpu = await cpuOf(lab, target.child, `intake-${name}`, () => send(target, events));
          costs[name].push(cpu / events.length);
        }
      }
      const [value, floor] = [median(costs.bot), median(costs.bare)];
      return [
        {
          key: 'intakeCpu',
          label: 'intake, CPU per event',
          value,
          floor,
          unit: 'ms',
          budget: { text: `<= 0.8x bare = ${(0.8 * floor).toFixed(2)}`, met: value <= 0.8 * floor },
          note: `median of ${ROUNDS} rounds of ${2 * MENTIONS}`,
        },
      ];
    }),
};
