export type Paint = (text: string) => string;

/** Turns a way of setting text apart on and off; both are empty without colour. */
export interface Switch {
  readonly on: string;
  readonly off: string;
}

export interface TerminalStyle {
  readonly dim: Paint;
  readonly accent: Paint;
  readonly boldSwitch: Switch;
  readonly accentSwitch: Switch;
  readonly colour: boolean;
}

/** The few ways in which the terminal sets text apart; without colour the text is left as it is. */
export function terminalStyle(colour: boolean): TerminalStyle {
  const codes = (on: number, off: number): Switch =>
    colour ? { on: `\u001b[${on}m`, off: `\u001b[${off}m` } : { on: '', off: '' };
  const paint =
    ({ on, off }: Switch): Paint =>
    (text) =>
      `${on}${text}${off}`;
  const [dim, accent, bold] = [codes(2, 22), codes(33, 39), codes(1, 22)];
  return { dim: paint(dim), accent: paint(accent), boldSwitch: bold, accentSwitch: accent, colour };
}
