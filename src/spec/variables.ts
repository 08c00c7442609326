/** What `${…}` in a template can stand for. */
export interface Variables {
  "account.id": string;
  /** `undefined` for an account that has no name in the spec. */
  "account.name": string | undefined;
  region: string;
}

/** Lists what may stand in `${…}`. */
export const variableNames = ["account.id", "account.name", "region"] as const;

const variable = /\$\{([^}]*)\}/g;

/** Whether the text depends on the target. */
export const isTemplate = (text: string): boolean => text.includes("${");

/** The names used in a text, known or not. */
export const variablesIn = (text: string): string[] => [...text.matchAll(variable)].map(([, name]) => name!);

/** The text with every variable filled in; one without a value stays as it is written. */
function interpolate(text: string, variables: Variables): string {
  return text.replaceAll(variable, (written, name: keyof Variables) => variables[name] ?? written);
}

/** The same for every text in some plain data. */
export function interpolateAll<T>(data: T, variables: Variables): T {
  if (typeof data === "string") return interpolate(data, variables) as T;
  if (Array.isArray(data)) return data.map((item) => interpolateAll(item, variables)) as T;
  if (typeof data !== "object" || data === null) return data;
  const entries = Object.entries(data).map(([key, value]) => [key, interpolateAll(value, variables)]);
  return Object.fromEntries(entries) as T;
}
