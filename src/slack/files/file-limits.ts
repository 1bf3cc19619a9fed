/** What the files of one question may ask of this machine and of the model. */
export interface FileLimits {
  /** Read of one question: what Slack lets people attach to one message. */
  readonly files: number;
  /** Of one file. A PDF of 20 MB is a book with pictures. */
  readonly fileBytes: number;
  /** Of all files together. */
  readonly totalBytes: number;
  /** Of all texts together, about 20,000 tokens: $0.04 an answer with claude-sonnet-5-5. */
  readonly textChars: number;
  /**
   * Of one image. Claude takes 5 MiB and counts them in base64, which is a third longer; of all images together 32 MB, which
   * `totalBytes` keeps: https://platform.claude.com/docs/en/build-with-claude/vision
   */
  readonly imageBytes: number;
  /** Claude's, for each side of an image. */
  readonly imagePixels: number;
  /** From the first request to the last parsed file, milliseconds. The answer waits for it. */
  readonly readMs: number;
  /** How long a mention waits for the event that names its files, milliseconds. */
  readonly twinMs: number;
}

const MB = 1_000_000;

export const FILE_LIMITS: FileLimits = {
  files: 10,
  fileBytes: 20 * MB,
  totalBytes: 20 * MB,
  textChars: 80_000,
  imageBytes: Math.floor((5 * 1024 * 1024 * 3) / 4),
  imagePixels: 8_000,
  readMs: 20_000,
  twinMs: 400,
};
