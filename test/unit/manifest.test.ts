import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { slackManifest } from '../../manifest/manifest.js';
import { renderManifest } from '../../manifest/render-manifest.js';
import { APP_LEVEL_METHODS, EVENTS, METHODS, neededScopes } from '../../manifest/scopes.js';
import { nodesOf, parseSource, ROOT, readSources, type SourceFile } from '../support/source-file.js';
import { webApiCalls } from '../support/web-api-calls.js';

const manifest = slackManifest();
const written = readFileSync(join(ROOT, 'slack-manifest.yml'), 'utf8');

describe('slack-manifest.yml', () => {
  it('is what its source says: run "npm run manifest"', () => {
    expect(written).toBe(renderManifest());
    expect(parse(written)).toEqual(manifest);
  });
});

describe('the manifest', () => {
  it('asks for the scopes that a call or an event needs, and for no others', () => {
    expect(manifest.oauth_config.scopes.bot).toEqual(neededScopes());
    expect(neededScopes()).toEqual([
      ...[
        'app_mentions:read',
        'assistant:write',
        'channels:history',
        'channels:read',
        'chat:write',
        'commands',
      ],
      ...['files:read', 'files:write', 'groups:history', 'groups:read', 'im:history', 'mpim:history'],
      ...['mpim:read', 'reactions:read', 'reactions:write', 'users:read'],
    ]);
  });

  it('knows every Web API method that the bot calls, and no others', () => {
    const known = [...METHODS.map(({ method }) => method), ...APP_LEVEL_METHODS];
    expect(webApiCalls(readSources('src/slack'))).toEqual(known.toSorted());
  });

  it('subscribes to the events that the bot listens to, and to no others', () => {
    const subscribed = manifest.settings.event_subscriptions?.bot_events ?? [];
    expect(subscribed).toEqual(EVENTS.map(({ event }) => event));
    // Listeners know message.channels, message.im and so on by one name.
    const names = new Set(subscribed.map((event) => event.split('.')[0]));
    expect([...names].toSorted()).toEqual(eventsListenedTo(readSources('src/slack')));
  });

  it('declares the command and the shortcut that the bot listens to, and no others', () => {
    const { shortcuts = [], slash_commands = [] } = manifest.features;
    const sources = readSources('src/slack');
    expect(slash_commands.map(({ command }) => command)).toEqual(firstArguments(sources, 'command'));
    const listened = firstArguments(sources, 'shortcut').join();
    for (const { callback_id } of shortcuts) expect(listened).toContain(`'${callback_id}'`);
    expect(shortcuts).toHaveLength(firstArguments(sources, 'shortcut').length);
  });

  it("keeps to Slack's limits", () => {
    const { agent_view, bot_user, shortcuts = [], slash_commands = [] } = manifest.features;
    for (const { name, description } of shortcuts) {
      expect(name.length).toBeLessThanOrEqual(24);
      expect(description.length).toBeLessThanOrEqual(150);
    }
    for (const { command } of slash_commands) expect(command.length).toBeLessThanOrEqual(32);
    expect(agent_view?.agent_description?.length).toBeLessThanOrEqual(300);
    expect(agent_view?.suggested_prompts?.length ?? 0).toBeLessThanOrEqual(4);
    expect(manifest.display_information.name.length).toBeLessThanOrEqual(35);
    expect(manifest.display_information.description?.length).toBeLessThanOrEqual(140);
    expect(bot_user?.display_name).toMatch(/^[a-z0-9._-]{1,80}$/);
  });

  it('lets people write to the bot and click its buttons', () => {
    expect(manifest.features.app_home).toMatchObject({
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    });
    expect(manifest.settings).toMatchObject({
      interactivity: { is_enabled: true },
      socket_mode_enabled: true,
    });
  });
});

/** The names in `app.event('…')`. */
function eventsListenedTo(files: readonly SourceFile[]): string[] {
  return [...new Set(firstArguments(files, 'event'))].toSorted();
}

/** What stands first in `app.<method>(…)`: a string's text, else its source. */
function firstArguments(files: readonly SourceFile[], method: string): string[] {
  return files
    .flatMap(({ tree }) => [...nodesOf(tree)])
    .flatMap((node) => {
      if (!ts.isCallExpression(node) || node.expression.getText() !== `app.${method}`) return [];
      const [first] = node.arguments;
      if (!first) return [];
      return [ts.isStringLiteralLike(first) ? first.text : first.getText()];
    });
}

describe('the reading of calls', () => {
  const calls = (source: string) => webApiCalls([parseSource('src/slack/x.ts', source)]);

  it.each([
    ['await this.#options.client.chat.postMessage({ channel });', ['chat.postMessage']],
    ['await client\n  .assistant.threads\n  .setStatus({});', ['assistant.threads.setStatus']],
    ["await client.apiCall('users.info', { user });", ['users.info']],
    ['const stream = client.chatStream({});', ['chat.appendStream', 'chat.startStream', 'chat.stopStream']],
    ['return new SocketModeReceiver({});', ['apps.connections.open']],
    ['turns.push(chat.length); // client.chat.delete()', []],
  ])('sees in %j: %j', (source, methods) => {
    expect(calls(source)).toEqual(methods);
  });
});
