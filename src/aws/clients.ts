import { DataZoneClient } from "@aws-sdk/client-datazone";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import { S3TablesClient } from "@aws-sdk/client-s3tables";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import type { MiddlewareStack } from "@smithy/types";
import { placeOf } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { assertAccount, credentialsOf } from "./credentials.ts";
import { keepPace } from "./pacing.ts";
import { forcePathStyle, maxAttempts, requestHandler } from "./transport.ts";

/** The AWS services as one connection sees them. */
export interface Clients {
  readonly ssm: SSMClient;
  readonly datazone: DataZoneClient;
  readonly s3tables: S3TablesClient;
  /** S3 in a Region, by default the connection's; a bucket elsewhere is found by its redirect. */
  s3(region?: string): S3Client;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly organizations: OrganizationsClient;
  readonly sts: STSClient;
}

/**
 * The clients of a connection, once its credentials are known to be the account's.
 * @throws {CredentialsError} when they are another account's, or none
 */
export async function connect(connection: Connection): Promise<Clients> {
  await assertAccount(connection);
  return {
    get ssm() {
      return pooled("ssm", connection, (settings) => new SSMClient(settings));
    },
    get datazone() {
      return pooled("datazone", connection, (settings) => new DataZoneClient(settings));
    },
    get s3tables() {
      return pooled("s3tables", connection, (settings) => new S3TablesClient(settings));
    },
    s3: (region = connection.region) =>
      pooled(
        "s3",
        { ...connection, region },
        (settings) => new S3Client({ ...settings, forcePathStyle, followRegionRedirects: true }),
      ),
    get iam() {
      return pooled("iam", connection, (settings) => new IAMClient(settings));
    },
    get kms() {
      return pooled("kms", connection, (settings) => new KMSClient(settings));
    },
    get organizations() {
      return pooled("organizations", connection, (settings) => new OrganizationsClient(settings));
    },
    get sts() {
      return pooled("sts", connection, (settings) => new STSClient(settings));
    },
  };
}

type Settings = ReturnType<typeof settingsOf>;
type Client = { middlewareStack: unknown };

/**
 * A client weighs some 35 KB and takes 50 µs to make; its sockets, session and pace are kept elsewhere. So only the recently
 * used ones are kept, and a thousand targets do not weigh more than these.
 */
const kept = 300;
const pool = new Map<string, Client>();

function pooled<T extends Client>(service: string, connection: Connection, make: (settings: Settings) => T): T {
  const { account, region, role = "", externalId = "" } = connection;
  const key = `${service} ${account} ${region} ${role} ${externalId}`;
  const client = (pool.get(key) as T | undefined) ?? make(settingsOf(connection));
  if (!pool.delete(key)) {
    (client.middlewareStack as MiddlewareStack<object, object>).use(keepPace(placeOf(connection)));
  }
  pool.set(key, client);
  if (pool.size > kept) pool.delete(pool.keys().next().value!);
  return client;
}

function settingsOf(connection: Connection) {
  const credentials = credentialsOf(connection);
  return { region: connection.region, requestHandler, maxAttempts, ...(credentials && { credentials }) };
}
