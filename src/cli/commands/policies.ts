import { Option } from "commander";
import type { Command } from "commander";
import { accountOf, partitionOf } from "../../aws/index.ts";
import { policySet, stackSetTemplate, terraformSnippet } from "../../operate/index.ts";
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
    roles: { deploy: roleNameOf(spec), preview: options.previewRole, prune: options.pruneRole },
    looksUpUnits: spec.selections.some(({ organizationalUnits }) => organizationalUnits !== undefined),
  });
  if (options.output === "cloudformation") io.out.write(stackSetTemplate(set));
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

/** The last part of the spec's role, or of the first account's that has one. */
function roleNameOf({ role, accounts }: Spec): string {
  const arn = role ?? accounts.find((account) => account.role !== undefined)?.role;
  return arn?.split("/").at(-1) ?? "Sluice";
}
