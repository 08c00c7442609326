import { providers } from "./pipeline-roles.ts";
import type { PipelineRoles } from "./pipeline-roles.ts";
import type { PolicySet } from "./policy-set.ts";

/** Returns the roles as a CloudFormation template, for a StackSet over the accounts. JSON, which CloudFormation takes as it takes YAML. */
export function stackSetTemplate({ roles, rolePath, deploy, preview, prune, trust }: PolicySet): string {
  const role = (name: string, policy: object) => cloudFormationRole({ name, trust, policy }, rolePath);
  const template = {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `The roles that Sluice works in: one that deploys, one that only reads${prune ? ", one that deletes backups" : ""}.`,
    Resources: {
      DeployRole: role(roles.deploy, deploy),
      PreviewRole: role(roles.preview, preview),
      ...(prune && { PruneRole: role(roles.prune!, prune) }),
    },
  };
  return `${JSON.stringify(template, undefined, 2)}\n`;
}

/** Returns the roles of a pipeline as a CloudFormation template, for the account that it signs in to; the forge's identity provider is made with them where that is asked for. */
export function pipelineTemplate({ forge, preview, deploy }: PipelineRoles): string {
  const { host, audience } = providers[forge];
  const template = {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "The roles that a pipeline of Sluice signs in to: one that reads, and one that deploys.",
    Parameters: {
      MakeProvider: {
        Type: "String",
        AllowedValues: ["true", "false"],
        Default: "false",
        Description: `true where the account has no identity provider of ${host} yet; it can have one`,
      },
    },
    Conditions: { MakesProvider: { "Fn::Equals": [{ Ref: "MakeProvider" }, "true"] } },
    Resources: {
      Provider: {
        Type: "AWS::IAM::OIDCProvider",
        Condition: "MakesProvider",
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
        Properties: { Url: `https://${host}`, ClientIdList: [audience] },
      },
      PreviewPipelineRole: cloudFormationRole(preview),
      DeployPipelineRole: cloudFormationRole(deploy),
    },
    Outputs: {
      PreviewRole: { Value: { "Fn::GetAtt": ["PreviewPipelineRole", "Arn"] } },
      DeployRole: { Value: { "Fn::GetAtt": ["DeployPipelineRole", "Arn"] } },
    },
  };
  return `${JSON.stringify(template, undefined, 2)}\n`;
}

const cloudFormationRole = ({ name, trust, policy }: { name: string; trust: object; policy: object }, path = "/") => ({
  Type: "AWS::IAM::Role",
  Properties: {
    RoleName: name,
    ...(path !== "/" && { Path: path }),
    AssumeRolePolicyDocument: trust,
    Policies: [{ PolicyName: name, PolicyDocument: policy }],
  },
});

/** Returns roles and bucket policies as Terraform; keys keep their policies, so what they need is a comment beside. */
export function terraformSnippet({ roles, rolePath, deploy, preview, prune, trust, buckets, keys }: PolicySet): string {
  const role = (label: string, name: string, policy: object) => `resource "aws_iam_role" "${label}" {
  name               = ${quoted(name)}${rolePath === "/" ? "" : `\n  path               = ${quoted(rolePath)}`}
  assume_role_policy = jsonencode(${expression(trust)})
}

resource "aws_iam_role_policy" "${label}" {
  name   = ${quoted(name)}
  role   = aws_iam_role.${label}.id
  policy = jsonencode(${expression(policy)})
}
`;
  const ofBuckets = Object.entries(buckets).map(
    ([name, policy], index) => `resource "aws_s3_bucket_policy" "sluice_${index + 1}" {
  bucket = ${quoted(name)}
  policy = jsonencode(${expression(policy)})
}
`,
  );
  const ofKeys = Object.entries(keys).map(([arn, policy]) => {
    const lines = JSON.stringify(policy.Statement, undefined, 2).split("\n");
    return [`# To be added to the policy of ${arn}:`, ...lines.map((line) => `#   ${line}`), ""].join("\n");
  });
  return [
    role("sluice", roles.deploy, deploy),
    role("sluice_preview", roles.preview, preview),
    ...(prune ? [role("sluice_prune", roles.prune!, prune)] : []),
    ...ofBuckets,
    ...ofKeys,
  ].join("\n");
}

/** JSON is an expression of Terraform's but for what it would fill in. */
const expression = (value: object): string =>
  JSON.stringify(value, undefined, 2).replaceAll("${", "$${").replaceAll("%{", "%%{").replaceAll("\n", "\n  ");

const quoted = (text: string): string => JSON.stringify(text).replaceAll("${", "$${");
