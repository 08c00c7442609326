/** The candidate that `word` was probably meant to be: at most a third of it differs. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= least) continue;
    const edits = distance(word.toLowerCase(), candidate.toLowerCase());
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** `Did you mean "x"?`, or what there is to choose from. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const meant = suggest(word, candidates);
  if (meant !== undefined) return `Did you mean "${meant}"?`;
  return candidates.length > 0 && candidates.length <= 12 ? `Known here: ${candidates.join(", ")}.` : undefined;
}

/** Insertions, deletions, substitutions and swaps of neighbours between two words. */
function distance(a: string, b: string): number {
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
