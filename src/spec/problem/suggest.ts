/** Returns the candidate that `word` was probably meant to be: at most a third of it differs. One or two letters tell nothing. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  const letters = lettersOf(lower);
  let best: string | undefined;
  let least = Math.floor(word.length / 3) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const other = candidate.toLowerCase();
    // Each edit changes two letters of the two sets at most.
    if (bitsIn(letters ^ lettersOf(other)) > 2 * (least - 1)) continue;
    const edits = distance(lower, other);
    if (edits < least) [best, least] = [candidate, edits];
    if (edits === 0) break;
  }
  return best;
}

/** Returns `Did you mean "x"?`, or else what there is to choose from where that is at most fifteen; `undefined` when neither helps. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const meant = suggest(word, candidates);
  if (meant !== undefined) return `Did you mean "${meant}"?`;
  return candidates.length > 0 && candidates.length <= 15 ? `Known here: ${candidates.join(", ")}.` : undefined;
}

/** The letters and digits of a word as a set of bits. */
function lettersOf(word: string): number {
  let letters = 0;
  for (let index = 0; index < word.length; index++) letters |= 1 << (word.charCodeAt(index) & 31);
  return letters;
}

function bitsIn(set: number): number {
  let bits = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}

/** Returns how many insertions, deletions, substitutions and swaps of neighbours are between two words. */
export function distance(a: string, b: string): number {
  let [before, previous] = [[] as number[], Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j]!, before[j - 2]! + 1);
      }
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length]!;
}
