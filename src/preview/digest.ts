import { createHash } from "node:crypto";
import type { Change } from "./change.ts";

/**
 * Says whether two plans do the same. It covers type, name, operation, path, before and after, sorted, so that neither
 * the order in which targets answered nor the machine, the day, a moved entry or a reworded sentence change it.
 */
export function digestOf(changes: readonly Pick<Change, "type" | "name" | "operation" | "properties">[]): string {
  const facts = changes.flatMap(({ type, name, operation, properties }) => {
    const paths = properties.length > 0 ? properties : [{ path: "" }];
    return paths.map(({ path, before, after }: Partial<Change["properties"][number]>) =>
      canonical([type, name, operation, path, present(before), present(after)]),
    );
  });
  const hash = createHash("sha256");
  for (const fact of facts.toSorted()) hash.update(fact).update("\n");
  return `sha256:${hash.digest("hex")}`;
}

/** Tells "not set" from every value, null included. */
const present = (value: unknown): unknown[] => (value === undefined ? [] : [value]);

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
