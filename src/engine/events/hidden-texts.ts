import { mapValue } from "../model/values.ts";

/** What stands in the place of a secret. */
const STAND_IN = "[secret]";

/** Shorter ones would be found everywhere by chance. */
const SHORTEST = 3;

/** Takes secret texts, also as they are written in JSON, out of whatever a run tells. */
export type Hide = <Told>(told: Told) => Told;

export function hiding(secrets: readonly string[]): Hide {
  const worthHiding = secrets.filter((text) => text.length >= SHORTEST && !/^(true|false)$/i.test(text));
  const texts = worthHiding.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
  if (texts.length === 0) return (told) => told;
  const pattern = new RegExp(texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join("|"), "g");
  const hidden = (value: unknown) => (typeof value === "string" ? value.replace(pattern, STAND_IN) : undefined);
  return <Told>(told: Told) => mapValue(told, hidden) as Told;
}
