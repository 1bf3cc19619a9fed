import { z } from 'zod';
import type { Figure } from '../figure.js';
import type { Lab } from '../lab.js';
import { FOUR_SECOND_REPLY, QUICK_REPLY } from '../quick-reply.js';
import type { Stage, Target } from '../stage.js';
import { median, percentile } from '../statistics.js';

const RATE = 100;
const WARM_UP_SECONDS = 2;
const SECONDS = 5;
const ROUNDS = 2;
const THREADS = 10;
/** The documents of the ingest beside; it begins again when it has them all. */
const CHUNKS_BESIDE = 2_000;

const milliseconds = z.array(z.number());

/** Latencies of events, in milliseconds, with an ingest beside. */
interface Latencies {
  readonly bare: number[];
  readonly bot: number[];
  readonly botAlone: number[];
  readonly botFlooded: number[];
  readonly fsync: number[];
}

export const ack: Figure = {
  keys: ['ackP50', 'ackP99'],
  legend: `From sending a signed app_mention to the end of its 200, by a process of its own, at ${RATE} events a second, while an
    ingest writes the same DATA_DIR from another process. Every event is a new message that mentions the bot, so each is
    written to the journal and synced. They fall into ${THREADS} threads whose answers Claude takes 4 s to write, so answers are
    being written all the time, one a thread. Floor: Bolt with default options and a listener that does nothing, the same events, the
    same ingest. The row "flooded" gives every event a thread of its own and Claude's answer at once: ${RATE} whole answers a second,
    more than a core can write; it shows what intake is like while the process has fallen behind.`,
  async measure(lab) {
    const { bare, bot, botAlone, botFlooded, fsync } = await latencies(lab);
    const sync = median(fsync);
    const [p50, p99] = [median(bot), percentile(bot, 0.99)];
    const limit = median(bare) + 2 * sync + 2;
    const note = `${bot.length} events, ${ROUNDS} rounds`;
    return [
      {
        key: 'ackP50',
        label: 'ack p50',
        value: p50,
        floor: median(bare),
        unit: 'ms',
        budget: { text: `<= bare + 2 fsyncs + 2 = ${limit.toFixed(1)}`, met: p50 <= limit },
        note,
      },
      {
        key: 'ackP99',
        label: 'ack p99',
        value: p99,
        floor: percentile(bare, 0.99),
        unit: 'ms',
        budget: { text: '<= 50', met: p99 <= 50 },
        note,
      },
      { label: '  fsync p50, beside the ingest', value: sync, unit: 'ms', note: `${fsync.length} of 4 kB` },
      { label: '  fsync p99, beside the ingest', value: percentile(fsync, 0.99), unit: 'ms' },
      {
        label: '  ack p50, without the ingest',
        value: median(botAlone),
        unit: 'ms',
        note: `p99 ${percentile(botAlone, 0.99).toFixed(0)} ms; ${botAlone.length} events`,
      },
      {
        label: '  ack p50, flooded',
        value: median(botFlooded),
        floor: median(bare),
        unit: 'ms',
        note: `p99 ${percentile(botFlooded, 0.99).toFixed(0)} ms; ${botFlooded.length} events`,
      },
    ];
  },
};

async function latencies(lab: Lab): Promise<Latencies> {
  const all: Latencies = { bare: [], bot: [], botAlone: [], botFlooded: [], fsync: [] };
  const inThreads = (program: 'bare' | 'bot', ingest: boolean) =>
    lab.withStage((stage) => {
      stage.claude.reply(FOUR_SECOND_REPLY);
      const threads = Array.from({ length: THREADS }, () => stage.mention().ts);
      return loaded(lab, stage, { program, ingest, threads });
    });
  for (let round = 1; round <= ROUNDS; round += 1) {
    lab.options.progress(`ack: round ${round} of ${ROUNDS}`);
    for (const program of ['bare', 'bot'] as const) {
      const { events, fsync } = await inThreads(program, true);
      all[program].push(...events);
      all.fsync.push(...fsync);
    }
  }
  lab.options.progress('ack: without the ingest, flooded');
  all.botAlone.push(...(await inThreads('bot', false)).events);
  await lab.withStage(async (stage) => {
    stage.claude.reply(QUICK_REPLY);
    all.botFlooded.push(...(await loaded(lab, stage, { program: 'bot', ingest: true })).events);
  });
  return all;
}

interface Load {
  readonly program: 'bare' | 'bot';
  /** Beside it, into the same DATA_DIR. */
  readonly ingest: boolean;
  /** That the events fall into; absent: each begins its own. */
  readonly threads?: readonly string[];
}

async function loaded(
  lab: Lab,
  stage: Stage,
  { program, ingest, threads }: Load,
): Promise<{ events: number[]; fsync: number[] }> {
  const dataDir = await lab.dataDir(1_000);
  const target: Target =
    program === 'bot' ? await stage.startBot({ dataDir }) : await stage.startBare('bare-bolt');
  stage.slack.connect({ kind: 'http', url: target.url });
  const load = lab.startProgram('load');
  await load.printed(/ready/);
  if (ingest) {
    const beside = await lab.startIngest(dataDir, CHUNKS_BESIDE, 'again');
    await beside.printed(/ingest begins/);
  }

  const fsync = await load.ask('fsync', milliseconds, { directory: dataDir, times: 100 });
  const send = (seconds: number) => {
    const bodies = Array.from({ length: RATE * seconds }, (_, index) => {
      const threadTs = threads?.[index % threads.length];
      return stage.body(stage.mention(threadTs === undefined ? {} : { threadTs }), 'app_mention');
    });
    const { signingSecret } = stage.slack;
    return load.ask('load', milliseconds, { url: target.url, signingSecret, bodies, rate: RATE });
  };
  await send(WARM_UP_SECONDS);
  return { events: await send(SECONDS), fsync };
}
