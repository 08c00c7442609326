/** The errors that the host prints beside answering with them, for check, diff, read and delete; several resources may have the same. */
const answered = new Set<string>();

/** Returns an error that the engine tells, without the stack that the host would print: printed as well, it would be told twice, and of no resource. */
export function withoutStack(error: Error): Error {
  error.stack = "";
  answered.add(`${String(error)}: ${error.stack}`);
  return error;
}

/** Keeps the host from printing the errors that it answers with. */
export function suppressAnsweredErrors(): void {
  const print = console.error;
  console.error = (...values: unknown[]) => {
    if (values.length === 1 && typeof values[0] === "string" && answered.has(values[0])) return;
    print(...values);
  };
}
