import { createHash } from 'node:crypto';

export interface PrivateKeyForm {
  /** @default 'RSA PRIVATE KEY' */
  readonly name?: string;
  /** @default 64, as OpenSSL writes */
  readonly lineLength?: number;
  /** @default 25, as of 2,048 bits */
  readonly lines?: number;
}

/** What stands between the marks: looks like a key, opens nothing, and is the same in every run. */
export function keyLines({ lineLength = 64, lines = 25 }: PrivateKeyForm = {}): string[] {
  let text = 'MIIEpAIBAAKCAQEA';
  for (let block = 0; text.length < lineLength * lines; block += 1)
    text += createHash('sha512').update(`${block}`).digest('base64').replaceAll('=', '');
  return Array.from({ length: lines }, (_, line) => text.slice(line * lineLength, (line + 1) * lineLength));
}

export function privateKey(form: PrivateKeyForm = {}): string {
  const { name = 'RSA PRIVATE KEY' } = form;
  return [`-----BEGIN ${name}-----`, ...keyLines(form), 'aB3=', `-----END ${name}-----`].join('\n');
}
