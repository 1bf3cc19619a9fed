import { whenIdle } from '../cpu-of.js';
import type { Figure } from '../figure.js';
import { FOUR_SECOND_REPLY } from '../quick-reply.js';
import type { Stage, Target } from '../stage.js';

const ANSWERS = 4;

export const slackCalls: Figure = {
  keys: ['slackCallsPerAnswer'],
  legend: `Calls of Slack's Web API for one answer that Claude writes in 4 s, 80 deltas, 1,200 characters. Floor: Bolt with chatStream
    and its default buffer, which sets no status.`,
  measure: (lab) =>
    lab.withStage(async (stage) => {
      stage.claude.reply(FOUR_SECOND_REPLY);
      const bot = await callsPerAnswer(stage, await stage.startBot({ dataDir: await lab.dataDir(1_000) }));
      const bare = await callsPerAnswer(stage, await stage.startBare('bare-answer'));
      const note = `mean of ${ANSWERS}`;
      return [
        {
          key: 'slackCallsPerAnswer',
          label: 'Slack calls per 4 s answer',
          value: bot.all,
          floor: bare.all,
          unit: 'calls',
          budget: { text: '<= 8', met: bot.all <= 8 },
          note: `${note}; ${bot.methods}`,
        },
        {
          label: '  of them for the stream itself',
          value: bot.stream,
          floor: bare.stream,
          unit: 'calls',
          budget: { text: '<= 5', met: bot.stream <= 5 },
          note,
        },
      ];
    }),
};

async function callsPerAnswer(stage: Stage, target: Target) {
  const before = stage.slack.calls().length;
  await stage.answerMany(target, ANSWERS, ANSWERS);
  await whenIdle(target.child);
  const methods = stage.slack
    .calls()
    .slice(before)
    .map(({ method }) => method);
  const each = [...new Set(methods)].map(
    (method) => `${methods.filter((other) => other === method).length / ANSWERS} ${method}`,
  );
  return {
    all: methods.length / ANSWERS,
    stream: methods.filter((method) => method.endsWith('Stream')).length / ANSWERS,
    methods: each.join(', '),
  };
}
