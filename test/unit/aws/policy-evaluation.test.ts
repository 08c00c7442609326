import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketPolicy, verdictOf } from "../../../src/aws/index.ts";

const delivery = { account: "111122223333", region: "us-east-1", bucketName: "acme", prefix: "ssm" };
const request = {
  service: "ssm.amazonaws.com",
  action: "s3:PutObject",
  resource: "arn:aws:s3:::acme/ssm/AWS:InstanceInformation/accountid=111122223333/region=us-east-1/x.json",
  context: {
    "aws:sourceaccount": "111122223333",
    "aws:sourcearn": "arn:aws:ssm:us-east-1:111122223333:resource-data-sync/inventory",
    "aws:sourceorgid": undefined,
    "s3:x-amz-acl": "bucket-owner-full-control",
    "aws:securetransport": "true",
  },
};
const allow = {
  Effect: "Allow",
  Principal: { Service: "ssm.amazonaws.com" },
  Action: "s3:PutObject",
  Resource: "arn:aws:s3:::acme/*",
};
const verdict = (...statements: object[]) => verdictOf(JSON.stringify({ Statement: statements }), request);

describe("the verdict of a policy", () => {
  it("is that the documented policy lets SSM deliver, and for its own account only", () => {
    const policy = JSON.stringify({ Statement: bucketPolicy(delivery) });
    expect(verdictOf(policy, request)).toBe("allowed");
    const other = { ...request.context, "aws:sourceaccount": "999988887777" };
    expect(verdictOf(policy, { ...request, context: other })).toBe("notAllowed");
    expect(verdictOf(undefined, request)).toBe("notAllowed");
  });

  it("is a denial wherever one speaks of the request, whatever allows it", () => {
    const deny = { ...allow, Effect: "Deny" };
    expect(verdict(allow, { ...deny, Principal: "*" })).toBe("denied");
    expect(verdict(allow, { ...deny, Principal: { AWS: "arn:aws:iam::1:root" } })).toBe("allowed");
    const insecure = { Bool: { "aws:SecureTransport": "false" } };
    expect(verdict(allow, { ...deny, Principal: "*", Condition: insecure })).toBe("allowed");
    const unencrypted = { StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } };
    expect(verdict(allow, { ...deny, Principal: "*", Condition: unencrypted })).toBe("denied");
  });

  it.each([
    [{ StringEquals: { "aws:SourceAccount": "111122223333" } }, "allowed"],
    [{ StringEquals: { "AWS:SOURCEACCOUNT": ["1", "111122223333"] } }, "allowed"],
    [{ StringEquals: { "aws:SourceAccount": "1" } }, "notAllowed"],
    [{ StringNotEquals: { "aws:SourceAccount": "1" } }, "allowed"],
    [{ StringEquals: { "aws:PrincipalTag/team": "x" } }, "notAllowed"],
    [{ StringEqualsIfExists: { "aws:PrincipalTag/team": "x" } }, "allowed"],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:ssm:*:111122223333:resource-data-sync/*" } }, "allowed"],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:ssm:*:1:resource-data-sync/*" } }, "notAllowed"],
    [{ Null: { "aws:SourceAccount": "true" } }, "notAllowed"],
    [{ StringEquals: { "aws:SourceOrgID": "o-acme" } }, "unknown"],
    [{ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, "unknown"],
  ])("under the condition %j is %s", (Condition, expected) => {
    expect(verdict({ ...allow, Condition })).toBe(expected);
  });

  it.each([
    ["AWS:InstanceInformation/accountid=${aws:SourceAccount}/*", "allowed"],
    ["AWS:InstanceInformation/accountid=${AWS:sourceaccount}/*", "allowed"],
    ["other/accountid=${aws:SourceAccount}/*", "notAllowed"],
    ["${aws:SourceOrgID}/*", "unknown"],
    ["AWS:InstanceInformation/accountid=${aws:PrincipalTag/account, '1'}/*", "unknown"],
    ["other/${aws:SourceOrgID}/*", "notAllowed"],
    ["AWS:InstanceInformation/accountid=${*}/*", "notAllowed"],
  ])("fills the variables of the resource %s in: %s", (name, expected) => {
    expect(verdict({ ...allow, Resource: `arn:aws:s3:::acme/ssm/${name}` })).toBe(expected);
  });

  it("fills variables in where others are left out or compared, too", () => {
    const own = "arn:aws:s3:::acme/ssm/AWS:InstanceInformation/accountid=${aws:SourceAccount}/*";
    expect(verdict({ ...allow, Resource: undefined, NotResource: own })).toBe("notAllowed");
    const Condition = { ArnLike: { "aws:SourceArn": "arn:aws:ssm:*:${aws:SourceAccount}:*" } };
    expect(verdict({ ...allow, Condition })).toBe("allowed");
    expect(verdict({ ...allow, Condition: { StringEquals: { "aws:SourceAccount": "${aws:SourceOrgID}" } } })).toBe(
      "unknown",
    );
    expect(verdict({ ...allow, Condition: { StringEquals: { "aws:SourceAccount": "*" } } })).toBe("notAllowed");
  });

  it.each([
    { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
    { StringNotEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
    { StringLike: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::acme/*" } },
    { Null: { "kms:EncryptionContext:aws:s3:arn": "false" } },
  ])("rests on %j where such keys are not known", (Condition) => {
    const policy = JSON.stringify({ Statement: [{ ...allow, Condition }] });
    const context = { ...request.context, "kms:*": undefined };
    expect(verdictOf(policy, { ...request, context })).toBe("unknown");
  });

  it("of any pattern of stars is that of the regular expression that it stands for", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "a", "B"), maxLength: 3 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "a", "B", "*", "*"), maxLength: 5 });
    const judged = (operator: string, value: string, key: string) => {
      const Condition = { [operator]: { "aws:Key": value } };
      const policy = JSON.stringify({ Statement: [{ ...allow, Condition }] });
      return verdictOf(policy, { ...request, context: { ...request.context, "aws:key": key } });
    };
    fc.assert(
      fc.property(pattern, text, (wanted, found) => {
        const isLike = new RegExp(`^${wanted.replaceAll("*", ".*")}$`).test(found);
        expect(judged("StringLike", wanted, found)).toBe(isLike ? "allowed" : "notAllowed");
        expect(judged("StringEquals", wanted, found)).toBe(wanted === found ? "allowed" : "notAllowed");
        const isSame = wanted.toLowerCase() === found.toLowerCase();
        expect(judged("StringEqualsIgnoreCase", wanted, found)).toBe(isSame ? "allowed" : "notAllowed");
      }),
      { numRuns: 5000 },
    );
  });

  it("follows wildcards and the Not elements", () => {
    expect(verdict({ ...allow, Action: "s3:*" })).toBe("allowed");
    expect(verdict({ ...allow, Action: "S3:putobject" })).toBe("allowed");
    expect(verdict({ ...allow, Resource: "arn:aws:s3:::acme/other/*" })).toBe("notAllowed");
    expect(verdict({ ...allow, Action: undefined, NotAction: "s3:PutObject" })).toBe("notAllowed");
    expect(verdict({ ...allow, Resource: undefined, NotResource: "arn:aws:s3:::other/*" })).toBe("allowed");
    expect(verdict({ ...allow, Principal: undefined, NotPrincipal: { AWS: "1" } })).toBe("unknown");
  });

  it("lets a denial to all but some keep a service out that is none of them", () => {
    const denial = (NotPrincipal: unknown) =>
      verdictOf(
        JSON.stringify({ Statement: [allow, { Effect: "Deny", NotPrincipal, Action: "s3:*", Resource: "*" }] }),
        request,
      );
    expect(denial({ AWS: "arn:aws:iam::111122223333:root" })).toBe("denied");
    expect(denial({ Service: ["ssm.amazonaws.com", "logs.amazonaws.com"] })).toBe("allowed");
    expect(denial("*")).toBe("allowed");
  });
});
