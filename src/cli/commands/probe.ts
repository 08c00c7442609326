import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Option } from "commander";
import type { Command } from "commander";
import { stringify } from "yaml";
import {
  effort,
  fileLedger,
  intentions,
  lookBefore,
  nameOfMade,
  probe,
  readLedger,
  removeMade,
} from "../../probe/index.ts";
import type { LedgerContent, ProbeTarget, ProbeReport } from "../../probe/index.ts";
import { wrapped } from "../../operate/index.ts";
import { accessFor, declareAccess } from "../aws-access.ts";
import type { AccessOptions, AccountAccess } from "../aws-access.ts";
import type { Invocation } from "../command.ts";
import { collect, outputOption, parseWholeNumber } from "../common-options.ts";
import { CommandError, Exit } from "../exit.ts";
import { hasEnded } from "../ended-process.ts";
import type { Io } from "../io.ts";
import { approve } from "../terminal/approve.ts";

type Allowed = "exports" | "organization" | "opsdata";

interface ProbeOptions extends AccessOptions {
  allow: Allowed[];
  domain?: string[];
  kmsKey?: string;
  quickSetup?: boolean;
  days: number;
  patience: number;
  ledger: string;
  clean?: boolean;
  yes?: boolean;
  output: "yaml" | "json";
}

/** Longer than this is waited only as long as nobody interrupts. */
const shortWaitMs = 60_000;

/** Declares the arguments and options. */
export function declare(command: Command): void {
  declareAccess(command)
    .addOption(
      new Option("--allow <what...>", "exports, organization, opsdata: see below")
        .choices(["exports", "organization", "opsdata"])
        .default([], "nothing that could stay"),
    )
    .addOption(
      new Option("--domain <id>", "a domain that may be used; may be repeated; by default all of the Region").argParser(
        (value: string, before: string[] = []) => collect(value, before),
      ),
    )
    .option("--kms-key <arn>", "a key that exports may be encrypted with; without it one question stays open")
    .option("--quick-setup", "Quick Setup has been run here: if it leaves a sync, it is there")
    .addOption(new Option("--days <n>", "days of exports to wait for").argParser(parseWholeNumber(0)).default(0))
    .addOption(
      new Option("--patience <minutes>", "how long a first delivery and an export's table are waited for")
        .argParser(parseWholeNumber(1))
        .default(10),
    )
    .option("--ledger <file>", "where it writes down what it makes, before it makes it", ".sluice-probe.json")
    .option("--clean", "take away what a killed probe has left, by its ledger, and do nothing else")
    .option("-y, --yes", "do not ask")
    .addOption(outputOption("yaml", "json"))
    .addHelpText(
      "after",
      "\nFor a sandbox account. It tells which value of each quirk of the emulator AWS really has, and takes away what it made; where it is\n" +
        "killed, the next one does. It refuses an account and Region with syncs, exports or an exported table of anybody's. What it says\n" +
        "names no account: commit it, and run `sluice emulator --quirks FILE` with it.\n\n" +
        "--allow exports       configures exports on domains; AWS may keep the empty table bucket aws-sagemaker-catalog\n" +
        "--allow organization  a sync from the whole organization, with all data sources off, and two shared with it\n" +
        "--allow opsdata       a sync without its switches, which may turn OpsData sources on: nothing turns them off",
    );
}

/** Probes a sandbox account and prints what AWS does there. */
export async function run({ options }: Invocation<ProbeOptions>, io: Io): Promise<number> {
  const file = resolve(io.cwd, options.ledger);
  const old = await readLedger(file).catch((error: Error) => {
    throw new CommandError(Exit.wrong, error.message, { cause: error });
  });
  const access = await accessFor(options, io);
  const thisProcess = { host: hostname(), pid: process.pid };
  if (old !== undefined) {
    refuseOtherLedger(old, access, options.ledger);
    refuseRunning(old, thisProcess, options.ledger);
    old.process = thisProcess;
  }
  if (old === undefined && options.clean) {
    io.err.line(`There is no ledger ${options.ledger}: no probe has left anything that this folder knows of.`);
    return Exit.done;
  }
  const signal = io.interrupted();
  if (old !== undefined && !(await cleaned(targetOf(access, file, old, signal), options, io))) return Exit.failed;
  if (options.clean) return Exit.done;
  const run = randomBytes(4).toString("hex");
  const started = {
    version: 1,
    account: access.account,
    region: access.region,
    run,
    process: thisProcess,
    entries: [],
  } as const;
  const target = targetOf(access, file, { ...started, entries: [] }, signal);
  return probed(target, options, io);
}

