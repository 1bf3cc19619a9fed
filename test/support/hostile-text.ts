/** Invisible: stands in addresses and names that must not work. */
export const JOINER = '\u2060';

/** Not real ones: made up in the form of real ones, and put together here so that no scanner takes them for such. */
export const SECRETS: readonly string[] = [
  `xoxb-${'1234567890-0987654321'}-AbCdEfGhIjKlMnOp`,
  `xapp-1-A0${'123456789'}-1234567890-abcdef0123456789`,
  `sk-ant-api03-${'AbCd_EfGh-1234567890'}`,
  `sk-proj-${'AbCdEfGhIjKlMnOp1234567890'}`,
  `ghp_${'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789'}`,
  `github_pat_${'11AAAAAAA0abcdefghij_KLMNOPQRSTUV'}`,
  `AKIA${'IOSFODNN7EXAMPLE'}`,
  `aws_secret_access_key = ${'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'}`,
  `lsv2_pt_${'0123456789abcdef0123456789abcdef_0123456789'}`,
  `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEpAIBAAKCAQEA0123456789abcdef\n'.repeat(3)}shortlast==\n-----END RSA PRIVATE KEY-----`,
];

/** What must not survive the output firewall, in the ways in which it could try. */
export const HOSTILE: readonly string[] = [
  ...['<!channel>', '<!here|x>', '<@U0ADA>', '<!subteam^S1>', '<#C1>', '@channel', '@HERE', '@everyone'],
  ...[
    'https://evil.com/x?d=1',
    'http://evil.com',
    'evil.com',
    'www.evil.com/x',
    'evil.com:80/x',
    'me@evil.com',
  ],
  ...[
    '[x](https://evil.com)',
    '[x](<https://evil.com> "t")',
    '![x](https://evil.com/p.png)',
    '[![x](https://evil.com)](https://evil.com)',
  ],
  ...[
    '<https://evil.com>',
    '<https://evil.com|safe>',
    '<img src="https://evil.com/p">',
    '[x]: https://evil.com',
    '[x][y]',
  ],
  ...[
    'https://docs.acme.io@evil.com',
    'https://docs.acme.io.evil.com',
    'https://docs.acme.io\\@evil.com',
    'https:\\//evil.com',
    'evil\\.com',
  ],
  ...['javascript://evil.com', 'ftp://evil.com', 'HTTPS://EVIL.COM', '`https://evil.com`'],
  ...SECRETS,
];

/** Everything hostile that text for Slack still holds. */
export function survivors(text: string): string[] {
  const patterns = [
    /<[!@#a-z]/i,
    /@(?:channel|here|everyone)/i,
    /[a-z]:\\?\/\\?\/(?!docs\.acme|status\.acme|localhost)[^\s]/i,
    /\]\((?!https:\/\/(?:docs|status)\.acme\.io)https?:\/\//i,
    /-----(?:BEGIN|END) RSA/,
    /xox[a-z]-\d|xapp-1-|sk-ant-|sk-proj-|ghp_Ab|github_pat_1|AKIAIOS|wJalrXU|lsv2_pt_0|MIIEpAIB/,
  ];
  // Code keeps what only looks like an image or, as a file name, like a bare domain.
  const outside = text.replace(/```[\s\S]*?(?:```|$)|`[^`\n]*`/g, ' ');
  return [
    ...patterns.filter((pattern) => pattern.test(text)),
    ...[/evil\\?\.com/i, /!\[/].filter((pattern) => pattern.test(outside)),
  ].map(String);
}

/** What a person reads. */
export function shownText(markdown: string): string {
  return markdown
    .replaceAll(JOINER, '')
    .replace(/&(amp|lt|gt);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>' })[name] ?? '');
}

/** Cuts text into pieces of the given sizes. */
export function inDeltas(text: string, sizes: Iterable<number>): string[] {
  const deltas: string[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= text.length) break;
    deltas.push(text.slice(at, at + size));
    at += size;
  }
  return deltas;
}
