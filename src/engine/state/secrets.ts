/**
 * Pulumi's passphrase secrets manager. A salt text is `v1:<8 bytes>:<the word "pulumi", encrypted>`, a ciphertext
 * `v1:<12-byte nonce>:<AES-256-GCM text and tag>`, all in base64; the key is PBKDF2-SHA-256 over 1,000,000 rounds.
 */
import { createCipheriv, createDecipheriv, pbkdf2, randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { promisify } from "node:util";

import { EngineError } from "../model/engine-error.ts";
import type { Cipher } from "../model/resource-state.ts";
import type { Files } from "./files.ts";

/**
 * A cipher under one salt. The same plaintext keeps its ciphertext, so that a rewritten state differs only where it
 * changed.
 */
export interface SecretsManager extends Cipher {
  readonly salt: string;
}

/** Opens salts with one passphrase. */
export interface PassphraseKeys {
  /** Opens the manager of a salt. */
  open(salt: string): Promise<SecretsManager>;
  /** Makes a manager under a new salt. */
  create(): Promise<SecretsManager>;
}

/** Returns the keys of a passphrase. */
export function passphraseKeys(passphrase: string): PassphraseKeys {
  const opened = new Map<string, Promise<SecretsManager>>();
  const openOnce = async (text: string): Promise<SecretsManager> => {
    const [version, salt, ...check] = text.split(":");
    if (version !== "v1" || !salt || check.length !== 3)
      throw new EngineError(`The encryption salt "${text}" is not one of Pulumi's passphrase manager`);
    const manager = managerOf(text, await keyOf(passphrase, Buffer.from(salt, "base64")));
    if (manager.decrypt(check.join(":")) !== "pulumi") throw incorrectPassphrase();
    return manager;
  };
  return {
    open(salt) {
      const manager = opened.get(salt) ?? openOnce(salt);
      opened.set(salt, manager);
      return manager;
    },
    async create() {
      const salt = randomBytes(saltBytes);
      const key = await keyOf(passphrase, salt);
      const text = `v1:${salt.toString("base64")}:${encrypt("pulumi", key)}`;
      const manager = managerOf(text, key);
      opened.set(text, Promise.resolve(manager));
      return manager;
    },
  };
}

/**
 * The keys by salt and passphrase. Deriving one takes a tenth of a second by design, and a process often opens a stack
 * again.
 */
const keys = new Map<string, Promise<Buffer>>();

function keyOf(passphrase: string, salt: Buffer): Promise<Buffer> {
  const name = `${salt.toString("base64")}:${passphrase}`;
  const key = keys.get(name) ?? promisify(pbkdf2)(passphrase, salt, keyRounds, keyBytes, "sha256");
  keys.set(name, key);
  return key;
}

/**
 * Returns the passphrase of PULUMI_CONFIG_PASSPHRASE, where an empty one counts, or of the file that
 * PULUMI_CONFIG_PASSPHRASE_FILE names, without the white space around it.
 */
export async function readPassphrase(env: NodeJS.ProcessEnv, cwd: string, files: Files): Promise<string> {
  const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = env;
  if (passphrase !== undefined) return passphrase;
  if (!file)
    throw new EngineError(
      "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
      {
        advice: "An empty PULUMI_CONFIG_PASSPHRASE is a passphrase too, if nothing in the stack is secret.",
        exitCode: 3,
      },
    );
  const text = await files.read(resolve(cwd, file));
  if (text === undefined)
    throw new EngineError(`PULUMI_CONFIG_PASSPHRASE_FILE names ${file}, which does not exist`, { exitCode: 3 });
  return text.trim();
}

function managerOf(salt: string, key: Buffer): SecretsManager {
  const ciphertexts = new Map<string, string>();
  return {
    salt,
    encrypt(plaintext) {
      const ciphertext = ciphertexts.get(plaintext) ?? encrypt(plaintext, key);
      ciphertexts.set(plaintext, ciphertext);
      return ciphertext;
    },
    decrypt(ciphertext) {
      const plaintext = decrypt(ciphertext, key);
      ciphertexts.set(plaintext, ciphertext);
      return plaintext;
    },
  };
}

function encrypt(plaintext: string, key: Buffer): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const data = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${data.toString("base64")}`;
}

function decrypt(ciphertext: string, key: Buffer): string {
  const [version, nonce = "", text = ""] = ciphertext.split(":");
  const data = Buffer.from(text, "base64");
  if (version !== "v1" || data.length < tagBytes) throw new EngineError(`The ciphertext "${ciphertext}" is malformed`);
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"), { authTagLength: tagBytes });
  decipher.setAuthTag(data.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(data.subarray(0, -tagBytes)), decipher.final()]).toString("utf8");
  } catch {
    throw incorrectPassphrase();
  }
}

const keyRounds = 1_000_000;
const keyBytes = 32;
const saltBytes = 8;
const nonceBytes = 12;
/** The size of GCM's authentication tag. */
const tagBytes = 16;

function incorrectPassphrase(): EngineError {
  return new EngineError("incorrect passphrase", {
    advice:
      "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to the passphrase that the stack was made with.",
    exitCode: 3,
  });
}
