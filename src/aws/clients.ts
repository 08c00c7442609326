import { AsyncLocalStorage } from "node:async_hooks";
import type { AccountClient } from "@aws-sdk/client-account";
import { DataZoneClient } from "@aws-sdk/client-datazone";
import type { GlueClient } from "@aws-sdk/client-glue";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import { S3TablesClient } from "@aws-sdk/client-s3tables";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import type { MiddlewareStack } from "@smithy/types";
import { reportDisabledRegion } from "./disabled-region.ts";
import { checkBeforeChanges, abortable } from "./call-options.ts";
import type { CallOptions } from "./call-options.ts";
import { targetName } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { assertAccount, credentialsOf } from "./credentials.ts";
import { logCalls } from "./debug-log.ts";
import { refuseEmptyAnswers } from "../empty-answers.ts";
import { mainRegionOf } from "../partitions.ts";
import { retryWithNewCredentials } from "./credential-renewal.ts";
import { paceCalls } from "./pacing.ts";
import { dataHandler, maxAttempts, requestHandler } from "./transport.ts";

/** The AWS services as one connection sees them. */
export interface Clients {
  readonly ssm: SSMClient;
  readonly datazone: DataZoneClient;
  readonly s3tables: S3TablesClient;
  /** S3 in a Region, by default the connection's; a bucket elsewhere is found by its redirect. */
  s3(region?: string): S3Client;
  /** S3 in a Region that says of a bucket elsewhere where it is, in an error with that header, instead of asking there. */
  s3In(region: string): S3Client;
  /** Account Management, which answers in one Region of the partition for all. Few ask it, so it is loaded for those alone. */
  account(): Promise<AccountClient>;
  /** The Glue Data Catalog, which is asked for one table by hand: loaded for that alone. */
  glue(): Promise<GlueClient>;
  readonly iam: IAMClient;
  /** KMS in a Region, by default the connection's: a key is known in its own only. */
  kms(region?: string): KMSClient;
  readonly organizations: OrganizationsClient;
  readonly sts: STSClient;
}

/**
 * Returns the clients of a connection, once its credentials are known to be the account's.
 * @throws {CredentialsError} when they are another account's, or none
 */
export async function connect(connection: Connection, options: CallOptions = {}): Promise<Clients> {
  await abortable(assertAccount(connection, options), options.signal);
  const { region } = connection;
  const caller = { connection, options };
  return {
    get ssm() {
      return clientFor(
        caller,
        sharedClient("ssm", region, (settings) => new SSMClient(settings)),
      );
    },
    get datazone() {
      return clientFor(
        caller,
        sharedClient("datazone", region, (settings) => new DataZoneClient(settings)),
      );
    },
    get s3tables() {
      return clientFor(
        caller,
        sharedClient("s3tables", region, (settings) => new S3TablesClient(settings)),
      );
    },
    s3: (bucketRegion = region) =>
      clientFor(
        caller,
        sharedClient("s3", bucketRegion, (settings) => s3Client(settings, { followRegionRedirects: true })),
      ),
    s3In: (bucketRegion) =>
      clientFor(
        caller,
        sharedClient("s3 in", bucketRegion, (settings) => s3Client(settings, { followRegionRedirects: false })),
      ),
    async account() {
      const { AccountClient } = await import("@aws-sdk/client-account");
      return clientFor(
        caller,
        sharedClient("account", mainRegionOf(region), (settings) => new AccountClient(settings)),
      );
    },
    async glue() {
      const { GlueClient } = await import("@aws-sdk/client-glue");
      return clientFor(
        caller,
        sharedClient("glue", region, (settings) => new GlueClient(settings)),
      );
    },
    get iam() {
      return clientFor(
        caller,
        sharedClient("iam", region, (settings) => new IAMClient(settings)),
      );
    },
    kms: (keyRegion = region) =>
      clientFor(
        caller,
        sharedClient("kms", keyRegion, (settings) => new KMSClient(settings)),
      ),
    get organizations() {
      return clientFor(
        caller,
        sharedClient("organizations", region, (settings) => new OrganizationsClient(settings)),
      );
    },
    get sts() {
      return clientFor(
        caller,
        sharedClient("sts", region, (settings) => new STSClient(settings)),
      );
    },
  };
}

