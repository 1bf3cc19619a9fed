import type { AttachedFile } from './attached-file.js';
import { NOT_PERMITTED } from './download-file.js';
import type { FileLimits } from './file-limits.js';

/** By `mode`: what Slack does not keep as a file with bytes. */
const MODES: Readonly<Record<string, string>> = {
  tombstone: 'was deleted',
  hidden_by_limit: 'is hidden by the limits of the Slack plan',
  external: 'is kept outside of Slack',
  canvas: 'is a Slack canvas: copy its text into the message',
  quip: 'is a Slack canvas: copy its text into the message',
  space: 'is a Slack post: copy its text into the message',
  post: 'is a Slack post: copy its text into the message',
  list: 'is a Slack list',
  email: 'is an e-mail: copy its text into the message',
};

/** What `file_access` and a failed files.info say. */
const ACCESS: Readonly<Record<string, string>> = {
  access_denied: 'may not be seen by me',
  file_not_found: 'was deleted',
  file_deleted: 'was deleted',
  not_visible: 'may not be seen by me',
  missing_scope: NOT_PERMITTED,
  // Asked for, and no answer came.
  check_file_info: 'could not be looked up in Slack',
};

/** Declared types that are not worth the download. Everything else is judged by its bytes. */
const TYPES: readonly (readonly [type: RegExp, reason: string])[] = [
  [/^video\//, 'is a video'],
  [/^audio\//, 'is a recording'],
  [/spreadsheet|ms-excel/, 'is a spreadsheet: save it as CSV'],
  [/presentation|powerpoint/, 'is a presentation: save it as PDF'],
  [/msword$/, 'is an old Word file: save it as .docx or PDF'],
  [/[/-](?:zip|gzip|x-tar|rar|7z)\b/, 'is an archive'],
  [/slack-docs$/, 'is a Slack canvas: copy its text into the message'],
];

/** Why a file is not even downloaded, completing "it …"; undefined when it is. */
export function reasonNotToRead(
  { mode, access, isExternal, bytes, name, mimetype, url, previewUrl }: AttachedFile,
  index: number,
  limits: FileLimits,
): string | undefined {
  const mostBytes = limits.fileBytes;
  if (index >= limits.files) return `is one of more than ${limits.files} files`;
  if (MODES[mode]) return MODES[mode];
  if (access !== undefined && ACCESS[access]) return ACCESS[access];
  if (isExternal) return MODES.external;
  if (bytes === 0) return 'is empty';
  // Windows calls a CSV file Excel's.
  const type = /\.csv$/i.test(name) ? undefined : TYPES.find(([pattern]) => pattern.test(mimetype));
  if (type) return type[1];
  const hasSmallerCopy = mimetype.startsWith('image/') && previewUrl !== undefined;
  if (bytes !== undefined && bytes > mostBytes && !hasSmallerCopy)
    return `is larger than ${Math.floor(mostBytes / 1_000_000)} MB`;
  return url === undefined ? 'could not be looked up in Slack' : undefined;
}
