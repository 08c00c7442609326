/** One input that changes. An absent side is left out: the input was not set, or is no longer. */
export interface Property {
  path: string;
  before?: unknown;
  after?: unknown;
  /** Whether this is what forces the replacement. */
  replaces: boolean;
  /** What the stack applied last, where AWS has something else (`before`). */
  applied?: unknown;
  /** Whether only the deployment itself will tell `after`. */
  unknown?: true;
  /** Whether it is a secret, whose sides are not told. */
  secret?: true;
}

/** The inputs of a resource on both sides. */
export interface Inputs {
  /** The leaves that differ. */
  properties: Property[];
  /** The leaves that are equal, by path. */
  unchanged: Record<string, unknown>;
}

/** What people read instead of a value that only the deployment will tell. */
export const unknownValue = "(known after apply)";
const secretValue = "[secret]";

/**
 * Compares two sets of inputs leaf by leaf, sorted by path. Lists are leaves: their order or length is one change. Inputs that force a
 * replacement and look equal (blinded secrets) are listed as changed as well.
 */
export function compareInputs(
  before: object | undefined,
  after: object | undefined,
  forces: (path: string) => boolean = () => false,
): Inputs {
  const old = leavesOf(before);
  const current = leavesOf(after);
  const properties: Property[] = [];
  const unchanged: Record<string, unknown> = {};
  for (const path of [...new Set([...old.keys(), ...current.keys()])].toSorted()) {
    // What is there cannot be taken over.
    if (path === "adopt" && before !== undefined) continue;
    const from = old.get(path);
    const to = current.get(path);
    const secret = from?.hidden === "secret" || to?.hidden === "secret";
    const unknown = to?.hidden === "unknown";
    const replaces = forces(path);
    const equal = from && to && from.hidden === to.hidden && JSON.stringify(from.value) === JSON.stringify(to.value);
    if (equal && !unknown && !(secret && replaces)) {
      unchanged[path] = secret ? { secret: true } : to.value;
      continue;
    }
    properties.push({
      path,
      ...(from && { before: from.value }),
      ...(to && { after: to.value }),
      replaces,
      ...(unknown && { unknown }),
      ...(secret && { secret }),
    });
  }
  return { properties, unchanged };
}

/** Returns the leaves in which two sets of inputs differ. */
export const propertiesOf = (before: object | undefined, after: object | undefined): Property[] =>
  compareInputs(before, after).properties;

/** Returns the leaves in which inputs differ from those that were planned; what the plan could not know yet is as planned. */
export function unplannedDifferences(planned: object | undefined, actual: object | undefined): Property[] {
  const open = new Set([...leavesOf(planned)].flatMap(([path, { hidden }]) => (hidden === "unknown" ? path : [])));
  return propertiesOf(planned, actual).filter(
    ({ path, before }) => !open.has(path) && !JSON.stringify(before ?? "").includes(unknownValue),
  );
}

interface Leaf {
  value: unknown;
  hidden?: "secret" | "unknown";
}

function leavesOf(inputs: object | undefined): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  const walk = (value: unknown, path: string) => {
    if (isSecret(value)) return leaves.set(path, { value: secretValue, hidden: "secret" });
    if (isUnknown(value)) return leaves.set(path, { value: unknownValue, hidden: "unknown" });
    if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(value).length === 0) {
      return leaves.set(path, { value: redacted(value) });
    }
    for (const [key, inner] of set(value)) walk(inner, `${path}.${key}`);
    return leaves;
  };
  for (const [key, value] of set(inputs ?? {})) if (!internalKeys.has(key)) walk(value, key);
  return leaves;
}

/** The members that are there. Null is how a resource records what is absent. */
const set = (value: object) => Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== null);

/** What a resource carries for its provider, and nothing that a person set: how its code is found, and its own name. */
const internalKeys = new Set(["__provider", "__defaults", "__urn"]);

/** Pulumi's marks in a value's JSON for secrets and for what is not known yet. */
const signature = "4dabf18193072939515e22adb298388d";
const unknowns = /^(04da6b54-80e4-46f7-96ec-b56ff0331ba9|output<string>)$/;

const isSecret = (value: unknown): boolean =>
  value === secretValue || (typeof value === "object" && value !== null && signature in value);
const isUnknown = (value: unknown): boolean => typeof value === "string" && unknowns.test(value);

/** The value without secrets, with unknowns put into words, and with the keys of objects in lists in order. */
function redacted(value: unknown): unknown {
  if (isUnknown(value)) return unknownValue;
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return secretValue;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, redacted(inner)]),
  );
}
