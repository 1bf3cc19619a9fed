import { createAttachments } from './attachments.js';
import { find, send } from './dom.js';
import { createMentionList } from './mention-list.js';

/** Characters of one message, as in Slack. */
export const MESSAGE_CHARACTERS = 40_000;

/**
 * A message box. Enter sends, Shift+Enter breaks the line. In channels a removable chip stands for the mention that the
 * bot answers to; it is back for the next message. What is written, but not sent, waits where it was written.
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
  /** By place, of the places that the box does not stand in now. */
  const drafts = new Map();
  let target = { channel: '', bot: '', mention: false };
  let hint = '';
  /** The reader took the chip away from this message. */
  let removed = false;

  const placeOf = ({ channel, threadTs = '' }) => `${channel}/${threadTs}`;

  function complain(what) {
    problem.textContent = what;
    problem.hidden = what === '';
  }

  /** With the chip gone the hint says what would bring the bot back. The chip's text is part of the message. */
  function showChip(shown) {
    chip.hidden = !shown;
    text.placeholder = target.mention && !shown ? `@${target.bot} ${hint}` : hint;
    text.maxLength = MESSAGE_CHARACTERS - (shown ? target.bot.length + 2 : 0);
  }

  function grow() {
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight}px`;
    // A command is for the app already.
    if (text.value.startsWith('/')) chip.hidden = true;
    else if (text.value === '') showChip(target.mention && !removed);
  }

  function write({ text: written = '', files = [], removed: without = false, problem: said = '' } = {}) {
    text.value = written;
    attachments.set(files);
    removed = without;
    complain(said);
    showChip(target.mention && !removed);
    grow();
  }

  const written = () => ({
    ...{ text: text.value, files: attachments.files, removed },
    problem: problem.textContent,
  });

  const mentionsBot = (typed) => new RegExp(`(?<![\\w@.])@${target.bot}(?![\\w-])`, 'i').test(typed);

  async function submit() {
    const { channel, threadTs, bot } = target;
    const { files } = attachments;
    const typed = text.value.trim() || (files.length > 0 ? 'What is this?' : '');
    if (typed === '' || form.classList.contains('busy')) return;
    const isNamed = mentionsBot(typed);
    const isChosen = !chip.hidden || !target.mention;
    form.classList.add('busy');
    complain('');
    const place = placeOf({ channel, threadTs });
    /** The reader may have gone elsewhere in the meantime. */
    const isHere = () => placeOf(target) === place;
    const whole = !chip.hidden && !isNamed ? `@${bot} ${typed}` : typed;
    const draft = written();
    try {
      onSend({ toBot: (isChosen || isNamed) && !typed.startsWith('/') });
      const ids = files.length > 0 ? await attachments.upload() : undefined;
      await send('/messages', { channel, threadTs, text: whole, files: ids });
      if (isHere()) write();
      else drafts.delete(place);
    } catch (error) {
      const said = `Not sent: ${error.message}`;
      if (isHere()) complain(said);
      else drafts.set(place, { ...draft, problem: said });
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
  let width = 0;
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === width) return;
    width = contentRect.width;
    requestAnimationFrame(grow);
  }).observe(text);

  return {
    /** Where the next message goes; `mention` puts the chip in. */
    aim(next, { label, placeholder }) {
      const moved = placeOf(next) !== placeOf(target);
      if (moved) drafts.set(placeOf(target), written());
      target = next;
      chip.querySelector('b').textContent = `@${next.bot}`;
      hint = placeholder;
      text.setAttribute('aria-label', label);
      if (!moved) return;
      write(drafts.get(placeOf(next)));
      drafts.delete(placeOf(next));
    },
    ask(question) {
      text.focus();
      text.value = question;
      return submit();
    },
    complain,
    focus: () => text.focus(),
  };
}
