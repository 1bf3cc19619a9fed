import type { RunView, TraceView } from '../view/trace-view.js';
import type { TerminalStyle } from './terminal-style.js';

const BAR = 24;

/** A trace as a tree of runs on a time line, for the terminal. */
export function terminalTrace({ runId, runs, feedback }: TraceView, { dim, accent }: TerminalStyle): string {
  const total = Math.max(1, ...runs.map(({ offset, duration = 0 }) => offset + duration));
  const width = Math.max(...runs.map(({ name, depth }) => name.length + 2 * depth));
  const lines = runs.map((run) => {
    const name = `${'  '.repeat(run.depth)}${run.name}`.padEnd(width);
    return `  ${name}  ${accent(bar(run, total))}  ${took(run.duration).padStart(8)}  ${dim(facts(run))}`.trimEnd();
  });
  const votes = feedback.map(({ key, score }) => `  ${key} ${score ?? ''}`);
  return [dim(`trace ${runId}`), ...lines, ...votes].join('\n');
}

function bar({ offset, duration }: RunView, total: number): string {
  const start = Math.min(BAR - 1, Math.floor((offset / total) * BAR));
  const length = Math.max(1, Math.round(((duration ?? total - offset) / total) * BAR));
  return `${' '.repeat(start)}${'━'.repeat(Math.min(length, BAR - start))}`.padEnd(BAR);
}

function took(ms: number | undefined): string {
  if (ms === undefined) return '…';
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

function facts({ type, tokens, cost, firstToken, error }: RunView): string {
  return [
    type,
    ...(tokens ? [`${tokens.input} tokens in, ${tokens.output} out`] : []),
    ...(firstToken === undefined ? [] : [`first word after ${took(firstToken)}`]),
    ...(cost === undefined ? [] : [`$${cost.toFixed(4)}`]),
    ...(error === undefined ? [] : [`failed: ${error}`]),
  ].join(' · ');
}
