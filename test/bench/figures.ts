import type { Figure } from './figure.js';
import { answersPerSecondPerCore, tracingCpu } from './figures/answers.js';

/** In the order in which they are measured and shown. */
export const FIGURES: readonly Figure[] = [answersPerSecondPerCore, tracingCpu];
