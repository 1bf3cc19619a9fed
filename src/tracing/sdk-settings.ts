import { devNull } from 'node:os';

/**
 * What LangSmith's SDK would otherwise take from the environment or from `~/.langsmith/config.json`: the same settings of
 * ours are always to do the same. LANGSMITH_TRACING_SAMPLING_RATE, for one, would make it drop votes and say nothing. What is
 * masked and sampled is decided before anything gets here. Two things it still reads: LANGSMITH_WORKSPACE_ID, where no workspace
 * is given, and further headers in LANGCHAIN_CUSTOM_HEADERS.
 */
export const SDK_SETTINGS = {
  profileConfigPath: devNull,
  tracingMode: 'langsmith',
  tracingSamplingRate: 1,
  hideInputs: false,
  hideOutputs: false,
  hideMetadata: false,
  omitTracedRuntimeInfo: true,
  disablePromptCache: true,
  debug: false,
} as const;
