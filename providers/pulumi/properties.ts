/** What the engine hands a provider, and records: JSON. */
export type PropertyMap = Record<string, unknown>;

/** Returns the properties without those that are null, as absent ones are recorded. */
export function withoutNulls(properties: object): PropertyMap {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined && value !== null));
}

/** What resources carry for their provider besides their settings, and what is kept of it in inputs. */
const carriedKeys = ["__provider", "__urn", "adopt"];

/** Returns the settings apart from bookkeeping, whose names begin with two underscores. */
export function splitBookkeeping(properties: PropertyMap): { settings: PropertyMap; bookkeeping: PropertyMap } {
  const given = Object.entries(withoutNulls(properties));
  return {
    settings: Object.fromEntries(given.filter(([key]) => !key.startsWith("__"))),
    bookkeeping: Object.fromEntries(given.filter(([key]) => carriedKeys.includes(key))),
  };
}

/** Returns only what JSON holds: the host refuses undefined, and turns dates into empty objects. */
export function toJsonData(value: object): PropertyMap {
  return JSON.parse(JSON.stringify(value)) as PropertyMap;
}

/** Returns the URN that a resource carries. */
export function urnOf(settings: object): string | undefined {
  return (settings as PropertyMap)["__urn"] as string | undefined;
}
