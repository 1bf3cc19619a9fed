import type { ImageType } from '../../rag/attachment.js';

export interface ImageHeader {
  readonly mediaType: ImageType;
  readonly width: number;
  readonly height: number;
}

/**
 * What an image's first bytes say, or undefined when they are no image that Claude takes. `width` and `height` are 0 where
 * the header is broken. A file's name and declared type are not asked: they may be wrong, and Claude refuses a wrong type.
 */
export function imageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marked = (at: number, mark: string) =>
    bytes.length >= at + mark.length &&
    [...mark].every((char, index) => bytes[at + index] === char.charCodeAt(0));
  const sized = (mediaType: ImageType, sizes: () => readonly [width: number, height: number]) => {
    try {
      const [width, height] = sizes();
      return { mediaType, width, height };
    } catch {
      return { mediaType, width: 0, height: 0 };
    }
  };

  if (marked(0, '\x89PNG\r\n\x1a\n'))
    return sized('image/png', () => [view.getUint32(16), view.getUint32(20)]);
  if (marked(0, 'GIF87a') || marked(0, 'GIF89a'))
    return sized('image/gif', () => [view.getUint16(6, true), view.getUint16(8, true)]);
  if (marked(0, '\xff\xd8\xff')) return sized('image/jpeg', () => jpegSize(view));
  if (marked(0, 'RIFF') && marked(8, 'WEBP'))
    return sized('image/webp', () => webpSize(view, (mark) => marked(12, mark)));
  return undefined;
}

/** From the frame header: the first of the segments SOF0 to SOF15, which share their range with DHT, JPG and DAC. */
function jpegSize(view: DataView): readonly [number, number] {
  for (let at = 2; ; ) {
    const marker = view.getUint16(at);
    if (marker === 0xffff) at += 1;
    else if (marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker))
      return [view.getUint16(at + 7), view.getUint16(at + 5)];
    else if (marker < 0xff01 || marker === 0xffda) return [0, 0];
    else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
}

/** Simple, lossless or extended: https://developers.google.com/speed/webp/docs/riff_container */
function webpSize(view: DataView, isKind: (mark: string) => boolean): readonly [number, number] {
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
  if (isKind('VP8X')) return [uint24(24) + 1, uint24(27) + 1];
  if (isKind('VP8 ')) return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  if (!isKind('VP8L')) return [0, 0];
  const bits = view.getUint32(21, true);
  return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
}
