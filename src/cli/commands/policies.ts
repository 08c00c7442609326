import { Option } from "commander";
import type { Command } from "commander";
import { accountOf, partitionOf } from "../../aws/index.ts";
import {
  pipelineForges,
  pipelineRoles,
  pipelineTemplate,
  policySet,
  stackSetTemplate,
  terraformSnippet,
} from "../../operate/index.ts";
import type { PipelineTerms } from "../../operate/index.ts";
import { renderReport } from "../../spec/index.ts";
import type { Spec } from "../../spec/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { Invocation } from "../command.ts";
import { organizationOption, outputOption, specOption, stackChoiceOption } from "../common-options.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { surveyFor } from "../spec-survey.ts";

interface PoliciesOptions {
  spec: string;
  stack?: string;
  organization?: string;
  online?: boolean;
  caller?: string;
  organizationId?: string;
  partition?: string;
  previewRole: string;
  pruneRole: string;
  pipeline?: PipelineTerms["forge"];
  repository?: string;
  repositoryId?: string;
  ownerId?: string;
  branch: string;
  workflows?: string;
  state?: string;
  output: "json" | "cloudformation" | "terraform";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .addOption(specOption())
    .addOption(stackChoiceOption())
    .addOption(organizationOption())
    .option("--online", "ask AWS for organizational units and the caller's own account")
    .option("--caller <arn>", "who assumes the roles: a role's ARN, or an account; by default AWS_ACCOUNT_ID")
    .addOption(
      new Option(
        "--organization-id <id>",
        "o-…: buckets take the delivery of the whole organization, in one statement instead of one an account",
      ),
    )
    .option(
      "--partition <name>",
      "aws, aws-cn, aws-us-gov or another one; needed where the spec has Regions of several",
    )
    .option("--preview-role <name>", "the name of the role that only reads", "SluicePreview")
    .option(
      "--prune-role <name>",
      "the name of the role that deletes backups, where the spec lets any go",
      "SluicePrune",
    )
    .addOption(
      new Option(
        "--pipeline <forge>",
        "instead, the roles that the pipeline of `init` signs in to, one that reads and one that deploys",
      ).choices(pipelineForges),
    )
    .option("--repository <owner/name>", "whose pipeline it is")
    .option("--repository-id <number>", "GitHub's number of it, by which it is trusted whatever it is called")
    .option("--owner-id <number>", "GitHub's number of its owner, which goes with that")
    .option("--branch <name>", "what is deployed from", "main")
    .option("--workflows <owner/name@ref>", "where the workflows are that do the work, if in another repository")
    .option("--state <url>", "s3://…, where the stack's state is")
    .addOption(outputOption("json", "cloudformation", "terraform"))
    .addHelpText(
      "after",
      "\nThe deploying role's name is that of `role` in the spec. What it prints holds for this spec: print it anew when the spec changes.\n" +
        "cloudformation is a template of the roles for a StackSet; json and terraform have buckets and keys too.",
    );
}

/** Prints the policies that the spec needs, no more. */
export async function run({ options }: Invocation<PoliciesOptions>, io: Io): Promise<number> {
  const line = options.online ? "online" : "offline";
  const { spec, declarations, problems, sources } = await surveyFor(options.spec, io, line, options);
  for (const block of renderReport(problems, sources, io.err)) io.err.line(`${block}\n`);
  if (spec === undefined) return Exit.wrong;
  if (declarations.length === 0) {
    throw new CommandError(
      Exit.wrong,
      "The spec wants nothing that is known without AWS, so it needs no policy. Try --online.",
    );
  }
  const caller = options.caller ?? io.env["AWS_ACCOUNT_ID"];
  if (caller === undefined || !(/^\d{12}$/.test(caller) || accountOf(caller) !== undefined)) {
    throw new CommandError(
      Exit.wrong,
      "Who assumes the roles? Give --caller, the ARN of a role or an account's 12 digits.",
    );
  }
  const set = policySet(ofOnePartition(declarations, options.partition), {
    caller,
    externalId: spec.externalId,
    organization: options.organizationId,
    rolePath: pathOf(spec),
    roles: { deploy: roleNameOf(spec), preview: options.previewRole, prune: options.pruneRole },
    looksUpUnits: spec.selections.some(({ organizationalUnits }) => organizationalUnits !== undefined),
  });
  if (options.pipeline) {
    const terms = pipelineTerms(options.pipeline, accountOf(caller) ?? caller, options);
    const roles = pipelineRoles(ofOnePartition(declarations, options.partition), set, terms);
    if (options.output === "cloudformation") io.out.write(pipelineTemplate(roles));
    else io.out.line(JSON.stringify(roles, undefined, 2));
  } else if (options.output === "cloudformation") io.out.write(stackSetTemplate(set));
  else if (options.output === "terraform") io.out.write(terraformSnippet(set));
  else io.out.line(JSON.stringify(set, undefined, 2));
  return Exit.done;
}

/** A policy whose ARNs are of another partition than the account's is refused by IAM as a whole. */
function ofOnePartition(declarations: readonly Declaration[], wanted: string | undefined): Declaration[] {
  const partitions = [...new Set(declarations.map(({ region }) => partitionOf(region)))];
  const partition = wanted ?? partitions[0]!;
  if (partitions.length > 1 && wanted === undefined) {
    throw new CommandError(
      Exit.wrong,
      `The spec has Regions of ${partitions.join(", ")}, and no policy can name things of several partitions. Print those of one after the other: --partition ${partition}.`,
    );
  }
  const found = declarations.filter(({ region }) => partitionOf(region) === partition);
  if (found.length > 0) return found;
  throw new CommandError(
    Exit.wrong,
    `The spec has nothing in the partition ${partition}. It has Regions of ${partitions.join(", ")}.`,
  );
}

function pipelineTerms(forge: PipelineTerms["forge"], account: string, options: PoliciesOptions): PipelineTerms {
  const { repository, repositoryId, ownerId, branch, workflows, state, stack = "prod", output } = options;
  const wrong = (message: string) => new CommandError(Exit.wrong, message);
  if (output === "terraform") throw wrong("The roles of a pipeline are printed as -o json or cloudformation.");
  if (!repository || !/^[\w.-]+(\/[\w.-]+)+$/.test(repository))
    throw wrong("Whose pipeline is it? Give --repository owner/name.");
  if ((repositoryId === undefined) !== (ownerId === undefined))
    throw wrong(
      "Give --repository-id and --owner-id together: `gh api repos/OWNER/NAME --jq '.id, .owner.id'` tells them.",
    );
  if (workflows !== undefined && !/^[\w.-]+\/[\w.-]+@[^@\s]+$/.test(workflows))
    throw wrong(
      "--workflows is owner/name@ref, with the commit, tag or branch that calls name, such as acme/platform@refs/heads/main.",
    );
  if (state !== undefined && !state.startsWith("s3://"))
    throw wrong("--state is an s3://… URL: another state has permissions of its own.");
  const ids = repositoryId === undefined ? undefined : { owner: ownerId!, repository: repositoryId };
  return { forge, repository, ids, branch, workflows, state, stack, account };
}

/** The role of the spec, or the first account's that has one. */
const roleOf = ({ role, accounts }: Spec): string | undefined =>
  role ?? accounts.find((account) => account.role !== undefined)?.role;

const roleNameOf = (spec: Spec): string => roleOf(spec)?.split("/").at(-1) ?? "Sluice";

const pathOf = (spec: Spec): string => /:role(\/(?:.*\/)?)[^/]+$/.exec(roleOf(spec) ?? "")?.[1] ?? "/";
