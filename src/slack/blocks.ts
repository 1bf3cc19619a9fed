import type { KnownBlock } from '@slack/types';
import type { Source } from '../rag/answer-event.js';
import { escapeMrkdwn } from './safe-markdown.js';

/** The action id of the feedback buttons; their value is `<score>:<run id>`. */
export const FEEDBACK_ACTION = 'threadsmith_feedback';

/** Slack refuses a section above 3,000 characters. */
const MAX_SECTION_CHARS = 3_000;

/** What follows an answer's text: its sources as a list with links, and the feedback buttons that carry the run id. */
export function closingBlocks(sources: readonly Source[], runId: string): KnownBlock[] {
  return [...sourcesBlock(sources), feedbackBlock(runId)];
}

function sourcesBlock(sources: readonly Source[]): KnownBlock[] {
  if (sources.length === 0) return [];
  let text = '*Sources*';
  for (const source of sources) {
    const line = `\n[${source.number}] ${sourceLink(source)}`;
    if (text.length + line.length <= MAX_SECTION_CHARS) text += line;
  }
  return [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true }, expand: true }];
}

function sourceLink({ passage }: Source): string {
  const label = escapeMrkdwn([passage.title, ...passage.headings].join(' › '))
    .replace(/\|/g, '¦')
    .slice(0, 300);
  return passage.url && /^https?:\/\//.test(passage.url) ? `<${encodeForLink(passage.url)}|${label}>` : label;
}

/** The characters that would end a Slack link early. */
function encodeForLink(url: string): string {
  return url
    .replace(/&/g, '&amp;')
    .replace(/</g, '%3C')
    .replace(/>/g, '%3E')
    .replace(/\|/g, '%7C')
    .replace(/\s/g, '%20');
}

function feedbackBlock(runId: string): KnownBlock {
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: FEEDBACK_ACTION,
        positive_button: { text: { type: 'plain_text', text: 'Good answer' }, value: `1:${runId}` },
        negative_button: { text: { type: 'plain_text', text: 'Bad answer' }, value: `0:${runId}` },
      },
    ],
  };
}

/** The score and the run of a click's value, or undefined when the value is not ours. */
export function parseFeedback(value: string | undefined): { score: 0 | 1; runId: string } | undefined {
  const [, score, runId] = /^([01]):([0-9a-f-]{36})$/.exec(value ?? '') ?? [];
  return runId ? { score: score === '1' ? 1 : 0, runId } : undefined;
}
