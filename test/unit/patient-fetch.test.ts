import { describe, expect, it, vi } from 'vitest';
import { patientFetch } from '../../src/knowledge/loaders/patient-fetch.js';

const refused = (code: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(`connect ${code}`), { code }) });

/** Answers, or fails, in this order; remembers the signal of each try. */
function answering(...answers: (Response | Error)[]) {
  const signals: (AbortSignal | null | undefined)[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    signals.push(init?.signal);
    const answer = answers.shift() ?? new Response('last');
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { fetch, signals };
}

describe('patientFetch', () => {
  it('waits as long as it is asked to, and gives the next try its whole time', async () => {
    const busy = new Response(null, { status: 503, headers: { 'retry-after': '45' } });
    const { fetch, signals } = answering(busy);
    const waits: number[] = [];
    const sleep = async (ms: number) => {
      waits.push(ms);
      await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
    };
    const response = await patientFetch(fetch, { timeoutMs: 20, sleep })('https://a.test/');
    expect(await response.text()).toBe('last');
    expect(waits).toEqual([45_000]);
    expect(signals[0]?.reason).toEqual(new Error('expected an answer within 0.02 s'));
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EAI_AGAIN', 'UND_ERR_SOCKET'])(
    'asks again after %s',
    async (code) => {
      const { fetch, signals } = answering(refused(code), refused(code));
      const response = await patientFetch(fetch, { timeoutMs: 1000, sleep: async () => {} })(
        'https://a.test/',
      );
      expect(response.status).toBe(200);
      expect(signals).toHaveLength(3);
    },
  );

  it('asks four times in all, and not again where that helps nothing', async () => {
    const down = answering(...Array.from({ length: 9 }, () => refused('ECONNREFUSED')));
    const options = { timeoutMs: 1000, sleep: async () => {} };
    await expect(patientFetch(down.fetch, options)('https://a.test/')).rejects.toThrow('fetch failed');
    expect(down.signals).toHaveLength(4);

    const unknown = answering(refused('ENOTFOUND'));
    await expect(patientFetch(unknown.fetch, options)('https://a.test/')).rejects.toThrow('fetch failed');
    expect(unknown.signals).toHaveLength(1);

    const stopped = answering(refused('ECONNREFUSED'));
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(patientFetch(stopped.fetch, options)('https://a.test/', { signal })).rejects.toThrow(
      'stopped',
    );
  });
});
