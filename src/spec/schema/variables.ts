/** What `${…}` in a template can stand for. */
export interface Variables {
  "account.id": string;
  /** `undefined` for an account that has no name in the spec. */
  "account.name": string | undefined;
  region: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  partition: string;
}

/** The names that a target fills in. */
export const variableNames = ["account.id", "account.name", "region", "partition"] as const;

/** Returns whether what is at a path is for people, where `${` is nothing but text. */
export const isProse = (path: readonly (string | number)[]): boolean =>
  path.at(-1) === "description" || path.at(-1) === "reason";

/** Returns the name of the secret that a text stands for, `${config.name}` and nothing else; `undefined` for any other text. */
export const secretIn = (text: string): string | undefined => /^\$\{config\.([A-Za-z0-9_.-]{1,100})\}$/.exec(text)?.[1];

/** A part of a text: as it is, the name of a variable, or a `${` that is never closed. */
type Piece = { plain: string } | { name: string } | { unclosed: string };

/** The one grammar of templates: `$${` stands for `${`, `${name}` for a variable. */
const variable = /\$\$\{|\$\{([^${}]*)\}|\$\{/g;

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(variable)) {
    if (match.index > end) pieces.push({ plain: text.slice(end, match.index) });
    end = match.index + match[0].length;
    if (match[0] === "$${") pieces.push({ plain: "${" });
    else if (match[1] === undefined) pieces.push({ unclosed: text.slice(match.index) });
    else pieces.push({ name: match[1] });
  }
  if (end < text.length) pieces.push({ plain: text.slice(end) });
  return pieces;
}

/** Returns whether the text depends on the target, or is meant to. */
export const isTemplate = (text: string): boolean =>
  text.includes("${") && piecesOf(text).some((piece) => !("plain" in piece));

/** Returns the names used in a text, known or not. */
export const variablesIn = (text: string): string[] =>
  text.includes("${") ? piecesOf(text).flatMap((piece) => ("name" in piece ? [piece.name] : [])) : [];

/** Returns the first `${` of a text that is never closed, with what follows it. */
export const unclosedIn = (text: string): string | undefined =>
  text.includes("${") ? piecesOf(text).flatMap((piece) => ("unclosed" in piece ? [piece.unclosed] : []))[0] : undefined;

/** Returns the text with every variable filled in, and `$${` as `${`; one without a value stays as it is written. */
function interpolate(text: string, variables: Variables): string {
  if (!text.includes("${")) return text;
  const written = (piece: Piece) => {
    if ("plain" in piece) return piece.plain;
    if ("unclosed" in piece) return "${";
    return variables[piece.name as keyof Variables] ?? `\${${piece.name}}`;
  };
  return piecesOf(text).map(written).join("");
}

/** Returns the text with the variables that `values` knows filled in; all else, `$${` too, stays as it is written. */
export function substituted(text: string, values: ReadonlyMap<string, string>): string {
  if (!text.includes("${")) return text;
  return text.replaceAll(variable, (written, name?: string) =>
    name === undefined ? written : (values.get(name) ?? written),
  );
}

/** Returns some plain data with the variables of every text in it filled in. */
export function interpolateAll<T>(data: T, variables: Variables): T {
  if (typeof data === "string") return interpolate(data, variables) as T;
  if (Array.isArray(data)) return data.map((item) => interpolateAll(item, variables)) as T;
  if (typeof data !== "object" || data === null) return data;
  const entries = Object.entries(data).map(([key, value]) => [key, interpolateAll(value, variables)]);
  return Object.fromEntries(entries) as T;
}
