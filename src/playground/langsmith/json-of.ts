import { record } from '../unknown-json.js';
import type { Json } from './received-run.js';
import { Refusal } from './refusal.js';

/** @throws Refusal for a body that is no JSON. */
export function jsonOf(body: Buffer): Json {
  try {
    return record(JSON.parse(body.toString('utf8')));
  } catch {
    throw new Refusal(422, 'the body must be JSON');
  }
}
