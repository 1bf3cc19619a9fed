/** The app's message shortcuts, as its manifest declares them: Slack shows them in every message's menu. */
export const APP_SHORTCUTS = [
  { callbackId: 'threadsmith_ask_about', name: 'Ask about this message' },
  { callbackId: 'threadsmith_open_langsmith', name: 'Open in LangSmith' },
] as const;
