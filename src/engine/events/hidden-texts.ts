import { mapValue } from "../model/values.ts";

/** What stands in the place of a secret. */
const REPLACEMENT_TEXT = "[secret]";

/** Shorter ones would be found everywhere by chance. */
const SHORTEST_SECRET_CHARACTERS = 3;

/** Takes secret texts, also as they are written in JSON, out of whatever a run reports. */
export type Hide = <Value>(value: Value) => Value;

/** Returns what takes these secrets out. */
export function hideSecrets(secrets: readonly string[]): Hide {
  const worthHiding = secrets.filter(
    (text) => text.length >= SHORTEST_SECRET_CHARACTERS && !/^(true|false)$/i.test(text),
  );
  const texts = worthHiding.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
  if (texts.length === 0) return (value) => value;
  const pattern = new RegExp(texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "g");
  const hidden = (value: unknown) => (typeof value === "string" ? value.replace(pattern, REPLACEMENT_TEXT) : undefined);
  return <Value>(value: Value) => mapValue(value, hidden) as Value;
}
