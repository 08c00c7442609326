import { connect, CredentialsError, patienceByService, targetName } from "../../src/aws/index.ts";
import type { Clients, Connection } from "../../src/aws/index.ts";

/** The clients of one look ahead, by account and Region: they count the calls, and change nothing. */
export class LookClients {
  readonly #signal: AbortSignal;
  readonly #connections = new Map<string, Promise<Clients>>();
  readonly #patienceWith = patienceByService(throttlingMs);
  /** Why roles cannot be assumed: asked once, it is known. */
  readonly #refusals = new Map<string, CredentialsError>();
  #calls = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** How many calls were made so far, to AWS STS not counted. */
  get calls(): number {
    return this.#calls;
  }

  /** Keeps why a role cannot be assumed, where the error tells that. */
  noteRefusal({ role, externalId }: Connection, error: unknown): undefined {
    if (error instanceof CredentialsError) this.#refusals.set(`${role} ${externalId}`, error);
  }

  /**
   * Returns the clients of an account and Region.
   * @throws {CredentialsError} when its role cannot be assumed
   */
  async connect(connection: Connection): Promise<Clients> {
    const refusal = this.#refusals.get(`${connection.role} ${connection.externalId}`);
    if (refusal) throw refusal;
    const key = `${targetName(connection)} ${connection.role ?? ""}`;
    const known = this.#connections.get(key);
    if (known) return known;
    const connected = connect(connection, {
      signal: this.#signal,
      onCall: () => this.#calls++,
      patienceWith: (service) => this.#patienceWith(service, connection.account),
      beforeChange: () => Promise.reject(new Error("A preflight changes nothing.")),
    });
    this.#connections.set(key, connected);
    return connected;
  }
}

/** How long a service of an account may throttle everything, before what it was asked is told as not known. */
const throttlingMs = 30_000;
