/** Texts to vectors, one each, in order. Fulfilled by `models/`. Rejects when the service fails. */
export type Embed = (texts: readonly string[], signal?: AbortSignal) => Promise<number[][]>;
