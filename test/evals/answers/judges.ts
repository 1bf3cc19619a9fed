import { CORRECTNESS_PROMPT, createLLMAsJudge, RAG_GROUNDEDNESS_PROMPT } from 'openevals';
import type { JudgeClient } from './claude-judge.js';
import { type Judgement, REFERENCE } from './evaluators.js';
import { GIVEN_ANSWER } from './given-answer.js';

const CITATION_PRECISION_PROMPT = `You check the citations of an answer. A number in square brackets, such as [1], stands behind each statement that rests on the source of that number.

For each such number, find the statement before it and read its source. The citation is right when the source supports the statement, also when it says more or says it in other words or another language. It is wrong when the source is about something else, contradicts the statement, or supports only a part of it.

The score is the share of the citations that are right, from 0.0 to 1.0.

<question>
{inputs}
</question>

<answer>
{outputs}
</answer>

<sources>
{context}
</sources>
`;

/** A judge as LangSmith calls it; its run, with the model's below it, goes to the project `evaluators`. */
export type TracedJudge = (example: {
  readonly inputs: Record<string, unknown>;
  readonly outputs: Record<string, unknown>;
  readonly referenceOutputs?: Record<string, unknown>;
}) => Promise<Judgement[]>;

/** Correctness, groundedness and citation precision, by a model that judges. Three requests for each answer. */
export function createJudges(judge: JudgeClient, model: string): TracedJudge[] {
  const correctness = judgeOf('correctness', CORRECTNESS_PROMPT, false);
  const groundedness = judgeOf('groundedness', RAG_GROUNDEDNESS_PROMPT, false);
  const citations = judgeOf('citation_precision', CITATION_PRECISION_PROMPT, true);

  function judgeOf(feedbackKey: string, prompt: string, continuous: boolean) {
    const evaluate = createLLMAsJudge({ prompt, feedbackKey, continuous, judge, model });
    return async (values: Record<string, unknown>) => {
      const { key, score, comment } = await evaluate(values);
      return [{ key, score: Number(score), ...(comment !== undefined && { comment }) }];
    };
  }

  return [
    async ({ inputs, outputs, referenceOutputs }) => {
      const { answer } = REFERENCE.parse(referenceOutputs);
      return correctness({ inputs, outputs: GIVEN_ANSWER.parse(outputs).answer, referenceOutputs: answer });
    },
    async ({ outputs }) => {
      const { answer, outcome, retrieved } = GIVEN_ANSWER.parse(outputs);
      // It states nothing.
      if (outcome === 'not_found') return [];
      const context = retrieved.map(({ title, text }) => `${title}\n${text}`).join('\n\n');
      return groundedness({ outputs: answer, context });
    },
    async ({ inputs, outputs }) => {
      const { answer, sources } = GIVEN_ANSWER.parse(outputs);
      if (sources.length === 0) return [];
      const context = sources.map(({ number, title, text }) => `[${number}] ${title}\n${text}`).join('\n\n');
      return citations({ inputs, outputs: answer, context });
    },
  ];
}
