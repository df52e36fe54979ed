// How long a model's answers are as a rule: what is reserved for requests that name no max_tokens.

/** Before anything is known. */
const FIRST_GUESS = 256;
/** Weight of the latest answer in the running mean. */
const WEIGHT = 0.1;
const MAX_MODELS = 1_000;

export class TypicalLengths {
  private readonly means = new Map<string, number>();

  of(model: string | undefined): number {
    return Math.ceil(this.means.get(model ?? '') ?? FIRST_GUESS);
  }

  learn(model: string | undefined, completionTokens: number): void {
    const name = model ?? '';
    const known = this.means.get(name);
    // Clients make names up; the first ones are most likely the real ones.
    if (known === undefined && this.means.size >= MAX_MODELS) return;
    this.means.set(
      name,
      known === undefined ? completionTokens : known + WEIGHT * (completionTokens - known),
    );
  }
}
