/** The text of a checkpoint: what is accepted when reading one, and how one is written. */
import { createHash } from "node:crypto";

import { canonicalJson } from "../model/canonical-json.ts";
import { EngineError, unsupportedError } from "../model/engine-error.ts";
import { decodeResource, resourceWithCiphertexts } from "../model/resource-state.ts";
import type { Cipher, ResourceState } from "../model/resource-state.ts";
import { secretSignature, isObject } from "../model/values.ts";
import type { Properties } from "../model/values.ts";
import type { PendingOperation } from "./journal-replay.ts";

/** A checkpoint as it lies in its file, secrets still encrypted. */
export interface Checkpoint {
  resources: Properties[];
  pending: { resource: Properties; type: PendingOperation["type"] }[];
  /** The salt of the passphrase manager that its secrets are encrypted under. */
  salt?: string;
  holdsSecrets: boolean;
}

/** What `latest` holds besides the manifest, the resources and operations as JSON texts. */
export interface CheckpointParts {
  /** `organization/<project>/<stack>`. */
  stack: string;
  salt?: string;
  resources: readonly string[];
  pending: readonly { resource: string; type: PendingOperation["type"] }[];
  features: readonly string[];
  time: Date;
}

/** Returns the digest that journals know a checkpoint by; a missing file has one too. */
export function checkpointDigest(text: string | undefined): string {
  return text === undefined ? "none" : sha256(text);
}

/** Reads a checkpoint's text; `undefined`, a stack without a file, is an empty one. */
export function parseCheckpoint(text: string | undefined, file: string): Checkpoint {
  if (text === undefined) return { resources: [], pending: [], holdsSecrets: false };
  const { version, features, checkpoint } = parseJson(text, file);
  checkVersion(version, features, file);
  const latest = isObject(checkpoint) ? checkpoint["latest"] : undefined;
  if (!isObject(latest)) return { resources: [], pending: [], holdsSecrets: false };
  checkManifest(latest["manifest"], file);
  for (const key of ["snippets", "extensions"])
    if (Object.keys(latest[key] ?? {}).length > 0) throw unsupportedError(`"${key}" in ${file}`);
  return {
    resources: (latest["resources"] ?? []) as Properties[],
    pending: (latest["pending_operations"] ?? []) as Checkpoint["pending"],
    ...saltOf(latest["secrets_providers"], file),
    holdsSecrets: text.includes(secretSignature),
  };
}

/**
 * Decrypts the checkpoint's resources and operations; `remember` is told how each one is written while nothing touches it.
 */
export function decodeCheckpoint(
  checkpoint: Checkpoint,
  cipher: Pick<Cipher, "decrypt">,
  remember: (state: ResourceState, encrypted: ResourceState) => void,
): { resources: ResourceState[]; pending: PendingOperation[] } {
  const decode = (json: Properties): ResourceState => {
    const state = decodeResource(json, cipher);
    remember(state, resourceWithCiphertexts(json));
    return state;
  };
  return {
    resources: checkpoint.resources.map(decode),
    pending: checkpoint.pending.map(({ resource, type }) => ({ resource: decode(resource), type })),
  };
}

/** Returns the text of a checkpoint, in the fields' order of Pulumi's own. */
export function checkpointText(parts: CheckpointParts): string {
  const features = parts.features.length > 0 ? `,"features":${canonicalJson(parts.features)}` : "";
  const manifest = `{"time":"${parts.time.toISOString()}","magic":"${sha256(writer)}","version":"${writer}"}`;
  const operations = parts.pending.map(({ resource, type }) => `{"resource":${resource},"type":"${type}"}`);
  const latest = [
    `"manifest":${manifest}`,
    ...(parts.salt ? [`"secrets_providers":{"type":"passphrase","state":${canonicalJson({ salt: parts.salt })}}`] : []),
    ...(parts.resources.length > 0 ? [`"resources":[${parts.resources.join(",")}]`] : []),
    ...(operations.length > 0 ? [`"pending_operations":[${operations.join(",")}]`] : []),
    `"metadata":{}`,
  ];
  const stack = `"stack":${canonicalJson(parts.stack)}`;
  return `{"version":${features ? 4 : 3}${features},"checkpoint":{${stack},"latest":{${latest.join(",")}}}}`;
}

/** Who wrote the state; the CLI asks only that the manifest's magic is the digest of this text. */
const writer = "sluice 1";

/** A state that uses one of these is written as version 4, so that an engine without it refuses the state. */
const checkpointFeatures = new Set(["replaceWith", "taint"]);

/** Returns the features of version 4 that the resources use. */
export function featuresOf(resources: readonly ResourceState[]): string[] {
  return [
    ...(resources.some((state) => (state.replaceWith ?? []).length > 0) ? ["replaceWith"] : []),
    ...(resources.some((state) => state.taint) ? ["taint"] : []),
  ];
}

function parseJson(text: string, file: string): Properties {
  try {
    const json: unknown = JSON.parse(text);
    if (isObject(json)) return json;
  } catch (error) {
    throw damagedError(file, (error as Error).message, error);
  }
  throw damagedError(file, "it is not a JSON object");
}

function checkVersion(version: unknown, features: unknown, file: string): void {
  const advice = "Use the Pulumi CLI.";
  if (typeof version !== "number" || version < 3)
    throw new EngineError(`${file} is a checkpoint of the old version ${String(version ?? 0)}`, {
      advice: "Let the Pulumi CLI rewrite it: pulumi stack export | pulumi stack import",
    });
  if (version > 4) throw new EngineError(`unsupported checkpoint version ${version} in ${file}`, { advice });
  const unknown = (Array.isArray(features) ? features : []).filter(
    (feature) => !checkpointFeatures.has(feature as string),
  );
  if (unknown.length > 0)
    throw new EngineError(
      `this stack's deployment needs support for the following features: ${unknown.join(", ")} (in ${file})`,
      { advice },
    );
}

function checkManifest(manifest: unknown, file: string): void {
  const { magic = "", version = "" } = isObject(manifest) ? manifest : {};
  if (magic !== (version === "" ? "" : sha256(String(version))))
    throw new EngineError(`magic cookie mismatch; possible tampering/corruption detected in ${file}`, {
      advice: "Look at who wrote it; `pulumi stack export` and `pulumi stack import` of a sound copy mend it.",
    });
}

function saltOf(provider: unknown, file: string): { salt?: string } {
  if (!isObject(provider)) return {};
  const type = provider["type"];
  const state = provider["state"];
  if (type !== "passphrase") throw unsupportedError(`The secrets provider "${String(type)}" in ${file}`);
  return isObject(state) && typeof state["salt"] === "string" ? { salt: state["salt"] } : {};
}

function damagedError(file: string, reason: string, cause?: unknown): EngineError {
  return new EngineError(`failed to load checkpoint ${file}: ${reason}`, {
    advice: `Put a sound copy in its place: ${file}.bak, or the newest one in the backups and history folders beside it.`,
    cause,
  });
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
