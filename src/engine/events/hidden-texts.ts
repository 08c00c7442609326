import { isSecret, mapValue, withoutSecretMarks } from "../model/values.ts";

/** What stands in the place of a secret. */
const replacementText = "[secret]";

/** Returns the value with `[secret]` for each secret in it. */
export function withHiddenSecrets(value: unknown): unknown {
  return mapValue(value, (node) => (isSecret(node) ? replacementText : undefined));
}

/** Returns the texts of the secrets in a value, at any depth. */
export function secretTextsIn(value: unknown): string[] {
  const texts: string[] = [];
  const collect = (node: unknown) => {
    if (typeof node === "string") texts.push(node);
    return undefined;
  };
  mapValue(value, (node) => (isSecret(node) ? mapValue(withoutSecretMarks(node), collect) : undefined));
  return texts;
}

/** Shorter ones would be found everywhere by chance. */
const shortestSecretCharacters = 3;

/** Takes secret texts, also as they are written in JSON, out of whatever a run reports. */
export type Hide = <Value>(value: Value) => Value;

/**
 * Returns what takes these secrets out. They may begin, contain or overlap each other; of all that occur nothing is left.
 */
export function hideSecrets(secrets: readonly string[]): Hide {
  const worthHiding = secrets.filter(
    (text) => text.length >= shortestSecretCharacters && !/^(true|false)$/i.test(text),
  );
  const texts = [...new Set(worthHiding.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]))];
  if (texts.length === 0) return (value) => value;
  const hidden = (value: unknown) => (typeof value === "string" ? withoutTexts(value, texts) : undefined);
  return <Value>(value: Value) => mapValue(value, hidden) as Value;
}

function withoutTexts(value: string, texts: readonly string[]): string {
  const found = texts.flatMap((text) => occurrences(value, text)).toSorted((a, b) => a.start - b.start);
  let result = "";
  let at = 0;
  for (const { start, end } of found) {
    if (start >= at) result += value.slice(at, start) + replacementText;
    at = Math.max(at, end);
  }
  return result + value.slice(at);
}

function occurrences(value: string, text: string): { start: number; end: number }[] {
  const found = [];
  for (let start = value.indexOf(text); start >= 0; start = value.indexOf(text, start + 1)) {
    found.push({ start, end: start + text.length });
  }
  return found;
}
