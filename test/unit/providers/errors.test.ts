import { ConflictException, DataZoneServiceException } from "@aws-sdk/client-datazone";
import {
  ResourceDataSyncAlreadyExistsException,
  ResourceDataSyncInvalidConfigurationException,
  SSMServiceException,
} from "@aws-sdk/client-ssm";
import { S3ServiceException } from "@aws-sdk/client-s3";
import { NotFoundException } from "@aws-sdk/client-s3tables";
import { describe, expect, it } from "vitest";
import { bucketPolicy, explain, holderIn, isAbsent, meaningOf } from "../../../src/aws/index.ts";

const about = { $metadata: { httpStatusCode: 400 } };
const client = (name: string, message: string) => ({ name, message, $fault: "client" as const, ...about });
const ssm = (name: string, message = "") => new SSMServiceException(client(name, message));
const datazone = (name: string, message = "") => new DataZoneServiceException(client(name, message));
const place = { account: "111122223333", region: "us-east-1", resource: "data export configuration of dzd_a" };
const kmsKeyArn = "arn:aws:kms:us-east-1:111122223333:key/k";

describe("the meaning of AWS's errors", () => {
  it.each([
    [new ResourceDataSyncAlreadyExistsException({ message: "UnknownError", ...about }), "exists"],
    [ssm("ResourceDataSyncNotFoundException"), "absent"],
    [ssm("ResourceDataSyncCountExceededException"), "quota"],
    [ssm("ResourceDataSyncConflictException"), "conflict"],
    [ssm("ResourceDataSyncInvalidConfigurationException", "S3 write failed for bucket acme"), "bucketRefused"],
    [ssm("ResourceDataSyncInvalidConfigurationException", "no such Region"), "invalid"],
    [ssm("ThrottlingException", "Rate exceeded"), "throttled"],
    [ssm("AccessDeniedException"), "denied"],
    [ssm("ExpiredTokenException"), "credentials"],
    [
      datazone("ConflictException", "Data Export Configuration exists for another domain with id: dzd-b"),
      "otherDomain",
    ],
    [
      datazone(
        "ConflictException",
        "Conflict exception occurred while putting data export configuration for domain:dzd-b",
      ),
      "token",
    ],
    [datazone("ServiceQuotaExceededException"), "quota"],
    [datazone("UnauthorizedException"), "denied"],
    [datazone("ResourceNotFoundException"), "absent"],
    [datazone("InternalServerException"), "retryable"],
    [new NotFoundException({ message: "no table", ...about }), "absent"],
    [new S3ServiceException(client("NoSuchBucket", "")), "invalid"],
    [new S3ServiceException(client("SlowDown", "")), "throttled"],
    [Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }), "retryable"],
    [ssm("SomethingNew"), "unknown"],
    [new Error("ResourceNotFound"), "unknown"],
  ])("%s is %s", (error, kind) => {
    expect(meaningOf(error, place).kind).toBe(kind);
    expect(isAbsent(error)).toBe(kind === "absent");
  });

  it("names the holder, the account, the Region and the cure", () => {
    const message = "Data Export Configuration exists for another domain with id: dzd-cslg7hs0m6k4fd";
    const error = new ConflictException({ message, ...about });
    expect(holderIn(error)).toBe("dzd-cslg7hs0m6k4fd");
    expect(explain(error, "create", place).message).toMatch(
      /^Could not create data export configuration of dzd_a in 111122223333\/us-east-1: ConflictException: Data Export.*\n.*dzd-cslg7hs0m6k4fd.*Delete that export/s,
    );
  });

  it("prints the statement that the key's policy lacks", () => {
    const refusal =
      "User: arn:aws:sts::750784792897:assumed-role/SageMakerCatalogDataSetPublisherRole/AWSSageMakerCatalog-S3TablesRole-651393378886 is not authorized to perform: kms:DescribeKey on this resource";
    const { cure } = meaningOf(datazone("AccessDeniedException", refusal), { ...place, kmsKeyArn });
    expect(cure).toMatch(/systemtables\.sagemaker-catalog\.amazonaws\.com.*kms:DescribeKey.*maintenance\.s3tables/s);
    expect(cure).toContain(kmsKeyArn);
  });

  it("prints the bucket policy that SSM needs, prefix, account and key included", () => {
    const error = new ResourceDataSyncInvalidConfigurationException({
      message: "S3 write failed for bucket acme",
      ...about,
    });
    const delivery = { bucketName: "acme", prefix: "ssm", awsKmsKeyArn: kmsKeyArn };
    const { cure } = meaningOf(error, { ...place, delivery });
    expect(cure).toContain('"Resource": "arn:aws:s3:::acme/ssm/*/accountid=111122223333/*"');
    expect(cure).toContain("kms:GenerateDataKey");
  });

  it("for a whole organization allows every account of it, and tags", () => {
    const statements = bucketPolicy({
      account: "111122223333",
      region: "us-east-1",
      bucketName: "acme",
      organization: true,
    });
    expect(statements.map(({ Sid }) => Sid)).toEqual([
      "SSMBucketPermissionsCheck",
      "SSMBucketDelivery",
      "SSMBucketDeliveryTagging",
    ]);
    expect(statements[1]?.Resource).toBe("arn:aws:s3:::acme/*/accountid=*/*");
  });

  it("leaves our own words as they are", () => {
    const own = new Error("The table was kept.");
    expect(explain(own, "create", place)).toBe(own);
  });
});
