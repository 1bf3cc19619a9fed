/** Why a file is not read. The message completes "it …" and is shown to people. */
export class FileProblem extends Error {
  override name = 'FileProblem';
}
