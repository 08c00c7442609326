/** Returns what to write instead of an account id with the dashes that the console prints. */
export function withoutDashes(value: string): string | undefined {
  return /^\d{4}[- ]\d{4}[- ]\d{4}$/.test(value) ? `Write "${value.replaceAll(/[- ]/g, "")}".` : undefined;
}

/** Returns what to write instead of a name with a variable: names are told apart before any is filled in. */
export function plainName(value: string): string | undefined {
  return value.includes("${") ? "Write it without a variable; the `name:` of a sync may have some." : undefined;
}
