import { send } from './dom.js';

/**
 * A message box. Enter sends, Shift+Enter breaks the line. In channels a removable chip stands for the mention that the
 * bot answers to; it is back for the next message.
 */
export function createComposer(form, { onSend }) {
  const text = form.querySelector('textarea');
  const chip = form.querySelector('.chip');
  const problem = form.querySelector('.problem');
  let target = { channel: '', bot: '', mention: false };
  let hint = '';

  /** With the chip gone the hint says what would bring the bot back. */
  function showChip(shown) {
    chip.hidden = !shown;
    text.placeholder = target.mention && !shown ? `@${target.bot.toLowerCase()} ${hint}` : hint;
  }

  function grow() {
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight}px`;
  }

  async function submit() {
    const { channel, threadTs, bot } = target;
    const typed = text.value.trim();
    if (typed === '' || form.classList.contains('busy')) return;
    const mention = `@${bot.toLowerCase()}`;
    const mentioned = !chip.hidden && !typed.toLowerCase().includes(mention);
    form.classList.add('busy');
    problem.hidden = true;
    try {
      onSend(!chip.hidden || !target.mention);
      await send('/messages', { channel, threadTs, text: mentioned ? `${mention} ${typed}` : typed });
      text.value = '';
      grow();
      showChip(target.mention);
    } catch (error) {
      problem.textContent = `Not sent: ${error.message}`;
      problem.hidden = false;
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
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    }
    if (event.key === 'Backspace' && text.value === '') showChip(false);
  });
  chip.querySelector('button').addEventListener('click', () => {
    showChip(false);
    text.focus();
  });

  return {
    /** Where the next message goes; `mention` puts the chip in. */
    aim(next, { label, placeholder }) {
      const moved = next.channel !== target.channel || next.threadTs !== target.threadTs;
      target = next;
      chip.querySelector('b').textContent = `@${next.bot.toLowerCase()}`;
      hint = placeholder;
      text.setAttribute('aria-label', label);
      if (moved) showChip(next.mention);
    },
    ask(question) {
      text.value = question;
      return submit();
    },
    focus: () => text.focus(),
  };
}
