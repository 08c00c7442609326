import { partitionOf } from "../aws/index.ts";
import type { Declaration } from "../targets/index.ts";
import type { PolicySet, ResourcePolicy } from "./policy-set.ts";

/** The forges whose pipelines can sign in to AWS without a secret. */
export const pipelineForges = ["github", "gitlab"] as const;

/** Which pipeline it is. */
export interface PipelineTerms {
  forge: (typeof pipelineForges)[number];
  /** `owner/name`. */
  repository: string;
  /** What stays when a repository is renamed, and no other one gets: GitHub's numbers of the owner and the repository. */
  ids?: { owner: string; repository: string };
  /** What is deployed from. */
  branch: string;
  /** Where the workflows are that do the work, `owner/name@ref`; by default in the repository itself. */
  workflows?: string;
  /** The environment that deployments wait for, which is the stack's name. */
  stack: string;
  /** `s3://bucket/folder`, where the state is. */
  state?: string;
  /** The account that the pipeline signs in to. */
  account: string;
}

/** A role that a pipeline signs in to. */
export interface PipelineRole {
  name: string;
  trust: ResourcePolicy;
  policy: ResourcePolicy;
}

/** The two roles of a pipeline: one that reads, for every pull request, and one that deploys what was approved. */
export interface PipelineRoles {
  version: 1;
  forge: PipelineTerms["forge"];
  preview: PipelineRole;
  deploy: PipelineRole;
}

/** Returns the roles that a pipeline signs in to, each of which goes on as the accounts' role of its kind, and may do itself what no role of the spec does. */
export function pipelineRoles(
  declarations: readonly Declaration[],
  { roles, rolePath, preview, deploy, caller }: PolicySet,
  terms: PipelineTerms,
): PipelineRoles {
  const partition = partitionOf(declarations[0]!.region);
  const withRole = declarations.some(({ inputs }) => inputs["role"] !== undefined);
  const isAmbient = declarations.some(({ inputs }) => inputs["role"] === undefined);
  const lookUps = caller.Statement.filter((statement) => (statement as { Sid: string }).Sid !== "WorkInAccounts");
  const role = (kind: "preview" | "deploy", policy: { Statement: object[] }): PipelineRole => ({
    name: `Sluice${kind === "preview" ? "Preview" : "Deploy"}Pipeline`,
    trust: document([trustOf(partition, kind, terms)]),
    policy: document([
      ...(withRole ? [assuming(`arn:${partition}:iam::*:role${rolePath}${roles[kind]}`)] : []),
      ...(isAmbient ? policy.Statement : []),
      ...lookUps,
      ...stateAccess(partition, kind, terms.state),
    ]),
  });
  return { version: 1, forge: terms.forge, preview: role("preview", preview), deploy: role("deploy", deploy) };
}

const assuming = (Resource: string) => ({
  Sid: "WorkInAccounts",
  Effect: "Allow",
  Action: ["sts:AssumeRole"],
  Resource: [Resource],
});

/** Each provider's host, and whom its tokens are for. */
export const providers = {
  github: { host: "token.actions.githubusercontent.com", audience: "sts.amazonaws.com" },
  gitlab: { host: "gitlab.com", audience: "https://gitlab.com" },
};

function trustOf(partition: string, kind: "preview" | "deploy", terms: PipelineTerms): object {
  const { host, audience } = providers[terms.forge];
  const key = (claim: string) => `${host}:${claim}`;
  const { subjects, workflows } = terms.forge === "github" ? gitHubClaims(kind, terms) : gitLabClaims(kind, terms);
  return {
    Sid: "PipelineSignsIn",
    Effect: "Allow",
    Principal: { Federated: `arn:${partition}:iam::${terms.account}:oidc-provider/${host}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: {
        [key("aud")]: audience,
        ...(terms.forge === "github" && terms.ids && { [key("repository_id")]: terms.ids.repository }),
      },
      StringLike: { [key("sub")]: subjects, ...(workflows && { [key("job_workflow_ref")]: workflows }) },
    },
  };
}

interface Claims {
  subjects: string[];
  workflows?: string[];
}

/** Since July 2026 the subjects of new repositories carry the numbers of owner and repository behind the names. */
function gitHubClaims(kind: "preview" | "deploy", terms: PipelineTerms): Claims {
  const { repository, ids, branch, stack } = terms;
  const [owner, name] = repository.split("/");
  const names = ids
    ? [`repo:${owner}@${ids.owner}/${name}@${ids.repository}`, `repo:${repository}`]
    : [`repo:${repository}`];
  const events =
    kind === "deploy"
      ? [`environment:${stack}`]
      : // The nightly look, and what waits in the merge queue.
        ["pull_request", `ref:refs/heads/${branch}`, `ref:refs/heads/gh-readonly-queue/${branch}/*`];
  const [place, ref] = (terms.workflows ?? "").split("@");
  const files = kind === "deploy" ? ["deploy"] : ["preview", "drift"];
  // A called workflow of the repository itself is of the commit that runs.
  const at = ref ?? (kind === "deploy" ? `refs/heads/${branch}` : "*");
  return {
    subjects: names.flatMap((one) => events.map((event) => `${one}:${event}`)),
    workflows: files.map((file) => `${place || repository}/.github/workflows/sluice-${file}.yaml@${at}`),
  };
}

const gitLabClaims = (kind: "preview" | "deploy", { repository, branch }: PipelineTerms): Claims => ({
  subjects: [`project_path:${repository}:ref_type:branch:ref:${kind === "deploy" ? branch : "*"}`],
});

/** A look takes no lock and writes nothing. */
function stateAccess(partition: string, kind: "preview" | "deploy", state: string | undefined): object[] {
  if (state === undefined) return [];
  const [bucket = "", ...folder] = state
    .slice("s3://".length)
    .replace(/[?].*$/, "")
    .replace(/\/$/, "")
    .split("/");
  const arn = `arn:${partition}:s3:::${bucket}`;
  const changing = kind === "deploy" ? ["s3:PutObject", "s3:DeleteObject"] : [];
  return [
    { Sid: "FindState", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [arn] },
    {
      Sid: "UseState",
      Effect: "Allow",
      Action: ["s3:GetObject", ...changing],
      Resource: [[arn, ...folder, "*"].join("/")],
    },
  ];
}

const document = (Statement: object[]): ResourcePolicy => ({ Version: "2012-10-17", Statement });
