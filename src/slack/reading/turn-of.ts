import type { Turn } from '../../threads/turn.js';
import type { Installation } from '../connection/installation.js';
import { sharedQuestionIn } from '../surfaces/shared-question.js';
import { list, record, string } from '../unknown-json.js';
import { messageText, writtenText } from './message-text.js';
import { ownAnswer } from './own-answer.js';

/**
 * A message of a thread as the model sees it, or undefined when it says nothing: a deleted one, an image without a word, a
 * notice of the bot. People and other apps are told apart by their ids. Takes anything without throwing.
 */
export function turnOf(message: unknown, { botUserId, botId }: Installation): Turn | undefined {
  const { ts, user, bot_id, subtype, files } = record(message);
  const messageTs = string(ts);
  if (messageTs === '' || subtype === 'tombstone') return undefined;
  if (user === botUserId || (botId !== undefined && bot_id === botId)) {
    const shared = sharedQuestionIn(message);
    if (shared) return { role: 'user', ...shared, messageTs };
    const text = ownAnswer(writtenText(message, botUserId));
    return text ? { role: 'assistant', text, messageTs } : undefined;
  }
  const text = [messageText(message, botUserId), fileNames(files)].filter(Boolean).join('\n');
  const userId = string(user) || string(bot_id) || undefined;
  return text ? { role: 'user', text, userId, messageTs } : undefined;
}

/** The files of earlier messages are named, not read. */
function fileNames(files: unknown): string {
  const names = list(files)
    .map(record)
    .filter(({ mode }) => mode !== 'tombstone')
    .map(({ title, name }) => string(name) || string(title))
    .filter(Boolean);
  return names.length > 0 ? `[attached: ${names.join(', ')}]` : '';
}
