import type { Figure } from './figure.js';
import { ack } from './figures/ack.js';
import { answersPerSecondPerCore, tracingCpu } from './figures/answers.js';
import { burst } from './figures/burst.js';
import { eventToModel } from './figures/event-to-model.js';
import { firstText } from './figures/first-text.js';
import { heapPerThread } from './figures/heap.js';
import { inputTokens } from './figures/input-tokens.js';
import { intakeCpu } from './figures/intake-cpu.js';
import { slackCalls } from './figures/slack-calls.js';
import { startToReady } from './figures/start-to-ready.js';

/** In the order in which they are measured and shown. */
export const FIGURES: readonly Figure[] = [
  ack,
  intakeCpu,
  eventToModel,
  firstText,
  slackCalls,
  burst,
  answersPerSecondPerCore,
  tracingCpu,
  startToReady,
  heapPerThread,
  inputTokens,
];
