import { partitionOf } from "../../world/partition.ts";
import type { EncryptionConfiguration } from "@aws-sdk/client-datazone";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import type { Encryption } from "../../world/world.ts";
import { keyOf, serviceMayUse } from "../kms/keys.ts";

/** The principal that exports asset metadata. */
const servicePrincipal = "systemtables.sagemaker-catalog.amazonaws.com";

/** The account in which AWS runs the exports, as its documented error names it. */
const awsAccount = "750784792897";

/**
 * Returns the encryption that a Put asks for, checked the way it is when DataZone hands it to S3 Tables; the messages are those
 * of https://docs.aws.amazon.com/datazone/latest/APIReference/API_PutDataExportConfiguration.html
 */
export function checkedEncryption(
  asked: EncryptionConfiguration | undefined,
  context: Context,
): Encryption | undefined {
  if (asked === undefined || (asked.sseAlgorithm === undefined && asked.kmsKeyArn === undefined)) return undefined;
  const { sseAlgorithm, kmsKeyArn } = asked;
  if (sseAlgorithm === "AES256" && kmsKeyArn === undefined) return { sseAlgorithm };
  if (sseAlgorithm !== "aws:kms") throw invalid("The specified SSE algorithm is invalid.", context);
  if (kmsKeyArn === undefined) throw invalid("The specified KMS key ARN is invalid.", context);
  checkKey(kmsKeyArn, context);
  return { sseAlgorithm, kmsKeyArn };
}

function checkKey(arn: string, context: Context): void {
  const { world, account, region } = context;
  const [, , service, keyRegion] = arn.split(":");
  if (service !== "kms") throw invalid("The specified KMS key ARN is invalid.", context);
  const key = keyRegion === region ? keyOf(world, arn) : undefined;
  if (key?.state === "Disabled") throw invalid("The specified KMS key ARN is disabled.", context);
  if (key?.state === "PendingDeletion") throw invalid("The specified KMS key ARN is pending deletion.", context);
  const conditions = { "aws:sourceaccount": account };
  const missing = ["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt"].find(
    (action) => key === undefined || !serviceMayUse(world, arn, servicePrincipal, action, conditions),
  );
  if (missing === undefined) return;
  throw new ServiceError(
    "AccessDeniedException",
    `User: arn:${partitionOf(context.region)}:sts::${awsAccount}:assumed-role/SageMakerCatalogDataSetPublisherRole/AWSSageMakerCatalog-S3TablesRole-${account} ` +
      `is not authorized to perform: ${missing} on this resource because the resource does not exist in this Region, ` +
      `no resource-based policies allow access, or a resource-based policy explicitly denies access ${source(403, context)}`,
  );
}

function invalid(message: string, context: Context): ServiceError {
  return new ServiceError("ValidationException", `${message} ${source(400, context)}`);
}

function source(status: number, { world }: Context): string {
  return `(Service: S3Tables, Status Code: ${status}, Request ID: ${world.ids.uuid()}) (SDK Attempt Count: 1)`;
}
