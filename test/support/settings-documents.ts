import { GROUPS, type SettingInfo } from '../../src/config/setting-info.js';
import { settingInfoOf, settings } from '../../src/config/settings.js';

type Group = keyof typeof GROUPS;

/** What .env.example must say. */
export function envExample(): string {
  const sections = groups().map((group) => {
    const heading = `# ---- ${GROUPS[group]} ----`;
    return [heading, ...settingsOf(group).map(envLines)].join('\n\n');
  });
  return `${ENV_HEADER}\n${sections.join('\n\n\n')}\n`;
}

const ENV_HEADER = `# Settings. Copy this file to .env and fill in what you need; the environment itself wins over the file.
# Nothing is needed to try it: npm start then serves the playground.
# An empty value counts as unset. A line that starts with # shows a default or an example.
`;

/** What a document must say about the settings, as a Markdown table; of one group when it is given. */
export function settingsTable(only?: Group): string {
  const rows = groups()
    .filter((group) => only === undefined || group === only)
    .flatMap((group) => settingsOf(group).map(tableRow));
  return ['| Setting | Default | What it does |', '|---|---|---|', ...rows].join('\n');
}

export function groups(): Group[] {
  return Object.keys(GROUPS).filter((name): name is Group => name in GROUPS);
}

function settingsOf(group: Group): (readonly [name: string, info: SettingInfo])[] {
  return Object.keys(settings.shape)
    .map((name) => [name, settingInfoOf(name)] as const)
    .filter(([, info]) => info.group === group);
}

function envLines([name, { description, where, default: fallback, example, secret }]: readonly [
  string,
  SettingInfo,
]): string {
  const value = secret ? `${name}=` : `# ${name}=${fallback ?? example}`;
  return [description.replaceAll('`', ''), sentence(where)]
    .map((line) => `# ${line}`)
    .concat(value)
    .join('\n');
}

function tableRow([name, { description, default: fallback }]: readonly [string, SettingInfo]): string {
  return `| \`${name}\` | ${fallback === undefined ? '' : `\`${fallback}\``} | ${description} |`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
