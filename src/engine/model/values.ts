/**
 * Property values as the engine holds them: plain JSON, in which an object that carries the key `signatureKey` stands for
 * something else. A secret is `{ [signatureKey]: secretSignature, value }`, a reference to a resource `{ [signatureKey]: resourceSignature, urn, id? }`,
 * and a value that is not known before the update is the text `unknownText`.
 */
export type Properties = Record<string, unknown>;
/** A value that is shown to nobody. */
export type Secret = { [signatureKey]: typeof secretSignature; value: unknown };

/** The key that marks an object as something special. */
export const signatureKey = "4dabf18193072939515e22adb298388d";
/** The mark of a secret. */
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
/** The mark of a reference to a resource. */
export const resourceSignature = "5cf8f73096256a8f31e491e813e4eb8e";
/** The mark of an output value, which only programs send. */
export const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
/** The mark of an asset. */
export const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
/** The mark of an archive. */
export const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";
/** The text that stands for a value that is not known yet. */
export const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Returns whether the value is an object, marked or not. */
export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns the mark of an object, if it has one. */
export function markOf(value: unknown): unknown {
  return isObject(value) ? value[signatureKey] : undefined;
}

/** Returns whether the value is marked as secret. */
export function isSecret(value: unknown): value is Secret {
  return markOf(value) === secretSignature;
}

/** Marks the value as secret; a secret stays as it is. */
export function secret(value: unknown): Secret {
  return isSecret(value) ? value : { [signatureKey]: secretSignature, value };
}

/**
 * Returns the value in which `replace` was asked at each node, from the outside in: its answer stands in the node's place, and where it answers
 * `undefined` the node is kept and its children are asked. What has nothing replaced in it is the same object as before, and no copy.
 */
export function mapValue(value: unknown, replace: (value: unknown) => unknown): unknown {
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) {
    const items = value.map((item) => mapValue(item, replace));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  let copy: Properties | undefined;
  for (const key of Object.keys(value)) {
    const item = mapValue(value[key], replace);
    if (item === value[key]) continue;
    copy ??= { ...value };
    // An assignment to `__proto__` would make no property.
    Object.defineProperty(copy, key, { value: item, writable: true, enumerable: true, configurable: true });
  }
  return copy ?? value;
}

/** Returns whether the test holds for the value or for anything inside it. */
export function containsValue(value: unknown, test: (value: unknown) => boolean): boolean {
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => containsValue(item, test));
  return isObject(value) && Object.values(value).some((item) => containsValue(item, test));
}

/** Returns the value without the marks of secrets, at any depth. */
export function withoutSecretMarks(value: unknown): unknown {
  return mapValue(value, (node) => (isSecret(node) ? withoutSecretMarks(node.value) : undefined));
}

/** Returns whether two values are equal; a secret equals its plain value, the order of keys does not count. */
export function deepEqual(left: unknown, right: unknown): boolean {
  if (isSecret(left)) return deepEqual(left.value, right);
  if (isSecret(right)) return deepEqual(left, right.value);
  if (Array.isArray(left))
    return Array.isArray(right) && left.length === right.length && left.every((item, i) => deepEqual(item, right[i]));
  if (!isObject(left) || !isObject(right)) return left === right;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length && keys.every((key) => key in right && deepEqual(left[key], right[key]))
  );
}
