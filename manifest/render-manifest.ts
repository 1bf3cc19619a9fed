import { stringify } from 'yaml';
import { type SlackManifest, slackManifest } from './manifest.js';

const HEADER = `# The Slack app. Written by \`npm run manifest\` from manifest/manifest.ts: change it there.
# To create the app: https://api.slack.com/apps -> Create New App -> From a manifest, and paste this file.
`;

/** The text of slack-manifest.yml. */
export function renderManifest(manifest: SlackManifest = slackManifest()): string {
  return HEADER + stringify(manifest, { lineWidth: 0 });
}
