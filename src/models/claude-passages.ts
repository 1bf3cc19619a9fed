import type Anthropic from '@anthropic-ai/sdk';
import type { Passage } from '../rag/passage.js';
import type { ClaudeTraits } from './claude-traits.js';

/** The passages in their order: as search results for a model that cites them itself, else as text numbered from 1. */
export function passageBlocks(
  passages: readonly Passage[],
  citations: ClaudeTraits['citations'],
): Anthropic.ContentBlockParam[] {
  return citations === 'events' ? passages.map(searchResult) : passages.map(numberedText);
}

/** One text block a paragraph, headings with what follows them: a block is the smallest thing that Claude can cite. */
function searchResult(passage: Passage): Anthropic.SearchResultBlockParam {
  const paragraphs = passage.text.split(/(?<!^#.*)\n{2,}/m).filter((paragraph) => paragraph.trim() !== '');
  return {
    type: 'search_result',
    source: passage.url ?? `${passage.source}: ${passage.title}`,
    title: titleOf(passage),
    content: paragraphs.map((text) => ({ type: 'text', text })),
    citations: { enabled: true },
  };
}

function numberedText(passage: Passage, index: number): Anthropic.TextBlockParam {
  return { type: 'text', text: `[${index + 1}] ${titleOf(passage)}\n${passage.text}` };
}

function titleOf({ title, headings }: Passage): string {
  return [title, ...headings].join(' > ');
}