/** Probes, once somebody has agreed to what will be made. */
async function probed(target: ProbeTarget, options: ProbeOptions, io: Io): Promise<number> {
  const { account, region, signal, ledger } = target;
  const allowed = {
    exports: options.allow.includes("exports"),
    organization: options.allow.includes("organization"),
    opsdata: options.allow.includes("opsdata"),
    quickSetup: options.quickSetup ?? false,
    kmsKey: options.kmsKey,
    domains: options.domain,
    days: options.days,
    patienceMs: options.patience * 60_000,
  };
  io.busy(() => `looking at ${account}/${region}`);
  const before = await lookBefore(target, allowed);
  if (before.refusals.length > 0) {
    throw new CommandError(
      Exit.blocked,
      `${account}/${region} is no place for a probe: there is ${before.refusals.join(", ")}.\n` +
        "Take an account or Region where nothing of the kind lies; a probe touches nothing that it did not make.",
    );
  }
  const lines = [
    `In ${account}/${region} the probe will make, and take away again:`,
    ...intentions(target, allowed, before).map((line) => `  - ${line}`),
    effort(allowed),
    `It writes each into ${options.ledger} before. If it is killed: sluice probe --clean`,
  ];
  for (const line of lines.flatMap((one) => wrapped(one, io.err.columns))) io.err.line(line);
  if (!options.yes) await approve("Use --yes to run the probe unasked.", io);
  let doing = "";
  io.busy(() => `asking about ${doing}`);
  try {
    const report = await probe(target, allowed, before, (what) => (doing = what));
    print(report, options.output, io);
    for (const what of report.left) io.err.line(`left: ${what}`);
    return ledger.content.entries.length === 0 ? Exit.done : Exit.failed;
  } catch (error) {
    const rest = ledger.content.entries.length;
    const after = rest === 0 ? "Nothing of it is left." : `${rest} things may be left: run sluice probe --clean.`;
    if (signal?.aborted) throw new CommandError(Exit.cancelled, `Cancelled. ${after}`, { cause: error });
    throw new CommandError(Exit.failed, `${(error as Error).message}\n${after}`, { cause: error });
  }
}

function print(report: ProbeReport, output: ProbeOptions["output"], io: Io): void {
  const answers = Object.values(report.quirks);
  const open = answers.filter((answer) => "untold" in answer).length;
  io.err.line(`${answers.length - open} of ${answers.length} quirks are told, ${open} are not, each with the reason.`);
  if (output === "json") io.out.line(JSON.stringify(report, undefined, 2));
  else io.out.write(stringify(report, { lineWidth: 0 }));
}

/** Takes away what an earlier probe has left, and tells whether all of it is gone. */
async function cleaned(target: ProbeTarget, { ledger, yes }: ProbeOptions, io: Io): Promise<boolean> {
  const { entries } = target.ledger.content;
  io.err.line(`A probe that was killed may have left, by ${ledger}:`);
  for (const { made } of entries) io.err.line(`  - ${nameOfMade(made)}`);
  if (!yes) await approve("Use --yes to take them away unasked.", io);
  io.busy(() => `taking away what is left, ${entries.length} to go`);
  for (const what of await removeMade(target)) io.err.line(`left: ${what}`);
  if (entries.length === 0) io.err.line("All of it is gone.");
  return entries.length === 0;
}

function refuseOtherLedger({ account, region }: LedgerContent, access: AccountAccess, file: string): void {
  if (account === access.account && region === access.region) return;
  throw new CommandError(
    Exit.wrong,
    `${file} is of a probe in ${account}/${region}, and this is ${access.account}/${access.region}.\n` +
      `Clean there first: sluice probe --clean --account ${account} --region ${region}`,
  );
}

/** Two probes by one ledger would take away each other's things, and write over what the other has written down. */
function refuseRunning({ process: by }: LedgerContent, thisProcess: { host: string; pid: number }, file: string): void {
  if (by === undefined || by.host !== thisProcess.host || by.pid === thisProcess.pid || hasEnded(by.pid)) return;
  throw new CommandError(
    Exit.blocked,
    `A probe is running by ${file}: process ${by.pid}. Wait until it ends, or give another file with --ledger.\n` +
      `If process ${by.pid} is no probe, take \`process\` out of ${file}.`,
  );
}

function targetOf(access: AccountAccess, file: string, content: LedgerContent, signal: AbortSignal): ProbeTarget {
  const { account, region, clients } = access;
  const { ssm, datazone, s3tables, iam } = clients;
  return {
    account,
    region,
    clients: { ssm, datazone, s3tables, s3: clients.s3(), iam },
    ledger: fileLedger(file, content),
    now: () => Date.now(),
    // What is taken away after an interruption may have to wait a little all the same.
    wait: (milliseconds) => sleep(milliseconds, undefined, milliseconds > shortWaitMs ? { signal } : {}),
    signal,
  };
}
