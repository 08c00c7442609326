import { describe, expect, it } from "vitest";
import { allows } from "../../../src/emulator/world/policy.ts";
import type { PolicyDocument, Statement } from "../../../src/emulator/world/policy.ts";

const access = {
  principal: ["Service", "ssm.amazonaws.com"] as ["Service", string],
  action: "s3:PutObject",
  resource: "arn:aws:s3:::bucket/ssm/AWS:Application/accountid=111122223333/file.json",
  context: {
    "aws:sourceaccount": "111122223333",
    "aws:sourcearn": "arn:aws:ssm:us-east-1:111122223333:resource-data-sync/a",
  },
};

const statement: Statement = {
  Effect: "Allow",
  Principal: { Service: "ssm.amazonaws.com" },
  Action: "s3:PutObject",
  Resource: "arn:aws:s3:::bucket/*",
};
const policy = (...parts: Array<Partial<Statement>>): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: parts.map((part) => ({ ...statement, ...part })),
});

describe("a policy allows", () => {
  it.each<[string, PolicyDocument]>([
    ["what a statement names", policy({})],
    ["a statement that is no list", { Statement: statement }],
    [
      "by wildcards in action and resource",
      policy({ Action: "s3:*", Resource: "arn:aws:s3:::*/accountid=111122223333/*" }),
    ],
    ["actions in any case", policy({ Action: "S3:putobject" })],
    ["everybody", policy({ Principal: "*" })],
    [
      "one account of several",
      policy({ Condition: { StringEquals: { "aws:SourceAccount": ["999900001111", "111122223333"] } } }),
    ],
    [
      "an ARN with wildcards",
      policy({ Condition: { ArnLike: { "aws:SourceArn": "arn:aws:ssm:*:111122223333:resource-data-sync/*" } } }),
    ],
    [
      "a key that may be absent",
      policy({ Condition: { StringEqualsIfExists: { "aws:SourceOrgID": "o-acme123456" } } }),
    ],
    ["what is not another", policy({ Condition: { StringNotEquals: { "aws:SourceAccount": "999900001111" } } })],
    ["the absence of a key", policy({ Condition: { Null: { "aws:SourceOrgID": "true" } } })],
  ])("%s", (_what, document) => {
    expect(allows(document, access)).toBe(true);
  });
});

describe("a policy does not allow", () => {
  it.each<[string, PolicyDocument | undefined]>([
    ["anything where there is none", undefined],
    ["another action", policy({ Action: "s3:GetObject" })],
    ["another resource", policy({ Resource: "arn:aws:s3:::bucket/other/*" })],
    ["another principal", policy({ Principal: { Service: "config.amazonaws.com" } })],
    ["an account for a service", policy({ Principal: { AWS: "*" } })],
    ["without a condition's key", policy({ Condition: { StringEquals: { "aws:SourceOrgID": "o-acme123456" } } })],
    [
      "one condition of two",
      policy({ Condition: { StringEquals: { "aws:SourceAccount": "111122223333", "s3:x-amz-acl": "private" } } }),
    ],
    [
      "by an operator that it does not know",
      policy({ Condition: { DateLessThan: { "aws:CurrentTime": "2030-01-01" } } }),
    ],
    ["what another statement denies", policy({}, { Effect: "Deny", Resource: "arn:aws:s3:::bucket/ssm/*" })],
    ["a dot as any character", policy({ Principal: { Service: "ssmxamazonaws.com" } })],
  ])("%s", (_what, document) => {
    expect(allows(document, access)).toBe(false);
  });
});
