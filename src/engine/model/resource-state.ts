/**
 * One resource as the checkpoint knows it. `decodeResource` and `encodeResource` are inverse to each other: the same
 * fields, in the order in which Pulumi writes them, zero values left out, secrets encrypted, unknown fields kept.
 */
import { isDeepStrictEqual } from "node:util";
import { canonicalJson, member } from "./canonical-json.ts";
import { secretSignature, signatureKey, isObject, isSecret, mapValue, secret } from "./values.ts";
import type { Properties } from "./values.ts";

/** One resource, in the fields of Pulumi's checkpoint. */
export interface ResourceState {
  urn: string;
  /** True for a resource of a provider, false for a component. */
  custom: boolean;
  /** The old half of a create-first replacement: to be deleted. */
  delete?: boolean;
  id?: string;
  type: string;
  inputs: Properties;
  outputs: Properties;
  parent?: string;
  protect?: boolean;
  /** To be replaced by the next update. */
  taint?: boolean;
  external?: boolean;
  dependencies?: string[];
  initErrors?: string[];
  /** `URN::ID` of the provider. */
  provider?: string;
  /** For each input the URNs that it came from. */
  propertyDependencies?: Record<string, string[]>;
  /** Deleted by a delete-first replacement and not yet created again. */
  pendingReplacement?: boolean;
  additionalSecretOutputs?: string[];
  aliases?: string[];
  /** In seconds. */
  customTimeouts?: { create?: number; update?: number; delete?: number; read?: number };
  importID?: string;
  retainOnDelete?: boolean;
  deletedWith?: string;
  replaceWith?: string[];
  /** RFC 3339. */
  created?: string;
  /** RFC 3339. */
  modified?: string;
  sourcePosition?: string;
  stackTrace?: { sourcePosition?: string }[];
  ignoreChanges?: string[];
  /** Property paths, each a list of keys and indexes. */
  hideDiff?: (string | number)[][];
  replaceOnChanges?: string[];
  replacementTrigger?: unknown;
  refreshBeforeUpdate?: boolean;
  viewOf?: string;
  resourceHooks?: Record<string, string[]>;
  extensionRef?: string;
  snippetID?: string;
  /** Fields of the file that this list does not have. */
  others?: Record<string, unknown>;
}

/** Turns texts into ciphertexts and back, as the secrets manager that the state names does. */
export interface Cipher {
  /** Returns a ciphertext of the text. */
  encrypt(plaintext: string): string;
  /** Returns the text of a ciphertext. */
  decrypt(ciphertext: string): string;
}

/** Returns the resource that the checkpoint's JSON holds, its secrets decrypted. */
export function decodeResource(json: Record<string, unknown>, cipher: Pick<Cipher, "decrypt">): ResourceState {
  const state = resourceWithCiphertexts(json);
  state.inputs = decodeValue(state.inputs, cipher) as Properties;
  state.outputs = decodeValue(state.outputs, cipher) as Properties;
  if (state.replacementTrigger !== undefined) state.replacementTrigger = decodeValue(state.replacementTrigger, cipher);
  return state;
}

/** Returns the resource with its secrets still encrypted; writing it needs no cipher and changes nothing. */
export function resourceWithCiphertexts(json: Record<string, unknown>): ResourceState {
  const state: Record<string, unknown> = { inputs: {}, outputs: {} };
  const others: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(json))
    if (!fields.has(key)) others[key] = value;
    else if (value !== null) state[key] = value;
  if (Object.keys(others).length > 0) state["others"] = others;
  return state as unknown as ResourceState;
}

/** Returns the JSON text of the resource, its secrets encrypted. */
export function encodeResource(state: ResourceState, cipher: Pick<Cipher, "encrypt">): string {
  const members = [...fields].flatMap((key) => encodeField(state, key, cipher));
  for (const key of Object.keys(state.others ?? {}).toSorted()) members.push(...member(key, state.others?.[key]));
  return `{${members.join(",")}}`;
}

/** Tells whether two resources are written alike, but for the ciphers: equal secrets stay equal. */
export function isWrittenAlike(one: ResourceState, other: ResourceState): boolean {
  const isSame = (key: string) => {
    const [left, right] = [one, other].map((state) => state[key as keyof ResourceState]);
    // Most are, and a text costs more than the comparison.
    if (isDeepStrictEqual(left, right)) return true;
    return encodeField(one, key, inner).join() === encodeField(other, key, inner).join();
  };
  return [...fields].every(isSame) && canonicalJson(one.others ?? {}) === canonicalJson(other.others ?? {});
}

function encodeField(state: ResourceState, key: string, cipher: Pick<Cipher, "encrypt">): string[] {
  const value = state[key as keyof ResourceState];
  if (isZero(value) && !alwaysWritten.has(key)) return [];
  if (valueFields.has(key)) return member(key, encodeValue(value, cipher));
  if (key === "customTimeouts") return timeouts(state.customTimeouts);
  return member(key, value);
}

/** Returns the value with each ciphertext decrypted into a secret. */
export function decodeValue(value: unknown, cipher: Pick<Cipher, "decrypt">): unknown {
  return mapValue(value, (node) => {
    if (!isSecret(node)) return undefined;
    const { ciphertext, plaintext } = node as unknown as Properties;
    const text = typeof ciphertext === "string" ? cipher.decrypt(ciphertext) : String(plaintext);
    return secret(decodeValue(JSON.parse(text), inner));
  });
}

/** Returns the value with each secret encrypted that is not yet. */
export function encodeValue(value: unknown, cipher: Pick<Cipher, "encrypt">): unknown {
  return mapValue(value, (node) => {
    if (!isSecret(node)) return undefined;
    return "ciphertext" in node
      ? node
      : { [signatureKey]: secretSignature, ciphertext: cipher.encrypt(plaintextOf(node.value)) };
  });
}

/**
 * Returns the text to encrypt. Pulumi encrypts Go's default JSON, which escapes what HTML could trip over; equal text
 * keeps the ciphertext equal.
 */
function plaintextOf(value: unknown): string {
  return canonicalJson(encodeValue(value, inner)).replace(
    /[<>&]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}

/** A secret inside a secret is marked but not encrypted again. */
const inner: Cipher = { encrypt: (text) => text, decrypt: (text) => text };

/** In the order of the file. */
const fields = new Set([
  "urn",
  "custom",
  "delete",
  "id",
  "type",
  "inputs",
  "outputs",
  "parent",
  "protect",
  "taint",
  "external",
  "dependencies",
  "initErrors",
  "provider",
  "propertyDependencies",
  "pendingReplacement",
  "additionalSecretOutputs",
  "aliases",
  "customTimeouts",
  "importID",
  "retainOnDelete",
  "deletedWith",
  "replaceWith",
  "created",
  "modified",
  "sourcePosition",
  "stackTrace",
  "ignoreChanges",
  "hideDiff",
  "replaceOnChanges",
  "replacementTrigger",
  "refreshBeforeUpdate",
  "viewOf",
  "resourceHooks",
  "extensionRef",
  "snippetID",
]);
const valueFields = new Set(["inputs", "outputs", "replacementTrigger"]);
const alwaysWritten = new Set(["urn", "custom", "type"]);

function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === false || value === "" || value === 0;
}

function timeouts(value: ResourceState["customTimeouts"]): string[] {
  const parts = (["create", "update", "delete", "read"] as const).flatMap((key) =>
    member(key, value?.[key] || undefined),
  );
  return parts.length > 0 ? [`"customTimeouts":{${parts.join(",")}}`] : [];
}
