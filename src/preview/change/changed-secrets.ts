import type { StepMetadata } from "./engine-event.ts";
import type { Inputs, Property } from "./properties.ts";

/**
 * Returns the inputs with those secrets among the properties that differ: events have `[secret]` on both sides of them, but tell the paths of
 * what differs. Where an update tells none and nothing else differs either, it is a secret that does, and may be any.
 */
export function withChangedSecrets({ properties, unchanged }: Inputs, steps: readonly StepMetadata[]): Inputs {
  const changedPaths = [...new Set(steps.flatMap(({ detailedDiff }) => Object.keys(detailedDiff ?? {})))];
  const isUpdateWithoutPaths =
    changedPaths.length === 0 && properties.length === 0 && steps.some(({ op }) => op === "update");
  const isChanged = (path: string) =>
    isUpdateWithoutPaths || changedPaths.some((other) => isWithin(path, other) || isWithin(other, path));
  const changed = new Set(
    Object.entries(unchanged).flatMap(([path, value]) => (isSecret(value) && isChanged(path) ? path : [])),
  );
  if (changed.size === 0) return { properties, unchanged };
  const secrets = [...changed].map((path): Property => ({
    path,
    before: "[secret]",
    after: "[secret]",
    replaces: false,
    secret: true,
  }));
  return {
    properties: [...properties, ...secrets].toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    unchanged: Object.fromEntries(Object.entries(unchanged).filter(([path]) => !changed.has(path))),
  };
}

const isSecret = (value: unknown): boolean => typeof value === "object" && value !== null && "secret" in value;

const isWithin = (path: string, other: string): boolean => path === other || path.startsWith(`${other}.`);
