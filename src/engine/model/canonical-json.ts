/**
 * Returns JSON as Pulumi's Go code writes it: keys of maps in sorted order, U+2028 and U+2029 escaped. A file that both
 * engines write then changes only where its content does.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.keys(value)
      .toSorted()
      .flatMap((key) => member(key, (value as Record<string, unknown>)[key]))
      .join(",")}}`;
  return scalar(value);
}

/** Returns one `"key":value` of an object, or nothing for `undefined`. */
export function member(key: string, value: unknown): string[] {
  return value === undefined ? [] : [`${scalar(key)}:${canonicalJson(value)}`];
}

function scalar(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  return typeof value === "string" && /[\u2028\u2029]/.test(text)
    ? text.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029")
    : text;
}
