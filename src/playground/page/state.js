/** What the server told; everything on the page is drawn from it. */
export const told = {
  workspace: { name: '', me: { id: '', name: '' }, bot: '', people: [] },
  channels: [],
  modes: [],
  suggestions: [],
  shortcuts: [],
  documents: { documents: [] },
  faults: [],
  modal: null,
  home: '',
  projectUrl: undefined,
};
/** Messages by channel and ts, statuses by channel and thread, traces by session id, Slack calls by id. */
export const messages = new Map();
export const statuses = new Map();
export const traces = new Map();
export const calls = new Map();

/** What the reader looks at; the address holds it, so that reload and back work. */
export const place = { channelId: '', threadTs: '', inHome: false };

export const keyOf = ({ channelId, ts }) => `${channelId}/${ts}`;
const byTs = (left, right) => (left.ts < right.ts ? -1 : 1);

/** Messages that stand in the channel itself. */
export function roots() {
  return [...messages.values()]
    .filter((message) => message.channelId === place.channelId && !message.threadTs)
    .sort(byTs);
}

export function repliesTo(ts) {
  return [...messages.values()]
    .filter((message) => message.channelId === place.channelId && message.threadTs === ts)
    .sort(byTs);
}

export const threadRoot = () => messages.get(`${place.channelId}/${place.threadTs}`);
export const channelNow = () => told.channels.find(({ id }) => id === place.channelId);
export const threadStatus = () => statuses.get(`${place.channelId}/${place.threadTs}`);
/** Whether LangSmith did not take an answer's trace: it will not come any more. */
export const isLost = (runId) => told.faults.some(({ lostRuns }) => lostRuns.includes(runId));
export const botName = () => told.workspace.people.find(({ isBot }) => isBot)?.name ?? '';

export function labelOf({ kind, name }) {
  return kind === 'channel' ? `#${name}` : name;
}

export function goTo(channel, thread = '') {
  location.hash = thread ? `/${channel}/${thread}` : `/${channel}`;
}

/** Everything anew, as a fresh connection tells it. */
export function take(snapshot) {
  Object.assign(told, snapshot);
  for (const map of [messages, statuses, traces, calls]) map.clear();
  for (const message of snapshot.messages) messages.set(keyOf(message), message);
  for (const status of snapshot.statuses) statuses.set(`${status.channelId}/${status.threadTs}`, status);
  for (const thread of snapshot.traces) traces.set(thread.sessionId, thread.traces);
  for (const call of snapshot.calls) calls.set(call.id, call);
}
