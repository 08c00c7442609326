import { partitionOf } from "../world/partition.ts";
import { signatureOf } from "./credentials.ts";
import type { IncomingCall } from "../protocol/protocol.ts";
import type { ServiceName } from "../world/handler.ts";
import type { World } from "../world/world.ts";
import { sessionOf } from "../services/sts/sessions.ts";

/** Whom a request is from and what it is for. */
export interface Identity {
  /** The signing name; S3 where an unsigned request does not tell. */
  service: string;
  account: string;
  region: string;
  principal: string;
  /** Whether the keys are temporary ones. */
  temporary: boolean;
  signed: boolean;
}

/** The account of keys that say nothing of one. */
const defaultAccount = "000000000000";

/** Reads the signature: an access key of twelve digits is that account, an assumed role's is the role's. */
export function identityOf(call: IncomingCall, world: World): Identity {
  const signature = signatureOf(call.headers, call.query);
  if (signature === undefined) {
    return {
      service: unsignedService(call),
      account: defaultAccount,
      region: "us-east-1",
      principal: "anonymous",
      temporary: false,
      signed: false,
    };
  }
  const { accessKeyId, region } = signature;
  const service = signature.service === "s3tables" && isObjectPath(call.path) ? "s3" : signature.service;
  const session = sessionOf(world, accessKeyId, region);
  const account = session?.account ?? (/^\d{12}$/.test(accessKeyId) ? accessKeyId : defaultAccount);
  const principal = session?.arn ?? `arn:${partitionOf(region)}:iam::${account}:user/emulator`;
  return { service, account, region, principal, temporary: session !== undefined, signed: true };
}

const tablePaths = /^(buckets|tables|namespaces|get-table|table-.*|iceberg)$/;

/** Clients may sign object requests to a table's bucket for s3tables. */
function isObjectPath(path: string[]): boolean {
  return !tablePaths.test(path[0] ?? "");
}

function unsignedService({ headers, path }: IncomingCall): ServiceName {
  const target = String(headers["x-amz-target"] ?? "");
  if (target.startsWith("AmazonSSM.")) return "ssm";
  if (target.startsWith("TrentService.")) return "kms";
  if (target.startsWith("AWSOrganizations")) return "organizations";
  if (path[0] === "listRegions") return "account";
  if (path[0] === "v2" && path[1] === "domains") return "datazone";
  if (String(headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")) return "sts";
  return tablePaths.test(path[0] ?? "") ? "s3tables" : "s3";
}
