import { expect, it } from "vitest";
import type { PipelineRoles } from "../../../src/operate/pipeline-roles.ts";
import { good, specFolder } from "../cli/spec-folder.ts";

const { run } = specFolder();
const roled = good.replace("version: 1\n", "version: 1\nrole: arn:aws:iam::${account.id}:role/data/Sluice\n");
const own = "--repository acme/data --caller 111122223333";

async function printed(options: string, spec = roled): Promise<PipelineRoles> {
  const { code, stdout, stderr } = await run(`policies --pipeline ${options} ${own}`, spec);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as PipelineRoles;
}

/** What a trust policy asks of a token: every condition has to hold, by any of its values. */
function isTrusted({ trust }: PipelineRoles["preview"], claims: Record<string, string>): boolean {
  const [{ Condition }] = trust.Statement as [{ Condition: Record<string, Record<string, string | string[]>> }];
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const claim = claims[key.replace(/^.*:/, "")];
      const matches = (value: string) =>
        operator === "StringLike"
          ? new RegExp(`^${value.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(claim ?? "")
          : claim === value;
      return [wanted].flat().some(matches);
    }),
  );
}

const file = (name: string, ref: string, place = "acme/data") =>
  `${place}/.github/workflows/sluice-${name}.yaml@${ref}`;
const token = (sub: string, job_workflow_ref: string, repository_id = "4711") => ({
  aud: "sts.amazonaws.com",
  sub,
  job_workflow_ref,
  repository_id,
});
const main = "refs/heads/main";

it("a pull request, the merge queue and the night may read, and nothing but the environment's own workflow on main may deploy", async () => {
  const { preview, deploy } = await printed("github");
  const reading = [
    token("repo:acme/data:pull_request", file("preview", "refs/pull/7/merge")),
    token(`repo:acme/data:ref:${main}`, file("drift", main)),
    token(
      "repo:acme/data:ref:refs/heads/gh-readonly-queue/main/pr-7-abc",
      file("preview", "refs/heads/gh-readonly-queue/main/pr-7-abc"),
    ),
  ];
  const deploying = token("repo:acme/data:environment:prod", file("deploy", main));
  expect(reading.map((claims) => isTrusted(preview, claims))).toEqual([true, true, true]);
  expect(isTrusted(deploy, deploying)).toBe(true);
  for (const claims of reading) expect(isTrusted(deploy, claims)).toBe(false);
  const foreign = [
    token("repo:mallory/data:environment:prod", file("deploy", main)),
    token("repo:acme/data:environment:dev", file("deploy", main)),
    token("repo:acme/data:environment:prod", file("deploy", "refs/heads/mine")),
    token("repo:acme/data:environment:prod", file("preview", main)),
    token("repo:acme/data:environment:prod", "acme/data/.github/workflows/other.yaml@refs/heads/main"),
    { ...deploying, aud: "https://github.com/acme" },
  ];
  for (const claims of foreign) expect([isTrusted(deploy, claims), isTrusted(preview, claims)]).toEqual([false, false]);
});

it("a repository is known by its number, in the subjects of new repositories too", async () => {
  const { preview } = await printed("github --repository-id 4711 --owner-id 12");
  const at = file("preview", "refs/pull/7/merge");
  expect(isTrusted(preview, token("repo:acme@12/data@4711:pull_request", at))).toBe(true);
  expect(isTrusted(preview, token("repo:acme/data:pull_request", at))).toBe(true);
  // Somebody else has taken the name.
  expect(isTrusted(preview, token("repo:acme/data:pull_request", at, "999"))).toBe(false);
});

it("workflows of another repository are trusted at that commit alone", async () => {
  const { deploy } = await printed("github --workflows acme/platform@0123abc");
  const sub = "repo:acme/data:environment:prod";
  expect(isTrusted(deploy, token(sub, file("deploy", "0123abc", "acme/platform")))).toBe(true);
  expect(isTrusted(deploy, token(sub, file("deploy", "fff", "acme/platform")))).toBe(false);
  expect(isTrusted(deploy, token(sub, file("deploy", main)))).toBe(false);
});

it("each goes on as the accounts' role of its kind; the state is written by the one that deploys alone", async () => {
  const { preview, deploy } = await printed("github --state s3://acme-state/sluice?region=us-east-1");
  const allowed = ({ policy }: PipelineRoles["preview"], action: string) =>
    (policy.Statement as { Action: string[]; Resource: string[] }[])
      .filter(({ Action }) => Action.includes(action))
      .flatMap(({ Resource }) => Resource);
  expect(allowed(preview, "sts:AssumeRole")).toEqual(["arn:aws:iam::*:role/data/SluicePreview"]);
  expect(allowed(deploy, "sts:AssumeRole")).toEqual(["arn:aws:iam::*:role/data/Sluice"]);
  expect(allowed(preview, "s3:PutObject")).toEqual([]);
  expect(allowed(deploy, "s3:PutObject")).toEqual(["arn:aws:s3:::acme-state/sluice/*"]);
  expect(allowed(preview, "s3:GetObject")).toEqual(["arn:aws:s3:::acme-state/sluice/*"]);
  // Without a role in the spec it works in its own account itself.
  const alone = await printed("github", good);
  expect(allowed(alone.preview, "sts:AssumeRole")).toEqual([]);
  expect(allowed(alone.deploy, "ssm:CreateResourceDataSync")).not.toEqual([]);
  expect(allowed(alone.preview, "ssm:CreateResourceDataSync")).toEqual([]);
});

it("GitLab's branches may read, and main may deploy", async () => {
  const { preview, deploy } = await printed("gitlab");
  const claims = (branch: string) => ({
    aud: "https://gitlab.com",
    sub: `project_path:acme/data:ref_type:branch:ref:${branch}`,
  });
  expect(["main", "mine"].map((branch) => isTrusted(preview, claims(branch)))).toEqual([true, true]);
  expect(["main", "mine"].map((branch) => isTrusted(deploy, claims(branch)))).toEqual([true, false]);
});

it("is a template for the pipeline's account, beside that of the accounts, whose roles have the spec's path", async () => {
  const { stdout } = await run(`policies --pipeline github ${own} -o cloudformation`, roled);
  const { Resources } = JSON.parse(stdout) as {
    Resources: Record<string, { Type: string; Condition?: string; Properties: object }>;
  };
  expect(Object.entries(Resources).map(([name, { Type, Condition }]) => ({ name, Type, Condition }))).toEqual([
    { name: "Provider", Type: "AWS::IAM::OIDCProvider", Condition: "MakesProvider" },
    { name: "PreviewPipelineRole", Type: "AWS::IAM::Role" },
    { name: "DeployPipelineRole", Type: "AWS::IAM::Role" },
  ]);
  expect(Resources["DeployPipelineRole"]!.Properties).toMatchObject({ RoleName: "SluiceDeployPipeline" });
  const accounts = await run(`policies --caller 111122223333 -o cloudformation`, roled);
  expect(JSON.parse(accounts.stdout)).toMatchObject({
    Resources: { DeployRole: { Properties: { RoleName: "Sluice", Path: "/data/" } } },
  });
});

it.each([
  ["--pipeline github --caller 111122223333", "Give --repository owner/name"],
  [`--pipeline github ${own} --repository-id 1`, "--owner-id together"],
  [`--pipeline github ${own} --workflows acme/platform`, "owner/name@ref"],
  [`--pipeline github ${own} --state file:///x`, "s3://"],
  [`--pipeline github ${own} -o terraform`, "cloudformation"],
])("policies %s is exit code 2", async (options, said) => {
  expect(await run(`policies ${options}`, roled)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(said) as string,
  });
});
