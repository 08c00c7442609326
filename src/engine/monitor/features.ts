/**
 * Lists what the engine announces to the SDK. Some of these are refused all the same: a feature that is not announced makes
 * the SDK advise to update the Pulumi CLI, whereas the request itself can be refused by name.
 */
export const announcedFeatures = [
  "SECRETS",
  "RESOURCE_REFERENCES",
  "OUTPUT_VALUES",
  "ALIAS_SPECS",
  "DELETED_WITH",
  "REPLACE_WITH",
  "TRANSFORMS",
  "INVOKE_TRANSFORMS",
  "PARAMETERIZATION",
  "RESOURCE_HOOKS",
  "ERROR_HOOKS",
] as const;

/** Lists what SDKs ask for one by one that do not know the list above. */
export const legacyFeatures: ReadonlySet<string> = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "aliasSpecs",
  "deletedWith",
  "replaceWith",
]);
