import type * as S3Tables from "@aws-sdk/client-s3tables";
import { ServiceError } from "../../world/handler.ts";
import type { Encryption } from "../../world/world.ts";

/** What S3 Tables encrypts with unless told otherwise. */
const defaultEncryption: Encryption = { sseAlgorithm: "AES256" };

/** Returns the encryption that a request asks for; without one it is S3's own. */
export function checkEncryption(
  configuration: S3Tables.EncryptionConfiguration | undefined,
  otherwise: Encryption = defaultEncryption,
): Encryption {
  if (!configuration) return otherwise;
  const { sseAlgorithm = "AES256", kmsKeyArn } = configuration;
  if (sseAlgorithm === "aws:kms" && kmsKeyArn === undefined) {
    throw new ServiceError("BadRequestException", "A KMS key ARN is required for SSE algorithm aws:kms.");
  }
  if (sseAlgorithm === "AES256" && kmsKeyArn !== undefined) {
    throw new ServiceError("BadRequestException", "A KMS key ARN cannot be given with SSE algorithm AES256.");
  }
  return kmsKeyArn === undefined ? { sseAlgorithm } : { sseAlgorithm, kmsKeyArn };
}
