import { z } from 'zod';
import { unset } from './setting-info.js';
import { ids } from './setting-values.js';

/** From answers in Slack to LangSmith and back. */
export const loopSettings = {
  LANGSMITH_VIEWERS: unset(ids(/^[UW][A-Z0-9]+$/), {
    group: 'tracing',
    description:
      'Who may open threads in LangSmith from Slack and add answers to a dataset, beside the admins of the workspace.',
    expected: 'be ids of users (U…) separated by commas',
    where: 'see a profile in Slack -> ⋮ -> Copy member ID',
    example: 'U0123456789,U9876543210',
  }),
  LANGSMITH_DATASET: unset(z.string(), {
    group: 'tracing',
    description:
      'The dataset that answers from Slack are added to as tests, `threadsmith-feedback` without it; made when it is not there.',
    expected: 'be the name of a dataset',
    where: 'see Datasets & Experiments on https://smith.langchain.com',
    example: 'docs-bot-regressions',
  }),
  GAPS_CHANNEL: unset(z.string().regex(/^[CG][A-Z0-9]+$/), {
    group: 'tracing',
    description:
      'Each Monday at nine the bot posts to this channel what the documents lacked in the week, as `npm run gaps` lists it. The bot must be in it.',
    expected: 'be the id of a channel (C…)',
    where: 'the id stands at the end of a channel’s details in Slack',
    example: 'C0123456789',
  }),
  NOTICE: unset(z.string(), {
    group: 'answers',
    description:
      'What the help and the first answer in a channel say of where questions go; `off` says nothing. Without it they name Claude, LangSmith and an OpenTelemetry address, as far as those are set up.',
    expected: 'be a sentence, or off',
    where: 'leave it out for the sentence that fits your settings',
    example: 'Questions go to Claude under our contract with Anthropic.',
  }),
};
