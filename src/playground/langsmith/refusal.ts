/** A request that LangSmith would refuse, with its status and a body in its words where they are known. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
