/**
 * A file of a message, as far as Slack tells of it: https://docs.slack.dev/reference/objects/file-object
 * A deleted file comes with its id and `mode` alone, one from another organisation with `access: 'check_file_info'`.
 */
export interface AttachedFile {
  readonly id: string;
  /** As people see it; the id where Slack names none. */
  readonly name: string;
  /** As the uploader's program named it, which may be wrong; '' when Slack says none. */
  readonly mimetype: string;
  readonly bytes?: number | undefined;
  /** `hosted`, `snippet`, `canvas`, `external`, `tombstone`, `hidden_by_limit`, … */
  readonly mode: string;
  readonly access?: string | undefined;
  readonly isExternal: boolean;
  /** Where it is downloaded with the bot token. */
  readonly url?: string | undefined;
  /** Of an image: a smaller copy that Slack made, in a format that every browser shows. */
  readonly previewUrl?: string | undefined;
  /** Of an image: its longer side. */
  readonly pixels?: number | undefined;
}

/** The file in what Slack sent, or undefined when it holds none. Takes any input without throwing. */
export function attachedFileOf(value: unknown): AttachedFile | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const text = (name: string) => {
    const field = fields.get(name);
    return typeof field === 'string' && field !== '' ? field : undefined;
  };
  const number = (name: string) => {
    const field = fields.get(name);
    return typeof field === 'number' ? field : undefined;
  };
  const id = text('id');
  if (id === undefined) return undefined;
  return {
    id,
    name: text('name') ?? text('title') ?? id,
    mimetype: text('mimetype') ?? '',
    bytes: number('size'),
    mode: text('mode') ?? '',
    access: text('file_access'),
    isExternal: fields.get('is_external') === true,
    url: text('url_private_download') ?? text('url_private'),
    previewUrl: text('thumb_1024') ?? text('thumb_960') ?? text('thumb_720'),
    pixels: Math.max(number('original_w') ?? 0, number('original_h') ?? 0) || undefined,
  };
}

/** A file of which only the id is known: the rest is asked of Slack. */
export function unknownFile(id: string): AttachedFile {
  return { id, name: id, mimetype: '', mode: '', isExternal: false, access: 'check_file_info' };
}
