/**
 * Returns an error that says what failed, what has come of it, and on the lines after that, as before, what to do.
 * @param explained the error in words
 */
export function errorWithOutcome(explained: Error, outcome: string, cause: unknown): Error {
  const [what = "", ...cure] = explained.message.split("\n");
  return new Error([`${what} ${outcome}`, ...cure].join("\n"), { cause });
}