/**
 * Returns how far AWS's clock is ahead of this machine's, in milliseconds, as its last answers in a connection's Region told: 0 where they are
 * less than five minutes apart.
 */
export function clockAheadMs({ region }: Pick<Connection, "region">): number {
  const offsets = [...clients].map(([key, { config }]) => (key.endsWith(` ${region}`) ? config.systemClockOffset : 0));
  return offsets.find((offset) => offset !== 0) ?? 0;
}

/** An endpoint of one's own, an emulator's say, has no names of buckets in front of its own name; the AWS CLI takes it so, too. */
function s3Client(settings: Settings, options: { followRegionRedirects: boolean }): S3Client {
  const client = new S3Client({ ...settings, ...options, requestHandler: dataHandler });
  const { endpointProvider } = client.config;
  client.config.endpointProvider = (parameters, context) =>
    endpointProvider(parameters.Endpoint ? { ...parameters, ForcePathStyle: true } : parameters, context);
  return client;
}

interface Client {
  /** The SDK keeps there how far it moves the times that it signs. */
  readonly config: { readonly systemClockOffset: number };
  middlewareStack: unknown;
  send(...request: never[]): unknown;
}

/** Whom a call is made for. */
interface Caller {
  connection: Connection;
  options: CallOptions;
}

const callers = new AsyncLocalStorage<Caller>();

/** One client for all accounts: the `send` of this view of it signs with the caller's credentials, keeps its pace and ends with its work. */
function clientFor<T extends Client>(caller: Caller, client: T): T {
  const { signal } = caller.options;
  const send = (command: never, options: { abortSignal?: AbortSignal } = {}) =>
    callers.run(caller, () => {
      const sendOptions = { abortSignal: signal, ...options };
      return abortable(client.send(command, sendOptions as never) as Promise<unknown>, sendOptions.abortSignal);
    });
  return Object.create(client, { send: { value: send } }) as T;
}

type Settings = ReturnType<typeof settingsOf>;

const clients = new Map<string, Client>();

/**
 * The client of a service and Region. A client weighs some 35 KB, and several times that in garbage: a thousand targets cannot have one
 * each, and all that differs between accounts is who signs.
 */
function sharedClient<T extends Client>(service: string, region: string, make: (settings: Settings) => T): T {
  const key = `${service} ${region}`;
  const known = clients.get(key) as T | undefined;
  if (known) return known;
  const client = make(settingsOf(region));
  const stack = client.middlewareStack as MiddlewareStack<object, object>;
  // The SDK's own log makes a copy of all that is sent and answered, which nobody reads.
  stack.remove("loggerMiddleware");
  stack.use(logCalls(() => targetName(callers.getStore()!.connection)));
  stack.use(retryWithNewCredentials(() => callers.getStore()!.connection));
  stack.use(reportDisabledRegion(region, () => callers.getStore()!.connection));
  const options = () => callers.getStore()!.options;
  stack.use(paceCalls(() => targetName(callers.getStore()!.connection), options));
  stack.use(checkBeforeChanges(options));
  stack.use(refuseEmptyAnswers());
  clients.set(key, client);
  return client;
}

/** Forgets the clients, which keep the endpoint and the credentials that the environment named when they were made. */
export function forgetClients(): void {
  clients.clear();
}

function settingsOf(region: string) {
  const credentials = () => {
    const { connection, options } = callers.getStore()!;
    return credentialsOf(connection, options);
  };
  // The SDK must not keep what it is given: the next call may be another account's. Sessions are kept in credentials.ts.
  return { region, requestHandler, maxAttempts, credentials: Object.assign(credentials, { memoized: true }) };
}
