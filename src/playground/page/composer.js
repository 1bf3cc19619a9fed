import { createAttachments } from './attachments.js';
import { find, send } from './dom.js';
import { createMentionList } from './mention-list.js';

/**
 * A message box. Enter sends, Shift+Enter breaks the line. In channels a removable chip stands for the mention that the
 * bot answers to; it is back for the next message.
 */
export function createComposer(name, { onSend }) {
  const form = find(`${name}-form`);
  form.append(find('composer').content.cloneNode(true));
  const text = form.querySelector('textarea');
  const chip = form.querySelector('.chip');
  const problem = form.querySelector('.problem');
  const people = form.querySelector('.suggested');
  text.id = `${name}-text`;
  people.id = `${name}-people`;
  const attachments = createAttachments(form, form.querySelector('.attached'), { onProblem: complain });
  const onMentionKey = createMentionList(text, people, { onTaken: grow });
  let target = { channel: '', bot: '', mention: false };
  let hint = '';
  /** The reader took the chip away from this message. */
  let removed = false;

  function complain(what) {
    problem.textContent = what;
    problem.hidden = what === '';
  }

  /** With the chip gone the hint says what would bring the bot back. */
  function showChip(shown) {
    chip.hidden = !shown;
    text.placeholder = target.mention && !shown ? `@${target.bot} ${hint}` : hint;
  }

  function grow() {
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight}px`;
    // A command is for the app already.
    if (text.value.startsWith('/')) chip.hidden = true;
    else if (text.value === '') showChip(target.mention && !removed);
  }

  async function submit() {
    const { channel, threadTs, bot } = target;
    const typed = text.value.trim() || (attachments.count > 0 ? 'What is this?' : '');
    if (typed === '' || form.classList.contains('busy')) return;
    const mention = `@${bot}`;
    const mentioned = !chip.hidden && !typed.toLowerCase().includes(mention.toLowerCase());
    form.classList.add('busy');
    complain('');
    try {
      onSend({ toBot: (!chip.hidden || !target.mention) && !typed.startsWith('/') });
      const files = attachments.count > 0 ? await attachments.upload() : undefined;
      await send('/messages', { channel, threadTs, text: mentioned ? `${mention} ${typed}` : typed, files });
      text.value = '';
      attachments.clear();
      removed = false;
      grow();
      showChip(target.mention);
    } catch (error) {
      complain(`Not sent: ${error.message}`);
    } finally {
      form.classList.remove('busy');
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  text.addEventListener('input', grow);
  text.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    if (onMentionKey(event)) event.preventDefault();
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Backspace' && text.value === '') {
      removed = true;
      showChip(false);
    }
  });
  chip.querySelector('button').addEventListener('click', () => {
    removed = true;
    showChip(false);
    text.focus();
  });

  return {
    /** Where the next message goes; `mention` puts the chip in. */
    aim(next, { label, placeholder }) {
      const moved = next.channel !== target.channel || next.threadTs !== target.threadTs;
      target = next;
      chip.querySelector('b').textContent = `@${next.bot}`;
      hint = placeholder;
      text.setAttribute('aria-label', label);
      if (!moved) return;
      removed = false;
      showChip(next.mention);
    },
    ask(question) {
      text.value = question;
      return submit();
    },
    focus: () => text.focus(),
  };
}
