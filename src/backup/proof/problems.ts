/** Sentences on what is wrong with a copy. A copy that is wrong throughout need not say so of each object. */
export class Problems {
  readonly all: string[] = [];

  add(...sentences: string[]): void {
    for (const sentence of sentences) {
      if (this.all.length < most && !this.all.includes(sentence)) this.all.push(sentence);
    }
  }

  /** Adds differences that were found in one object. */
  of(uri: string, differences: string[]): void {
    this.add(...differences.map((difference) => `${uri} is not the source's: ${difference}.`));
  }
}

const most = 50;
