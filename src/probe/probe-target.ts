import type { DataZoneClient } from "@aws-sdk/client-datazone";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { S3Client } from "@aws-sdk/client-s3";
import type { S3TablesClient } from "@aws-sdk/client-s3tables";
import type { SSMClient } from "@aws-sdk/client-ssm";
import type { ProbeLedger } from "./ledger.ts";

/** The services that a probe asks. */
export interface ProbeClients {
  ssm: SSMClient;
  datazone: DataZoneClient;
  s3tables: S3TablesClient;
  s3: S3Client;
  iam: IAMClient;
}

/** Where and with what a probe works; time and waiting are its caller's. */
export interface ProbeTarget {
  account: string;
  region: string;
  clients: ProbeClients;
  ledger: ProbeLedger;
  now(): number;
  wait(milliseconds: number): Promise<void>;
  signal?: AbortSignal | undefined;
}

/** What somebody allows a probe beyond what it takes away again in any case. */
export interface ProbeAllowance {
  /** Configure exports on domains; AWS may keep the empty table bucket aws-sagemaker-catalog. */
  exports: boolean;
  /** Create syncs of the organization, and shared with it. */
  organization: boolean;
  /** Create a sync that may switch OpsData sources on, which nothing switches off. */
  opsdata: boolean;
  /** Ask whether Quick Setup leaves a sync: it has been run here. */
  quickSetup: boolean;
  /** A key with which exports may be encrypted. */
  kmsKey?: string | undefined;
  /** The domains that may be used; all of the Region where it is absent. */
  domains?: readonly string[] | undefined;
  /** How many days of exports are waited for. */
  days: number;
  /** How long the first delivery of a sync, and an export's table, are waited for. */
  patienceMs: number;
}
