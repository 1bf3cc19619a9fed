import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/logger.js';

/** What is written, line by line, and a logger that writes it. */
function logged(level?: 'debug' | 'warn') {
  const lines: string[] = [];
  const log = createLogger({ stream: { write: (line) => lines.push(line) }, ...(level && { level }) });
  return { log, lines };
}

describe('the log', () => {
  it('is a JSON object a line', () => {
    const { log, lines } = logged();
    log.info({ runId: 'r1' }, 'answered');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 30, time: expect.any(Number), runId: 'r1', msg: 'answered' },
    ]);
  });

  it('keeps to its level', () => {
    const { log, lines } = logged('warn');
    log.debug({}, 'no');
    log.info({}, 'no');
    log.warn({}, 'yes');
    log.error({}, 'yes');
    expect(lines).toHaveLength(2);
  });

  it('masks secrets by the name of their field', () => {
    const { log, lines } = logged();
    log.info({ token: 'hush', slack: { signingSecret: 'hush', to: { apiKey: 'hush' } } }, 'configured');
    expect(lines.join()).not.toContain('hush');
  });

  it('masks tokens by their shape, wherever they stand', () => {
    const { log, lines } = logged();
    const cause = new Error('with xapp-1-A0-0123456789');
    log.error(
      { err: new Error('Bearer xoxb-0123456789-ab refused', { cause }) },
      'sk-ant-api03-0123456789 lsv2_pt_0123456789',
    );
    expect(lines.join()).not.toContain('0123456789');
    expect(JSON.parse(lines.join()).err.message).toBe('Bearer xoxb-… refused');
  });

  it('takes from an error what explains it, and not the request that hangs on it', () => {
    const { log, lines } = logged();
    const error = Object.assign(new TypeError('failed'), {
      code: 'E1',
      request: { body: 'what a user wrote' },
    });
    log.error({ err: error }, 'failed');
    expect(JSON.parse(lines.join()).err).toMatchObject({
      name: 'TypeError',
      message: 'failed',
      code: 'E1',
      stack: expect.any(String),
    });
    expect(lines.join()).not.toContain('what a user wrote');
  });
});
