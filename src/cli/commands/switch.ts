import { Option } from "commander";
import type { Command } from "commander";
import { connect } from "../../aws/index.ts";
import { rowsInWords, s3ObjectStore } from "../../backup/index.ts";
import { switchDomain, wayBack, wrapped } from "../../operate/index.ts";
import type { SwitchedSpec, WayBack } from "../../operate/index.ts";
import { render } from "../../preview/index.ts";
import type { Plan } from "../../preview/index.ts";
import { visible, visibleLine } from "../../spec/index.ts";
import type { Spec } from "../../spec/index.ts";
import type { Declaration } from "../../targets/index.ts";
import type { Invocation } from "../command.ts";
import { declareDeployOptions, declarePlanOptions } from "../deploy/deploy-options.ts";
import type { DeployOptions } from "../deploy/deploy-options.ts";
import { expandToRead } from "../deploy/expanded-spec.ts";
import { selectExports, namesOfExports } from "../deploy/select-exports.ts";
import { planned } from "../deploy/planned.ts";
import { specFiles } from "../deploy/spec-files.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";

interface SwitchOptions extends DeployOptions {
  undo?: boolean;
  to?: string;
  /** A URI. */
  receipt?: string;
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command.argument("[target]", "account/Region whose export it is; the account by its name or id");
  declarePlanOptions(declareDeployOptions(command, "text", "json"))
    .option("--undo", "back to the domain whose table lay there before, as the record beside the backups tells")
    .addOption(new Option("--receipt <uri>", "with --undo: back to the domain of this backup, s3://…/receipt.json"))
    .addOption(new Option("--to <domain>", "to this domain").conflicts(["undo", "receipt"]))
    .addHelpText(
      "after",
      "\nIt writes the domain into the spec, comments and layout kept, and shows the plan; AWS and the state are not changed. Whoever reviews\n" +
        "it sees an ordinary change, and up applies it: the table that lies there is backed up and dropped, as in every switch.",
    );
}

/** Writes a switch of domains into the spec, and shows what up would do. */
export async function run({ arguments: [wanted], options }: Invocation<SwitchOptions>, io: Io): Promise<number> {
  const { undo = options.receipt !== undefined, to } = options;
  if (!undo && to === undefined) throw new CommandError(Exit.wrong, "Where to? Give --undo, or --to and a domain.");
  io.busy(() => `reading ${options.spec}`);
  const { spec, declarations } = await expandToRead(options, io);
  const claim = claimOf(wanted, declarations, spec);
  const back = undo ? await lookBack(claim, options.receipt) : undefined;
  const [current, domain] = [String(claim.inputs["domain"]), to ?? back!.domain];
  if (current === domain) throw new CommandError(Exit.wrong, `The spec has ${domain} in ${claim.name} already.`);
  const { texts, read, write } = await specFiles(options, io);
  const switched = await switchDomain({ target: claim.name, domain }, texts, read);
  if (switched === undefined) {
    const { file, line } = claim.source;
    throw new CommandError(
      Exit.wrong,
      `No edit gives ${claim.name} the domain ${domain} and leaves all else alone. Write it into ${file}:${line} by hand; nothing was written.`,
    );
  }
  await write(switched.files);
  const { plan, exitCode } = await planned("preview", options, io);
  const rows = rowsAfter(plan, claim.name, back);
  if (options.output === "json") {
    const { file, line, how } = switched;
    const document = {
      version: 1,
      target: claim.name,
      from: current,
      to: domain,
      edit: { file, line, how },
      rows,
      plan,
    };
    io.out.line(visible(JSON.stringify(document, undefined, 2)));
  } else printSwitch({ plan, switched, rows, from: current, to: domain }, io);
  return exitCode;
}

/** What becomes of the rows of both domains. */
interface Rows {
  /** Of the table that lies there now, as the plan has it. */
  leaving?: string;
  /** Of the domain that comes back: where they lie. */
  returning?: { receipt: string; rows?: number; verifiedAt?: string; problem?: string };
}

function rowsAfter({ changes }: Plan, name: string, back: WayBack | undefined): Rows {
  const leaving = changes.find((change) => change.type === "AssetTable" && change.name === name)?.consequence;
  const { receiptUri, receipt, problem } = back ?? {};
  return {
    ...(leaving !== undefined && { leaving }),
    ...(receiptUri !== undefined && {
      returning: {
        receipt: receiptUri,
        ...(receipt?.rows !== undefined && { rows: receipt.rows }),
        ...(receipt && { verifiedAt: receipt.verifiedAt }),
        ...(problem !== undefined && { problem }),
      },
    }),
  };
}

function printSwitch(
  { plan, switched, rows, from, to }: { plan: Plan; switched: SwitchedSpec; rows: Rows; from: string; to: string },
  io: Io,
): void {
  const { file, line, how } = switched;
  io.out.line(visibleLine(`${file}:${line}  ${how}, and was ${JSON.stringify(from)}`));
  io.out.line();
  io.out.write(render(plan, "text", { color: io.out.color, columns: io.out.columns }));
  const { returning } = rows;
  io.out.line();
  const lines = ["What becomes of the rows"];
  if (rows.leaving === undefined) {
    lines.push("    Nothing: the plan touches no table. Where AWS has this export already, it goes on.");
  } else {
    lines.push(
      `    of ${from}: ${rows.leaving}`,
      `    of ${to}: its export begins anew, and AWS takes no old rows back into its table.`,
      ...(returning ? [`    Its backup: ${backupWords(returning)}`] : []),
    );
  }
  for (const line of lines.flatMap((one) => wrapped(one, io.out.columns))) io.out.line(line);
  if (returning === undefined || rows.leaving === undefined) return;
  // To be pasted, so in one line.
  const into = "--into arn:aws:s3tables:REGION:ACCOUNT:bucket/NAME --as NAMESPACE.TABLE";
  io.out.line(visibleLine(`    sluice restore ${returning.receipt} ${into}`));
}

const backupWords = ({ problem, ...held }: NonNullable<Rows["returning"]>): string =>
  problem ?? `${rowsInWords(held)}, verified ${held.verifiedAt}`;

/** The claim of the export that is meant. */
function claimOf(wanted: string | undefined, declarations: readonly Declaration[], spec: Spec): Declaration {
  const meant = selectExports(wanted, declarations, spec);
  if (meant.length === 1) return meant[0]!;
  throw new CommandError(Exit.wrong, `Which export? There are ${namesOfExports(meant)}.`);
}

async function lookBack({ account, region, name, inputs }: Declaration, receipt: string | undefined): Promise<WayBack> {
  const { role, externalId, domain, backup, backupOwner = account } = inputs as Record<string, string>;
  const clients = await connect({ account, region, role, externalId });
  const store = s3ObjectStore(clients.s3(), { owner: backupOwner!, caller: { account, region } });
  const found = await wayBack({ account, region, backup: backup!, current: domain!, receipt }, store).catch(
    (cause: Error) => {
      throw new CommandError(Exit.failed, cause.message, { cause });
    },
  );
  if (found !== undefined) return found;
  const where = backup === "none" ? "there is no place for backups" : `${backup}/${name}/released.json names none`;
  const what = receipt === undefined ? `which domain was in ${name} before ${domain}` : `whose table ${receipt} is of`;
  throw new CommandError(Exit.wrong, `Nothing tells ${what}: ${where}. Name the domain: --to dzd_…`);
}
