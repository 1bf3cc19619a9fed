import { z } from 'zod';
import { cpuOf } from '../cpu-of.js';
import type { Figure } from '../figure.js';
import type { Lab } from '../lab.js';
import { QUICK_REPLY } from '../quick-reply.js';
import type { Target } from '../stage.js';
import { median } from '../statistics.js';

const ROUNDS = 5;
const ANSWERS = 80;
const CONCURRENCY = 16;
const WARM_UP = 160;
const TURNS = 400;

/** CPU milliseconds for an answer, in each round. The rounds alternate, so that noise of the machine hits all alike. */
interface Costs {
  readonly traced: readonly number[];
  readonly untraced: readonly number[];
  readonly bare: readonly number[];
  readonly traces: readonly number[];
}

/** Two figures come from one measurement. */
const measured = new WeakMap<Lab, Promise<Costs>>();

export const answersPerSecondPerCore: Figure = {
  keys: ['answersPerSecondPerCore'],
  legend: `Whole answers (mention and twin in; status, traced retrieval over 1,000 chunks, Claude's stream, a streamed
    message, echoes) in a second of the process's CPU, all its threads together; ${CONCURRENCY} threads side by side, Claude at once with
    20 deltas. Floor: Bolt, the Anthropic SDK and chatStream with nothing between them: no retrieval, tracing, status or journal.`,
  async measure(lab) {
    const { traced, bare } = await costsOf(lab);
    const value = 1_000 / median(traced);
    return [
      {
        key: 'answersPerSecondPerCore',
        label: 'answers per second per core',
        value,
        floor: 1_000 / median(bare),
        unit: '1/s',
        budget: { text: '>= 60', met: value >= 60 },
        note: `median of ${ROUNDS} rounds of ${ANSWERS}`,
      },
    ];
  },
};

export const tracingCpu: Figure = {
  keys: ['tracingCpu'],
  legend: `CPU for an answer with tracing on minus off, same load, in rounds that alternate. Floor: four nested traceable runs of
    the same shape through langsmith's default client, unmasked, and nothing else.`,
  async measure(lab) {
    const { traced, untraced, traces } = await costsOf(lab);
    const value = median(traced) - median(untraced);
    return [
      {
        key: 'tracingCpu',
        label: 'tracing, CPU per answer',
        value,
        floor: median(traces),
        unit: 'ms',
        budget: { text: '<= 3.5', met: value <= 3.5 },
        note: `${median(traced).toFixed(1)} on, ${median(untraced).toFixed(1)} off; medians of ${ROUNDS} rounds of ${ANSWERS}`,
      },
    ];
  },
};

function costsOf(lab: Lab): Promise<Costs> {
  const costs = measured.get(lab) ?? measure(lab);
  measured.set(lab, costs);
  return costs;
}

function measure(lab: Lab): Promise<Costs> {
  return lab.withStage(async (stage) => {
    stage.claude.reply(QUICK_REPLY);
    const [traced, untraced, bare] = [
      await stage.startBot({ dataDir: await lab.dataDir(1_000) }),
      await stage.startBot({ dataDir: await lab.dataDir(1_000), tracing: false }),
      await stage.startBare('bare-answer'),
    ];
    const traces = lab.startProgram('bare-traces', stage.env);
    await traces.printed(/ready/);
    const runTurns = (count: number) => traces.ask('turns', z.literal(true), count);
    lab.options.progress('answers: warming up');
    for (const target of [traced, untraced, bare]) await stage.answerMany(target, WARM_UP, CONCURRENCY);
    await runTurns(TURNS);

    const perAnswer = async (target: Target, name: string) =>
      (await cpuOf(lab, target.child, name, () => stage.answerMany(target, ANSWERS, CONCURRENCY))) / ANSWERS;
    const costs: Record<keyof Costs, number[]> = { traced: [], untraced: [], bare: [], traces: [] };
    for (let round = 1; round <= ROUNDS; round += 1) {
      lab.options.progress(`answers: round ${round} of ${ROUNDS}`);
      costs.traced.push(await perAnswer(traced, 'answer-traced'));
      costs.untraced.push(await perAnswer(untraced, 'answer-untraced'));
      costs.bare.push(await perAnswer(bare, 'answer-bare'));
      costs.traces.push((await cpuOf(lab, traces, 'traces-bare', () => runTurns(TURNS))) / TURNS);
    }
    return costs;
  });
}
