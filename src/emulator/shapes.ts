/**
 * Checks of plain data that tell everything that is wrong with it. A validation library does more, and takes longer to
 * load than the whole emulator to start.
 */
export type Shape<T> = (value: unknown, place: Place) => T;

/** Where a value is, and what was found wrong so far. */
interface Place {
  path: string;
  problems: string[];
}

export type Shaped<S> = S extends Shape<infer T> ? T : never;

/** The data with its defaults filled in, or what is wrong with it: `accounts.1: an account id has twelve digits`. */
export function shaped<T>(shape: Shape<T>, data: unknown): { data: T } | { problems: string[] } {
  const problems: string[] = [];
  const checked = shape(data, { path: "", problems });
  return problems.length === 0 ? { data: checked } : { problems };
}

/** Whatever the test lets pass. */
export function such<T>(test: (value: unknown) => boolean, reason: string): Shape<T> {
  return (value, { path, problems }) => {
    if (!test(value)) problems.push(`${path || "the document"}: ${reason}`);
    return value as T;
  };
}

export function text(pattern = /^/, reason = "must be text"): Shape<string> {
  return such((value) => typeof value === "string" && pattern.test(value), reason);
}

export function oneOf<const T extends string>(...values: T[]): Shape<T> {
  return such((value) => (values as unknown[]).includes(value), `must be one of ${values.join(", ")}`);
}

export function whole(least: number): Shape<number> {
  return such(
    (value) => Number.isSafeInteger(value) && (value as number) >= least,
    `must be a whole number, ${least} or more`,
  );
}

export const flag: Shape<boolean> = such((value) => typeof value === "boolean", "must be true or false");

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value, place) => (value === undefined ? undefined : shape(value, place));
}

export function otherwise<T>(shape: Shape<T>, absent: T): Shape<T> {
  return (value, place) => (value === undefined ? structuredClone(absent) : shape(value, place));
}

export function list<T>(each: Shape<T>): Shape<T[]> {
  return (value, place) => {
    isList(value, place);
    return Array.isArray(value) ? value.map((element, index) => each(element, under(place, index))) : [];
  };
}

/** An object of any names that pass. */
export function record<T>(name: Shape<string>, each: Shape<T>): Shape<Record<string, T>> {
  return (value, place) => {
    isObject(value, place);
    return Object.fromEntries(
      entriesOf(value).map(([key, element]) => {
        const at = under(place, key);
        return [name(key, at), each(element, at)];
      }),
    );
  };
}

/** An object of these members and no others. */
export function object<S extends Record<string, Shape<unknown>>>(members: S): Shape<Members<S>> {
  return (value, place) => {
    isObject(value, place);
    const given = new Map(entriesOf(value));
    const checked = Object.entries(members).map(([name, shape]) => [name, shape(given.get(name), under(place, name))]);
    for (const name of given.keys()) {
      if (!Object.hasOwn(members, name)) place.problems.push(`${under(place, name).path}: is not known here`);
    }
    return Object.fromEntries(checked.filter(([, member]) => member !== undefined)) as Members<S>;
  };
}

/** Members that may be absent are so in the type. */
type Members<S> = {
  [Name in keyof S as undefined extends Shaped<S[Name]> ? never : Name]: Shaped<S[Name]>;
} & {
  [Name in keyof S as undefined extends Shaped<S[Name]> ? Name : never]?: Shaped<S[Name]>;
};

const isList = such(Array.isArray, "must be a list");
const isObject = such((value) => typeof value === "object" && value !== null && !Array.isArray(value), "must be a map");

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

function under({ path, problems }: Place, name: string | number): Place {
  return { path: path === "" ? String(name) : `${path}.${name}`, problems };
}
