import { targetName } from "../aws/index.ts";
import { wrapped } from "./wrapping.ts";
import { healthStates, needsAction } from "./health.ts";
import type { Health } from "./health.ts";
import type { Status } from "./status.ts";

/** Returns the status as one screen: a line for each entry, then what is broken, alike causes once. */
export function statusLines({ entries, at }: Status, columns: number): string[] {
  const broken = entries.filter(({ state }) => needsAction(state));
  const head = `${entries.length - broken.length} of ${entries.length} are well, ${at.slice(0, 16).replace("T", " ")} UTC`;
  const named = Map.groupBy(entries, ({ kind, name }) => `${kind} ${name}`);
  const width = Math.max(0, ...[...named.keys()].map(({ length }) => length));
  const lines = [...named].map(([name, alike]) => `  ${name.padEnd(width)}  ${countWords(alike)}${ageWords(alike)}`);
  return [head, "", ...lines, ...brokenLines(broken)].flatMap((line) => wrapped(line, columns));
}

function brokenLines(broken: readonly Health[]): string[] {
  const cause = ({ state, name, message }: Health) =>
    JSON.stringify([state, name, message.replaceAll(/\d{12}\/[\w-]+/g, "")]);
  return [...Map.groupBy(broken, cause).values()].flatMap((alike) => {
    const { state, kind, name, message } = alike[0]!;
    const places = alike.map(targetName);
    const more = places.length > 3 ? `, and ${places.length - 2} more` : "";
    const shown = places.slice(0, places.length > 3 ? 2 : 3).join(", ") + more;
    return [
      "",
      `${state.toUpperCase()}  ${kind} ${name} in ${shown}`,
      ...message.split("\n").map((line) => `  ${line}`),
    ];
  });
}

function countWords(alike: readonly Health[]): string {
  if (alike.length === 1) return alike[0]!.state;
  const by = Map.groupBy(alike, ({ state }) => state);
  return healthStates.flatMap((state) => (by.has(state) ? `${by.get(state)!.length} ${state}` : [])).join(", ");
}

function ageWords(alike: readonly Health[]): string {
  const ages = alike.flatMap(({ age }) => age ?? []);
  if (ages.length === 0) return "";
  const word = ages.length === 1 ? "newest data" : "oldest of the newest data";
  const byWord = alike.every(({ by }) => by === undefined || by === "aws") ? ", by AWS's word" : "";
  return `, ${word} ${Math.round(Math.max(...ages) / 3600)} h old${byWord}`;
}
