/** Images that Claude takes. */
export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

/** A file that came with a question. Every file ends as one of these: what cannot be read is named, never passed over. */
export type Attachment =
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly bytes: number;
      /** What it says: of a PDF its text, of code the code. */
      readonly text: string;
      /** Only its beginning fitted the limits. */
      readonly cut?: boolean | undefined;
    }
  | {
      readonly kind: 'image';
      readonly name: string;
      readonly bytes: number;
      readonly mediaType: ImageType;
      readonly base64: string;
    }
  | {
      readonly kind: 'unread';
      readonly name: string;
      readonly bytes?: number | undefined;
      /** For people: "is larger than 10 MB", "is a spreadsheet". */
      readonly reason: string;
    };
