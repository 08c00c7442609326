/** Says how far planning has come; `all` is how many resources the program registers, where that is known. */
export function planningWords(seen: number, all: number | undefined): string {
  // The stack and its components are steps as well.
  return `planning, ${all === undefined ? counted(seen) : progress(Math.min(seen, all), all)}`;
}

/** Says how many of a plan's changes have been looked at. */
export function lookingWords(done: number, all: number): string {
  return `looking at AWS, ${progress(done, all)}`;
}

const progress = (done: number, all: number): string => `${counted(done)} of ${counted(all)}`;

const counted = (count: number): string => count.toLocaleString("en");
