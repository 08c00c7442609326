/** What tells when a create can have begun that a state has under way, as Pulumi writes resources down. */
export interface PendingResource {
  urn?: string;
  parent?: string;
  dependencies?: string[];
  inputs?: Record<string, unknown>;
}

/** A resource that a state has. */
export interface StateResource {
  urn?: string;
  /** ISO 8601; a state that nobody's engine has written lacks it. */
  created?: string;
}

/**
 * Returns the time before which a create that a state has under way cannot have begun, ISO 8601: what it depends on was there, its stack at least.
 * Pulumi keeps no time of the create itself. `undefined` where the state tells no time at all.
 */
export function earliestStart(
  { parent, dependencies = [] }: PendingResource,
  resources: readonly StateResource[],
): string | undefined {
  const needed = new Set([parent, ...dependencies]);
  const times = resources.flatMap(({ urn, created }) => (needed.has(urn) && created !== undefined ? created : []));
  return times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
}
