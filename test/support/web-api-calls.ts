import { WebClient } from '@slack/web-api';
import ts from 'typescript';
import { nodesOf, type SourceFile } from './source-file.js';

/** What Bolt's and the client's helpers call, by the helper's name. */
const HELPERS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    chatStream: ['chat.startStream', 'chat.appendStream', 'chat.stopStream'],
    sayStream: ['chat.startStream', 'chat.appendStream', 'chat.stopStream'],
    say: ['chat.postMessage'],
    SocketModeReceiver: ['apps.connections.open'],
    SocketModeClient: ['apps.connections.open'],
  }),
);

/** The Web API methods that the sources call: `client.<family>.<method>(…)`, `apiCall('<name>')`, and by helpers. */
export function webApiCalls(files: readonly SourceFile[]): string[] {
  const known = webApiMethods();
  const calls = new Set<string>();
  for (const node of files.flatMap(({ tree }) => [...nodesOf(tree)])) {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) continue;
    const chain = node.expression.getText().replace(/\s|\?/g, '').split('.');
    const [first] = node.arguments ?? [];
    if (chain.at(-1) === 'apiCall' && first && ts.isStringLiteralLike(first)) calls.add(first.text);
    for (const length of [2, 3]) {
      const method = chain.slice(-length).join('.');
      if (known.has(method)) calls.add(method);
    }
    for (const method of HELPERS.get(chain.at(-1) ?? '') ?? []) calls.add(method);
  }
  return [...calls].sort();
}

/** Every method that Slack's own client has. */
function webApiMethods(): ReadonlySet<string> {
  const names = new Set<string>();
  const walk = (value: object, path: readonly string[]): void => {
    for (const [name, member] of Object.entries(value)) {
      if (typeof member === 'function' && path.length > 0) names.add([...path, name].join('.'));
      else if (path.length < 3 && typeof member === 'object' && member !== null)
        walk(member, [...path, name]);
    }
  };
  walk(new WebClient(), []);
  return names;
}
