export type Paint = (text: string) => string;

/** The few ways in which the terminal sets text apart; without colour the text is left as it is. */
export function terminalStyle(colour: boolean): { readonly dim: Paint; readonly accent: Paint } {
  const paint =
    (on: number, off: number): Paint =>
    (text) =>
      colour ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return { dim: paint(2, 22), accent: paint(33, 39) };
}
