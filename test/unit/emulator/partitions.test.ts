import {
  DataZoneClient,
  GetDataExportConfigurationCommand,
  GetDomainCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { DescribeOrganizationCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { GetTableCommand, S3TablesClient } from "@aws-sdk/client-s3tables";
import { CreateResourceDataSyncCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { expect, it } from "vitest";
import { emulatorWorld } from "../../support/emulator-world.ts";

const account = "111122223333";

it.each([
  ["us-east-1", "aws"],
  ["cn-north-1", "aws-cn"],
  ["us-gov-west-1", "aws-us-gov"],
  ["eusc-de-east-1", "aws-eusc"],
  ["us-iso-east-1", "aws-iso"],
  ["us-isob-east-1", "aws-iso-b"],
  ["eu-isoe-west-1", "aws-iso-e"],
  ["us-isof-south-1", "aws-iso-f"],
])("every ARN of %s is one of partition %s", async (region, partition) => {
  const world = await emulatorWorld({
    organization: { id: "o-acme123456", management: account },
    accounts: {
      [account]: { regions: { [region]: { domains: [{ id: "dzd_alpha", name: "Alpha" }] } }, roles: { Sluice: {} } },
    },
    buckets: { inventory: { region, account, policy: "ssm-delivery" } },
  });
  try {
    const settings = { ...world.clientOf(account, region), maxAttempts: 1, forcePathStyle: true };
    const domainIdentifier = "dzd_alpha";
    const datazone = new DataZoneClient(settings);
    await datazone.send(new PutDataExportConfigurationCommand({ domainIdentifier, enableExport: true }));
    const { s3TableBucketArn } = await datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier }));
    const table = { tableBucketARN: s3TableBucketArn, namespace: "asset_metadata", name: "asset" };
    const sts = new STSClient(settings);
    const RoleArn = `arn:${partition}:iam::${account}:role/Sluice`;
    const arns = {
      bucket: (await new S3Client(settings).send(new HeadBucketCommand({ Bucket: "inventory" }))).BucketArn,
      tableBucket: s3TableBucketArn,
      table: (await new S3TablesClient(settings).send(new GetTableCommand(table))).tableARN,
      domain: (await datazone.send(new GetDomainCommand({ identifier: domainIdentifier }))).arn,
      caller: (await sts.send(new GetCallerIdentityCommand({}))).Arn,
      session: (await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "run" }))).AssumedRoleUser!.Arn,
      role: (await new IAMClient(settings).send(new GetRoleCommand({ RoleName: "Sluice" }))).Role!.Arn,
      organization: (await new OrganizationsClient(settings).send(new DescribeOrganizationCommand({}))).Organization!
        .Arn,
    };
    for (const [name, arn] of Object.entries(arns)) expect([name, arn!.split(":")[1]]).toEqual([name, partition]);
    // The documented policy names the bucket and the syncs by ARNs of the partition.
    const S3Destination = { BucketName: "inventory", SyncFormat: "JsonSerDe", Region: region } as const;
    await new SSMClient(settings).send(new CreateResourceDataSyncCommand({ SyncName: "inventory", S3Destination }));
  } finally {
    await world.close();
  }
});
