import { find } from './dom.js';
import { createCalls, drawCalls } from './slack-calls.js';
import { threadRoot, traces } from './state.js';
import { drawTraces, revealTrace } from './traces.js';

const PANELS = ['conversation', 'langsmith', 'calls'];
/** From here on the inspector stands beside the conversation; below it is a tab of the thread. */
const WIDE = matchMedia('(min-width: 1200px)');

let panel = 'conversation';
let inspected = 'langsmith';

/** The thread as LangSmith and as Slack's API see it. */
export function createInspector() {
  const tabs = PANELS.map((name) => find(`tab-${name}`));
  for (const name of PANELS) find(`tab-${name}`).addEventListener('click', () => choose(name));
  find('tabs').addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const shown = tabs.filter((tab) => !tab.hidden);
    const next = shown.at((shown.indexOf(event.target) + step) % shown.length);
    next.click();
    next.focus();
  });
  createCalls();
  WIDE.addEventListener('change', arrange);
  arrange();
}

function choose(name) {
  panel = name;
  if (name !== 'conversation') inspected = name;
  arrange();
}

function arrange() {
  const wide = WIDE.matches;
  const chosen = wide ? inspected : panel;
  const conversation = find('conversation');
  conversation.setAttribute('role', wide ? 'region' : 'tabpanel');
  for (const name of PANELS) {
    const tab = find(`tab-${name}`);
    tab.hidden = wide && name === 'conversation';
    tab.setAttribute('aria-selected', String(name === chosen));
    tab.tabIndex = name === chosen ? 0 : -1;
    find(name).hidden = name !== chosen && !(wide && name === 'conversation');
  }
}

export function drawInspector() {
  const root = threadRoot();
  if (!root) return;
  drawTraces(root.sessionId, traces.get(root.sessionId) ?? []);
  drawCalls();
}

/** Shows one trace; where there is no room beside it, in the conversation's place. */
export function inspectTrace(runId) {
  choose('langsmith');
  revealTrace(runId);
}

/** Another thread begins with its conversation. */
export function showConversation() {
  choose('conversation');
}
