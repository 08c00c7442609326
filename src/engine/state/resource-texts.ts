import { encodeResource, encodeValue } from "../model/resource-state.ts";
import type { Cipher, ResourceState } from "../model/resource-state.ts";

/**
 * Keeps the JSON texts of resources, each made once: a state that a run does not touch is written as it was read,
 * ciphertexts included, and one that it has changed is encoded after the change only.
 */
export class ResourceTexts {
  readonly #cipher: Pick<Cipher, "encrypt">;
  readonly #texts = new WeakMap<ResourceState, string>();
  readonly #encrypted = new WeakMap<ResourceState, ResourceState>();

  constructor(cipher: Pick<Cipher, "encrypt">) {
    this.#cipher = cipher;
  }

  /** Remembers the state as the checkpoint has it, encrypted under this cipher. */
  remember(state: ResourceState, encrypted: ResourceState): void {
    this.#encrypted.set(state, encrypted);
  }

  /** Returns the text of the state. */
  of(state: ResourceState): string {
    const known = this.#texts.get(state);
    if (known !== undefined) return known;
    const text = encodeResource(this.#encrypted.get(state) ?? state, this.#cipher);
    this.#texts.set(state, text);
    return text;
  }

  /** Forgets the text of a state that has been changed. */
  forget(state: ResourceState): void {
    this.#texts.delete(state);
    this.#encrypted.delete(state);
  }

  /** Returns the value with its secrets encrypted. */
  encrypted(value: unknown): unknown {
    return encodeValue(value, this.#cipher);
  }
}
