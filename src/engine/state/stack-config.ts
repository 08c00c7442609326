/** Pulumi.<stack>.yaml: the stack's configuration and the salt that its secrets are encrypted with. */
import { join } from "node:path";

import { parseDocument } from "yaml";

import { canonicalJson } from "../model/canonical-json.ts";
import { EngineError, unsupportedError } from "../model/engine-error.ts";
import type { Cipher } from "../model/resource-state.ts";
import { isObject } from "../model/values.ts";
import type { Properties } from "../model/values.ts";
import { replaceFile } from "./files.ts";
import type { Files } from "./files.ts";
import { parseYaml } from "./project-file.ts";
import type { PulumiProject } from "./project-file.ts";

/** The configuration of a stack, as its file has it. */
export interface StackConfig {
  file: string;
  /** `encryptionsalt`, once the stack has one. */
  salt?: string;
  /** As in the file, with full keys (`namespace:name`); secrets are `{ secure: ciphertext }`. */
  values: Properties;
}

/** One value of the configuration as the program gets it: text, an object as its JSON. */
export interface ConfigValue {
  value: string;
  secret: boolean;
  /** The secret texts in it. */
  hidden?: readonly string[];
}

/**
 * Reads the stack's configuration file; an absent one is empty.
 *
 * @throws EngineError when it asks for what this engine does not do.
 */
export async function readStackConfig(project: PulumiProject, stack: string, files: Files): Promise<StackConfig> {
  const file = join(project.stackConfigFolder, `Pulumi.${stack}.yaml`);
  const yaml = parseYaml((await files.read(file)) ?? "", file);
  if (yaml["environment"]) throw unsupportedError(`"environment" in ${file}`);
  const provider = yaml["secretsprovider"];
  if (yaml["encryptedkey"] || (provider && provider !== "passphrase"))
    throw unsupportedError(`The secrets provider "${String(provider ?? "of encryptedkey")}" in ${file}`);
  const config = isObject(yaml["config"]) ? yaml["config"] : {};
  const values = Object.entries(config).map(([key, value]) => [fullKey(key, project), value]);
  const salt = yaml["encryptionsalt"];
  return { file, ...(typeof salt === "string" && salt ? { salt } : {}), values: Object.fromEntries(values) };
}

/** Adds the salt to the file and leaves the rest of it, comments and line ends included, as it is. */
export async function writeSalt(file: string, salt: string, files: Files): Promise<void> {
  const text = (await files.read(file)) ?? "";
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const appended = `${text}${text === "" || text.endsWith("\n") ? "" : lineEnd}encryptionsalt: ${salt}${lineEnd}`;
  // Behind a mapping on one line, an indented one or the end of a document it would not be part of it.
  const whole = parseDocument(appended);
  if (whole.errors.length === 0 && whole.get("encryptionsalt") === salt) return replaceFile(files, file, appended);
  const document = parseDocument(text);
  document.set("encryptionsalt", salt);
  return replaceFile(files, file, document.toString().replaceAll(/\r?\n/g, lineEnd));
}

/**
 * Returns the stack's values, decrypted, over the defaults of the project, sorted by key.
 *
 * @throws EngineError when a value that the project declares is missing or of another type.
 */
export function resolveConfig(
  config: StackConfig,
  project: PulumiProject,
  stack: string,
  cipher: Pick<Cipher, "decrypt">,
): Record<string, ConfigValue> {
  const resolved: Record<string, ConfigValue> = {};
  for (const [key, value] of Object.entries(config.values)) resolved[key] = resolveValue(value, cipher);
  const missing: string[] = [];
  for (const [name, declared] of Object.entries(project.config)) {
    const key = fullKey(name, project);
    const given = resolved[key];
    const preset = presetOf(declared);
    if (given) checkDeclared(given, config.values[key], declared, name, stack);
    else if (preset !== undefined) resolved[key] = resolveValue(preset, cipher);
    else if (key.startsWith(`${project.name}:`)) missing.push(name);
  }
  if (missing.length > 0)
    throw new EngineError(
      `Stack '${stack}' is missing configuration ${missing.length > 1 ? "values" : "value"} ${missing.map((name) => `'${name}'`).join(", ")}`,
      {
        advice: `Add it under "config" in ${config.file}.`,
        exitCode: 2,
      },
    );
  return Object.fromEntries(Object.entries(resolved).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Returns the key with its namespace. Keys without one belong to the project; `ns:config:name` is the old form of
 * `ns:name`.
 */
function fullKey(key: string, project: PulumiProject): string {
  const parts = key.split(":");
  if (parts.length === 1) return `${project.name}:${key}`;
  if (parts.length === 3 && parts[1] === "config") return `${parts[0]}:${parts[2]}`;
  return key;
}

function resolveValue(value: unknown, cipher: Pick<Cipher, "decrypt">): ConfigValue {
  if (isSecure(value)) {
    const plain = cipher.decrypt(value.secure);
    return { value: plain, secret: true, hidden: [plain] };
  }
  if (typeof value !== "object" || value === null) return { value: String(value ?? ""), secret: false };
  const hidden: string[] = [];
  const decrypted = (node: unknown): unknown => {
    if (isSecure(node)) {
      const plain = cipher.decrypt(node.secure);
      hidden.push(plain);
      return plain;
    }
    if (Array.isArray(node)) return node.map(decrypted);
    return isObject(node) ? Object.fromEntries(Object.entries(node).map(([k, v]) => [k, decrypted(v)])) : node;
  };
  const plain = canonicalJson(decrypted(value));
  return hidden.length > 0 ? { value: plain, secret: true, hidden } : { value: plain, secret: false };
}

function isSecure(value: unknown): value is { secure: string } {
  return isObject(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";
}

/** Returns what the project presets: a plain value, or `value` or `default` of a declaration. */
function presetOf(declared: unknown): unknown {
  return isObject(declared) ? (declared["default"] ?? declared["value"]) : (declared ?? undefined);
}

function checkDeclared(given: ConfigValue, written: unknown, declared: unknown, name: string, stack: string): void {
  if (!isObject(declared)) return;
  const type = declared["type"];
  const is = types[String(type)];
  const fault =
    declared["secret"] === true && !given.secret
      ? "must be encrypted as it's secret"
      : is && !is(given.value, written)
        ? `must be of type '${String(type)}'`
        : undefined;
  if (fault) throw new EngineError(`Stack '${stack}' with configuration key '${name}' ${fault}`, { exitCode: 2 });
}

/** Whether a value is of a declared type; what is not listed takes anything. */
const types: Record<string, ((text: string, written: unknown) => boolean) | undefined> = {
  integer: (text) => /^[-+]?\d+$/.test(text),
  boolean: (text) => text === "true" || text === "false",
  array: (_, written) => Array.isArray(written),
};
