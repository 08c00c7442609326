import { connect, CredentialsError, explain, meaningOf, placeOf } from "../src/aws/index.ts";
import type { Clients, Connection } from "../src/aws/index.ts";
import type { TableContents } from "../src/backup/index.ts";
import { assetTable } from "./asset-table.ts";
import { dataExportConfiguration } from "./data-export-configuration.ts";
import type { Finding } from "./finding.ts";
import type { Lifecycle, Work } from "./lifecycle.ts";
import { Ownership } from "./ownership.ts";
import { resourceDataSync } from "./resource-data-sync.ts";

type Properties = Record<string, unknown>;

/** A change of one resource as a plan has it, with its inputs as `check` gave them. */
export interface PlannedChange {
  type: "AssetTable" | "DataExportConfiguration" | "ResourceDataSync";
  urn: string;
  recorded?: Properties;
  desired: Properties;
}

/** What a look at AWS for one change told. */
export interface Outlook {
  findings: Finding[];
  /** What the table in its slot holds, if one lies there with data. */
  contents?: TableContents;
}

/** Looks ahead for the changes of one plan: who looks shares the clients of each account and Region, and counts the calls. */
export class Preflight {
  readonly #signal: AbortSignal;
  readonly #connections = new Map<string, Promise<Clients>>();
  #calls = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** How many calls were made so far, to AWS STS not counted. */
  get calls(): number {
    return this.#calls;
  }

  /**
   * Finds what AWS would refuse, or what would be lost, by the change. Reads only: a call that would change something is an error.
   * @throws {CredentialsError} when the caller's own credentials are missing or refused
   */
  async outlook({ type, urn, recorded, desired }: PlannedChange): Promise<Outlook> {
    const lifecycle = lifecycles[type] as unknown as Lifecycle<Connection, Connection>;
    const settle = (properties: Properties) => lifecycle.normalise(withoutBookkeeping(properties));
    const settings = settle(desired);
    const place = lifecycle.placeOf(settings);
    const outlook: Outlook = { findings: [] };
    if (!lifecycle.preflight) return outlook;
    try {
      const work: Work = {
        clients: await this.#connect(settings),
        progress: silent,
        ownership: new Ownership(desired["adopt"] === true, urn),
        signal: this.#signal,
        onTable: (contents) => (outlook.contents = contents),
      };
      outlook.findings = await lifecycle.preflight(settings, recorded && settle(recorded), work);
    } catch (error) {
      outlook.findings = [findingOf(error, explain(error, "look ahead for", place).message, settings)];
    }
    return outlook;
  }

  #connect(connection: Connection): Promise<Clients> {
    const key = `${placeOf(connection)} ${connection.role ?? ""}`;
    const known = this.#connections.get(key);
    if (known) return known;
    const connected = connect(connection, {
      signal: this.#signal,
      onCall: () => this.#calls++,
      beforeChange: () => Promise.reject(new Error("A preflight changes nothing.")),
    });
    this.#connections.set(key, connected);
    return connected;
  }
}

const lifecycles = {
  AssetTable: assetTable,
  DataExportConfiguration: dataExportConfiguration,
  ResourceDataSync: resourceDataSync,
};

const silent = { status: () => {}, info: () => {}, warn: () => {} };

function withoutBookkeeping(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(([key, value]) => !key.startsWith("__") && value != null),
  );
}

/** What may not be read is not known, which is no refusal yet; a role that cannot be assumed is one. */
function findingOf(error: unknown, message: string, { role, account }: Connection): Finding {
  if (error instanceof CredentialsError) {
    if (role === undefined) throw error;
    return { code: "role-missing", severity: "error", property: "role", message };
  }
  const { kind } = meaningOf((error as Error).cause ?? error);
  if (kind === "cancelled") throw error;
  const property = "account";
  return {
    code: "unknown",
    severity: "warning",
    property,
    message: `Not everything could be looked at in ${account}: ${message}`,
  };
}
