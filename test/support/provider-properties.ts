/** A resource's inputs or outputs as they travel between engine and provider. */
export type ProviderProperties = Record<string, unknown>;
