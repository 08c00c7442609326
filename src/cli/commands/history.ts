import { Option } from "commander";
import type { Command } from "commander";
import { connect } from "../../aws/index.ts";
import type { Clients } from "../../aws/index.ts";
import { bucketTable, restoreHistory, s3ObjectStore } from "../../backup/index.ts";
import type { HistoryTable, RestoreTable } from "../../backup/index.ts";
import { historyLines, historySources, historyStore, lookAtHistory } from "../../operate/index.ts";
import type { HistorySlot, SlotHistory } from "../../operate/index.ts";
import { visibleLine } from "../../spec/index.ts";
import { accessFor } from "../aws-access.ts";
import type { Invocation } from "../command.ts";
import { outputOption, specOption, stackOption } from "../common-options.ts";
import { selectExports } from "../deploy/select-exports.ts";
import { expandToRead } from "../deploy/expanded-spec.ts";
import { CommandError, Exit } from "../exit.ts";
import type { Io } from "../io.ts";
import { longCopy } from "../terminal/long-copy.ts";

interface HistoryOptions {
  spec: string;
  stack: string;
  into?: string;
  as?: string;
  intoRole?: string;
  intoExternalId?: string;
  intoRegion?: string;
  live: boolean;
  output: "text" | "json";
}

/** Declares the arguments and options. */
export function declare(command: Command): void {
  command
    .argument("[target]", "account/Region; the account by its name or id; by default every export of the spec")
    .addOption(specOption())
    .addOption(stackOption())
    .option("--no-live", "without the table that lies there now")
    .option(
      "--into <place>",
      "make one table of all days there: s3://bucket/prefix, or the ARN of a table bucket of yours",
    )
    .option("--as <namespace.name>", "the table in that table bucket; made anew where a history made it before")
    .option("--into-role <arn>", "the role to write with; by default the ambient credentials")
    .option("--into-external-id <id>", "sent with AssumeRole of --into-role")
    .addOption(
      new Option("--into-region <region>", "where to write; by default the table bucket's Region, else the target's"),
    )
    .addOption(outputOption("text", "json"))
    .addHelpText(
      "after",
      "\nLists the backups of each export and the table that lies there: whose each is, and of which days it has rows. With --into it makes one\n" +
        "table of them, in which each day of a domain is once; Athena, PyIceberg and DuckDB read it. Rows that AWS removed by age come back\n" +
        "from older backups. A table bucket expires old snapshots within days, which takes no row of the current one away.",
    );
}

/** Shows the days that backups and tables have, or makes one table of them. */
export async function run({ arguments: [wanted], options }: Invocation<HistoryOptions>, io: Io): Promise<number> {
  const { into, as, output } = options;
  const destination = into === undefined ? undefined : destinationOf(into, as);
  const { spec, declarations } = await expandToRead(options, io);
  const claims = selectExports(wanted, declarations, spec);
  if (destination && claims.length > 1) {
    throw new CommandError(
      Exit.wrong,
      `One table is made of one export. Name it: ${claims.map(({ name }) => name).join(", ")}.`,
    );
  }
  const signal = io.interrupted();
  const histories: SlotHistory[] = [];
  for (const { account, region, inputs } of claims) {
    io.busy(() => `looking at ${account}/${region}`);
    const slot = { account, region, ...inputs } as unknown as HistorySlot & { role?: string; externalId?: string };
    const clients = await connect(slot, { signal });
    const history = await lookAtHistory(slot, { clients, live: options.live, now: new Date(), signal });
    histories.push(history);
    if (destination === undefined) continue;
    io.busy();
    return print(output, history, await gather(history, { slot, clients, destination }, options, io), io);
  }
  io.busy();
  if (output === "json")
    io.out.line(JSON.stringify({ version: 1, places: histories.map(printedHistory) }, undefined, 2));
  else for (const line of historyLines(histories, io.out.columns)) io.out.line(visibleLine(line));
  return codeOf(histories);
}

/** As `-o json` prints it: a receipt is named, and not repeated. */
const printedHistory = ({ entries, ...history }: SlotHistory) => ({
  ...history,
  entries: entries.map(({ proof: _proof, ...entry }) => entry),
});

/** 1 where something could not be looked at. */
const codeOf = (histories: readonly SlotHistory[]): number =>
  histories.some(({ refused }) => refused.length > 0) ? Exit.failed : Exit.done;

interface Gathering {
  slot: HistorySlot;
  clients: Clients;
  destination: (clients: Clients) => RestoreTable | string;
}

async function gather(
  history: SlotHistory,
  { slot, clients, destination }: Gathering,
  { into, intoRole: role, intoExternalId: externalId, intoRegion }: HistoryOptions,
  io: Io,
): Promise<HistoryTable> {
  if (history.refused.length > 0) {
    throw new CommandError(
      Exit.failed,
      `A history without all of its days is none. Not looked at: ${history.refused.join("; ")}`,
    );
  }
  const region = intoRegion ?? tableBucket.exec(into ?? "")?.[1] ?? slot.region;
  const writing = await accessFor(
    { region, ...(role !== undefined && { role }), ...(externalId !== undefined && { externalId }) },
    io,
  );
  const caller = { account: writing.account, region };
  return longCopy(io, (watch) => {
    const backups = historyStore(slot, clients, watch.signal);
    const tableStore = historyStore({ ...slot, backupOwner: slot.account }, clients, watch.signal);
    return restoreHistory({
      sources: historySources(history, ({ kind }) => (kind === "live" ? tableStore : backups)),
      into: destination(writing.clients),
      write: s3ObjectStore(writing.clients.s3(), { owner: writing.account, caller }),
      ...watch,
    });
  });
}

function print(output: string, history: SlotHistory, table: HistoryTable, io: Io): number {
  if (output === "json")
    io.out.line(JSON.stringify({ version: 1, places: [printedHistory(history)], table }, undefined, 2));
  else {
    for (const { domain = "an unknown domain", rows, tableArn } of table.appended) {
      io.out.line(visibleLine(`appended  ${rows} rows of ${domain}  ${tableArn}`));
    }
    io.out.line(`One table of ${table.rows} rows, counted in its files, at ${table.metadataLocation}`);
  }
  return Exit.done;
}

function destinationOf(into: string, as: string | undefined): Gathering["destination"] {
  if (/^s3:\/\/[^/]+\/./.test(into)) return () => into;
  const [, namespace, name] = /^([0-9a-z_]+)\.([0-9a-z_]+)$/.exec(as ?? "") ?? [];
  if (!tableBucket.test(into)) {
    throw new CommandError(
      Exit.wrong,
      `--into "${into}" is neither s3://bucket/prefix nor a table bucket's ARN (arn:aws:s3tables:REGION:ACCOUNT:bucket/NAME).`,
    );
  }
  if (!namespace || !name)
    throw new CommandError(Exit.wrong, "Which table? Give --as namespace.name, in lower case letters, digits and _.");
  return ({ s3tables }) => bucketTable(s3tables, { tableBucketARN: into, namespace, name });
}

const tableBucket = /^arn:[^:]+:s3tables:([^:]+):\d{12}:bucket\/[^/]+$/;
