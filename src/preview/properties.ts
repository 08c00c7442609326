/** One input that changes. An absent side is left out: the input was not set, or is no longer. */
export interface Property {
  path: string;
  before?: unknown;
  after?: unknown;
  /** Whether this is what forces the replacement. */
  replaces: boolean;
}

/** Stands for a value that only the deployment itself will tell. */
const unknownValue = "(known after apply)";
const secretValue = "[secret]";

/**
 * The leaves in which two sets of inputs differ, sorted by path. Lists are leaves: their order or length is one
 * change. Inputs named in `forced` that look equal (blinded secrets) are listed as well.
 */
export function propertiesOf(before: object | undefined, after: object | undefined, forced: string[]): Property[] {
  const old = leavesOf(before);
  const current = leavesOf(after);
  const roots = new Set(forced.map((key) => rootOf(key)));
  const paths = [...new Set([...old.keys(), ...current.keys()])].toSorted();
  // What is there cannot be taken over.
  const isCreated = before === undefined;
  return paths
    .filter((path) => path !== "adopt" || isCreated)
    .filter(
      (path) => JSON.stringify(old.get(path)) !== JSON.stringify(current.get(path)) || old.get(path) === secretValue,
    )
    .filter((path) => old.get(path) !== secretValue || current.get(path) !== secretValue || roots.has(rootOf(path)))
    .map((path) => ({
      path,
      ...(old.has(path) && { before: old.get(path) }),
      ...(current.has(path) && { after: current.get(path) }),
      replaces: roots.has(rootOf(path)),
    }));
}

/** The leaves in which inputs are otherwise than planned; what the plan could not know yet is as planned. */
export const unlike = (planned: object | undefined, actual: object | undefined): Property[] =>
  propertiesOf(planned, actual, []).filter(({ before }) => !JSON.stringify(before ?? "").includes(unknownValue));

function leavesOf(inputs: object | undefined): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  const walk = (value: unknown, path: string) => {
    const shown = blinded(value);
    if (typeof shown !== "object" || shown === null || Array.isArray(shown) || Object.keys(shown).length === 0) {
      leaves.set(path, shown);
      return;
    }
    for (const [key, inner] of Object.entries(shown)) walk(inner, `${path}.${key}`);
  };
  for (const [key, value] of Object.entries(inputs ?? {})) if (!plumbing.has(key)) walk(value, key);
  return leaves;
}

/** What a resource carries for its provider, and nothing that a person set: how its code is found, and its own name. */
const plumbing = new Set(["__provider", "__defaults", "__urn"]);

/** Pulumi's marks in a value's JSON for secrets and for what is not known yet. */
const signature = "4dabf18193072939515e22adb298388d";
const unknowns = /^(04da6b54-80e4-46f7-96ec-b56ff0331ba9|output<string>)$/;

/** The value without secrets, with unknowns put into words, and with the keys of objects in lists in order. */
function blinded(value: unknown): unknown {
  if (typeof value === "string") return unknowns.test(value) ? unknownValue : value;
  if (Array.isArray(value)) return value.map(blinded);
  if (typeof value !== "object" || value === null) return value;
  if (signature in value) return secretValue;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, blinded(inner)]),
  );
}

const rootOf = (path: string): string => /^[^.[]+/.exec(path)?.[0] ?? path;
