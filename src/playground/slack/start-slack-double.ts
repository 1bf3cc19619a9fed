import { randomUUID } from 'node:crypto';
import { isRecord } from './arguments.js';
import { clickPayload } from './click-payload.js';
import { createDeliveries, type Delivery, type Transport } from './deliveries.js';
import {
  echoEvent,
  envelopeOf,
  homeOpenedEvent,
  mentionEvent,
  messageChangedEvent,
  messageDeletedEvent,
  messageEvent,
  reactionEvent,
  type SlackEvent,
  subscriptionFor,
} from './events.js';
import { httpDelivery } from './http-delivery.js';
import type { MessageView } from './message-json.js';
import type { Message } from './model.js';
import { shortcutPayload } from './shortcut-payload.js';
import type { Place, SlackDouble, SlackDoubleOptions } from './slack-double.js';
import { commandPayload, saidWithAck } from './slash-command.js';
import { startSocketMode } from './socket-mode.js';
import { waitFor } from './wait-for.js';
import { type SlackCall, startWebApi } from './web-api.js';
import { createWorkspace, type Workspace } from './workspace.js';

/** A Slack of our own on loopback: workspaces, Web API, signed events and Socket Mode, all in memory. */
export async function startSlackDouble(options: SlackDoubleOptions = {}): Promise<SlackDouble> {
  const { now, random = Math.random, port = 0, ackTimeoutMs, subscriptions } = options;
  const workspaces = options.workspaces ?? [createWorkspace(now ? { now } : {})];
  const first = workspaces[0];
  if (!first) throw new RangeError('Expected at least one workspace, got none');
  const signingSecret = randomUUID().replaceAll('-', '');
  const deliveries = createDeliveries(options.retryDelaysMs);
  const api = await startWebApi({
    workspaces,
    port,
    limits: options.limits,
    ...(now && { now }),
    openConnection: () => socketMode.openConnection(),
  });
  const socketMode = startSocketMode({
    server: api.server,
    appId: first.appId,
    ackTimeoutMs,
    choose: (connections) => Math.floor(random() * connections),
  });
  let transport: Transport | undefined;

  function workspaceOf(teamId = first?.teamId): Workspace {
    const found = workspaces.find((workspace) => workspace.teamId === teamId);
    if (!found) throw new RangeError(`There is no workspace ${teamId}`);
    return found;
  }

  const viewOf = (teamId?: string): MessageView => ({ workspace: workspaceOf(teamId), origin: api.origin });

  function connected(): Transport {
    if (!transport) throw new Error('Nobody listens: call connect() with the way to the app first');
    return transport;
  }

  /** Sends what the app subscribed to, all at the same time, in this order. */
  async function sendAll(view: MessageView, events: readonly SlackEvent[]): Promise<Delivery[]> {
    const { workspace } = view;
    const wanted = events.filter((event) => {
      const place = isRecord(event.item) ? event.item.channel : event.channel;
      const channel = workspace.channels.get(String(place));
      const isMember = channel?.members.has(workspace.botUserId) ?? false;
      return isMember && (subscriptions?.includes(subscriptionFor(event)) ?? true);
    });
    const via = connected();
    return Promise.all(
      wanted.map((event) => deliveries.send(via, { kind: 'events_api', payload: envelopeOf(view, event) })),
    );
  }

  for (const workspace of workspaces) {
    workspace.onChange((change) => {
      const view = { workspace, origin: api.origin };
      const event = transport && echoEvent(view, change);
      if (event) void sendAll(view, [event]);
    });
  }

  function messageAt({ teamId, channel, ts }: Place & { readonly ts: string }): Message {
    const message = workspaceOf(teamId).message(channel, ts);
    if (!message) throw new RangeError(`There is no message ${ts} in ${channel}`);
    return message;
  }

  return {
    apiUrl: api.apiUrl,
    appToken: api.appToken,
    botToken: first.botToken,
    signingSecret,
    socketMode,
    calls: api.calls,
    onCall: api.onCall,
    fail: api.fail,
    clearFaults: api.clearFaults,
    workspace: workspaceOf,
    connect(connection) {
      transport =
        connection.kind === 'http'
          ? httpDelivery({ url: connection.url, signingSecret, ackTimeoutMs })
          : socketMode.deliver;
    },
    async post({ teamId, channel, user, text, threadTs, files, ts, first: leading }) {
      const view = viewOf(teamId);
      const { workspace } = view;
      const message = workspace.add({
        channelId: channel,
        userId: user,
        text,
        threadTs,
        ts,
        files: files?.map((file) => workspace.addFile(user, file)),
      });
      const events = [messageEvent(view, message)];
      const isMention =
        text.includes(`<@${workspace.botUserId}>`) && workspace.channels.get(channel)?.kind !== 'im';
      if (isMention) {
        const mentionFirst = leading ? leading === 'app_mention' : random() < 0.5;
        events.splice(mentionFirst ? 0 : 1, 0, mentionEvent(view, message));
      }
      return { message, deliveries: await sendAll(view, events) };
    },
    async edit({ text, ...place }) {
      const view = viewOf(place.teamId);
      const previous = messageAt(place);
      const edited = { userId: previous.userId, ts: view.workspace.nextTs() };
      const message = view.workspace.update(previous.channelId, previous.ts, { text, edited });
      return { message, deliveries: await sendAll(view, [messageChangedEvent(view, message, previous)]) };
    },
    async delete(place) {
      const view = viewOf(place.teamId);
      const message = view.workspace.remove(place.channel, messageAt(place).ts);
      return { message, deliveries: await sendAll(view, [messageDeletedEvent(view, message)]) };
    },
    async click({ user, actionId, value, ...place }) {
      const view = viewOf(place.teamId);
      const ephemeral = view.workspace.ephemerals.find(({ ts }) => ts === place.ts);
      const message = ephemeral ?? messageAt(place);
      const target = {
        workspace: view.workspace,
        channelId: message.channelId,
        userId: user,
        messageTs: message.ts,
      };
      const responseUrl = `${api.origin}${api.responseUrls.issue(target)}`;
      const payload = clickPayload(view, { userId: user, message, actionId, value, responseUrl });
      return deliveries.send(connected(), { kind: 'interactive', payload });
    },
    async react({ user, name, removed = false, ...place }) {
      const view = viewOf(place.teamId);
      const { reactions, channelId, ts } = messageAt(place);
      const others = (reactions?.get(name) ?? []).filter((userId) => userId !== user);
      const renewed = new Map(reactions).set(name, removed ? others : [...others, user]);
      if (renewed.get(name)?.length === 0) renewed.delete(name);
      const message = view.workspace.update(channelId, ts, { reactions: renewed });
      const event = reactionEvent(view, message, { userId: user, name, removed });
      return { message, deliveries: await sendAll(view, [event]) };
    },
    async stop({ teamId, channel, user, threadTs }) {
      const view = viewOf(teamId);
      const { workspace } = view;
      if (workspace.session(channel, threadTs) !== 'processing') {
        throw new Error(`Slack shows no stop button in ${threadTs}: its session is not "processing"`);
      }
      const streaming = workspace
        .thread(channel, threadTs)
        .filter(({ stream }) => stream?.state === 'in_progress');
      const event = {
        type: 'agent_session_stopped',
        channel,
        user,
        thread_ts: threadTs,
        streaming_message_ts: streaming.map(({ ts }) => ts),
        event_ts: workspace.nextTs(),
      };
      return deliveries.send(connected(), { kind: 'events_api', payload: envelopeOf(view, event) });
    },
    async command({ teamId, ...command }) {
      const workspace = workspaceOf(teamId);
      const target = { workspace, channelId: command.channel, userId: command.user };
      const path = api.responseUrls.issue(target);
      const payload = commandPayload(workspace, command, `${api.origin}${path}`);
      const delivery = await deliveries.send(connected(), { kind: 'slash_commands', payload });
      const said = saidWithAck(delivery);
      if (said !== undefined) api.responseUrls.respond(path, said);
      return delivery;
    },
    async shortcut({ user, callbackId, ...place }) {
      const view = viewOf(place.teamId);
      const message = messageAt(place);
      const target = { workspace: view.workspace, channelId: message.channelId, userId: user };
      const responseUrl = `${api.origin}${api.responseUrls.issue(target)}`;
      const payload = shortcutPayload(view, { userId: user, message, callbackId, responseUrl });
      return deliveries.send(connected(), { kind: 'interactive', payload });
    },
    async openHome(userId, tab, { teamId } = {}) {
      const view = viewOf(teamId);
      const channels = [...view.workspace.channels.values()];
      const channelId = channels.find(({ kind, members }) => kind === 'im' && members.has(userId))?.id;
      if (channelId === undefined) throw new RangeError(`There are no direct messages with ${userId}`);
      return sendAll(view, [homeOpenedEvent(view, { userId, tab, channelId })]);
    },
    async deliver(event, { teamId, envelope, ...sendOptions } = {}) {
      const payload = envelopeOf(viewOf(teamId), event, envelope);
      return deliveries.send(connected(), { kind: 'events_api', payload }, sendOptions);
    },
    interact: async (payload, kind = 'interactive') => deliveries.send(connected(), { kind, payload }),
    redeliver: async ({ outgoing }, sendOptions = { retry: { num: 1, reason: 'http_timeout' } }) =>
      deliveries.send(connected(), outgoing, sendOptions),
    deliveries: deliveries.all,
    waitFor(find, waitOptions) {
      return waitFor(find, subscribe, () => report(api.calls()), waitOptions);
    },
    async close() {
      transport = undefined;
      deliveries.stop();
      socketMode.close();
      await api.close();
    },
  };

  function subscribe(changed: () => void): () => void {
    const subscriptionsToEnd = [
      api.onCall(changed),
      deliveries.onAttempt(changed),
      socketMode.onConnection(changed),
      ...workspaces.map((workspace) => workspace.onChange(changed)),
    ];
    return () => {
      for (const end of subscriptionsToEnd) end();
    };
  }
}

function report(calls: readonly SlackCall[]): string {
  const lines = calls.map(({ method, args, fault, response }) => {
    const outcome = response ? `${response.status} ${String(response.body.error ?? 'ok')}` : 'no answer';
    return `- ${method} ${JSON.stringify(args).slice(0, 300)} → ${outcome}${fault ? ` (fault ${JSON.stringify(fault)})` : ''}`;
  });
  return lines.length > 0 ? `Slack calls so far:\n${lines.join('\n')}` : 'There was no Slack call.';
}
