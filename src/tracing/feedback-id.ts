import { v5 as uuidv5 } from 'uuid';

/** Fixed for ever: a changed vote finds the one it replaces by recomputing its id. */
const NAMESPACE = '0f6b4f4e-6a6c-5d0b-9a39-6a1f2c7f5f1b';

/** One record for each answer, judge and key. The judge, a Slack user for instance, is only hashed. */
export function feedbackIdFor(runId: string, judge: string, key: string): string {
  return uuidv5(`${runId}:${judge}:${key}`, NAMESPACE);
}
