import { defaultProvider } from "@aws-sdk/credential-provider-node";
import type { DefaultProviderInit } from "@aws-sdk/credential-provider-node";
import type { Logger } from "@smithy/types";
import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { stripVTControlCharacters } from "node:util";

/** The part of a client's configuration that says how its requests leave the machine. */
type RequestHandler = NonNullable<DefaultProviderInit["clientConfig"]>["requestHandler"];

/**
 * Returns the SDK's own chain of credentials, for a client's `credentialDefaultProvider`, whose calls go by the given way too: by itself it asks
 * the portal of IAM Identity Center, and renews its token, past the proxy and the certificates that a company's network has. Where it finds
 * none, it says why.
 */
export const credentialChain =
  (requestHandler: RequestHandler) =>
  (init: DefaultProviderInit = {}) => {
    const words = new ChainWords();
    const clientConfig = { ...init.clientConfig, requestHandler };
    const chain = defaultProvider({ ...init, logger: words.logger, clientConfig });
    return (...given: Parameters<typeof chain>) => words.listen(() => chain(...given));
  };

/** Says why the SDK's chain has found no credentials, in the words of the link that came nearest; by itself it says that it found none. */
export class NoCredentialsError extends Error {
  override name = "CredentialsProviderError";
  /** The process that an AWS profile names for its credentials, where that is what failed. */
  readonly process?: CredentialProcess;

  constructor(message: string, process: CredentialProcess | undefined, cause: unknown) {
    super(message, { cause });
    this.process = process;
  }
}

/** A `credential_process` that gave no credentials. */
export interface CredentialProcess {
  profile: string;
  /** The program alone: people write secrets into arguments. */
  program: string;
  /** How it ended, a clause: `ended with exit code 3`. Absent where it printed what are no credentials. */
  end?: string;
}

/** Listens to what the links of a chain say, and to the processes that they start. */
export class ChainWords {
  #logged: string[] = [];
  #processes: ChildProcess[] = [];
  readonly #onProcess = (message: unknown) => void this.#processes.push((message as { process: ChildProcess }).process);

  /** Takes what the links say. What the SDK warns of is for people all the same. */
  readonly logger: Logger = {
    debug: (text: unknown) => void this.#logged.push(String(text)),
    info: () => {},
    error: () => {},
    trace: () => {},
    warn: (...words: unknown[]) => console.warn(...words),
  };

  /** Runs a chain; its failure is told in the words of its links. */
  async listen<T>(run: () => Promise<T>): Promise<T> {
    this.#logged = [];
    this.#processes = [];
    subscribe("child_process", this.#onProcess);
    try {
      return await run();
    } catch (error) {
      if ((error as Error).name !== "CredentialsProviderError") throw error;
      throw (await this.#failure(error as Error)) ?? error;
    } finally {
      unsubscribe("child_process", this.#onProcess);
    }
  }

  async #failure(cause: Error): Promise<NoCredentialsError | undefined> {
    const words = this.#logged.flatMap((text) => /^@smithy\/property-provider -> (.+)$/s.exec(text)?.[1] ?? []);
    const { getProfileName, parseKnownFiles } = await import("@smithy/core/config");
    for (const [profile, { credential_process: command }] of Object.entries(await parseKnownFiles({}))) {
      if (command === undefined) continue;
      const process = { profile, program: programOf(command) };
      const failed = words.find((text) => text.startsWith(`Command failed: ${command}`));
      if (failed !== undefined) {
        const wrote = harmless(failed.slice(`Command failed: ${command}`.length));
        const message = wrote ? `it wrote: ${wrote}` : "it wrote nothing";
        return new NoCredentialsError(message, { ...process, end: this.#endOf(command) }, cause);
      }
      const printed = words.find((text) => text.startsWith(`Profile ${profile} credential_process `));
      if (printed !== undefined) return new NoCredentialsError(harmless(printed), process, cause);
    }
    // Of the profile itself it says no more than that there are none.
    const bracketedName = `[${getProfileName({})}]`;
    const other = words.find(
      (text) => text.startsWith("Could not resolve credentials using profile: ") && !text.includes(bracketedName),
    );
    return other === undefined ? undefined : new NoCredentialsError(harmless(other), undefined, cause);
  }

  #endOf(command: string): string {
    const { exitCode, signalCode } =
      this.#processes.find(({ spawnargs }) => spawnargs?.at(-1)?.includes(command)) ?? ({} as Partial<ChildProcess>);
    if (typeof exitCode === "number") return `ended with exit code ${exitCode}`;
    return signalCode ? `was ended by ${signalCode}` : "failed";
  }
}

function programOf(command: string): string {
  const [, program = ""] = /^\s*("[^"]*"|'[^']*'|\S+)/.exec(command) ?? [];
  return harmless(program.replaceAll(/["']/g, ""));
}

/** The most of a foreign program's words that is told. */
const longestWords = 500;

/** What goes by a secret's name, `token=…`, and words that look like a key, a token or a signature. */
const secrets = [
  /(?<=\b[\w-]*(?:secret|token|password|passwd|passphrase|credential|key)[\w-]*["']?\s*[=:]\s*["']?)[^\s"',;}]+/gi,
  /\b(?:eyJ[\w-]+(?:\.[\w-]*)*|[0-9a-f]{32,}|[A-Z0-9]{16,})\b/g,
  /(?<![\w+/=~.-])(?=[\w+/=~.-]*[a-z])(?=[\w+/=~.-]*[A-Z])(?=[\w+/=~.-]*\d)[\w+=~-][\w+/=~.-]{19,}/g,
  /(?<=:\/\/)[^\s/@]+(?=@)/g,
];

/** Returns a foreign program's words on one line, the last of them, without what may be a secret or moves the cursor. */
function harmless(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it is about
  const plain = stripVTControlCharacters(text).replaceAll(/[\u0000-\u001f\u007f-\u009f\s]+/g, " ");
  const redacted = secrets.reduce((words, secret) => words.replaceAll(secret, "…"), plain).trim();
  return redacted.length > longestWords ? `…${redacted.slice(-longestWords)}` : redacted;
}
