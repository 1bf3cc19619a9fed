const HELP = new Set(['help', 'hilfe', 'aide', 'ayuda', 'ajuda', 'aiuto', 'ヘルプ']);
const WHAT = /^(?:what can you do|what do you do|who are you|how do you work)$/;

/** Whether a message asks what the bot is for: its first user types this before any question, and no document answers it. */
export function asksForHelp(text: string): boolean {
  const words = text
    .toLowerCase()
    .replace(/[\s!.?]+$/, '')
    .trim();
  return HELP.has(words) || WHAT.test(words);
}
