import {
  DeleteDataExportConfigurationCommand,
  GetDataExportConfigurationCommand,
  PutDataExportConfigurationCommand,
} from "@aws-sdk/client-datazone";
import type { DomainSummary, PutDataExportConfigurationCommandInput } from "@aws-sdk/client-datazone";
import { GetTableBucketCommand, GetTableCommand } from "@aws-sdk/client-s3tables";
import type { QuirkName } from "../emulator/index.ts";
import { isAbsent } from "../aws/index.ts";
import { refusalOf } from "./refusal.ts";
import type { Bench } from "./bench.ts";
import { askExportDays, dayQuirks } from "./export-days.ts";
import type { Made } from "./ledger.ts";
import { arnOfTableBucket, createdAtOf, exportNames, tableOf } from "./removing.ts";
import { nameOfError, answered, unanswered } from "./report.ts";
import type { QuirkAnswer } from "./report.ts";
import { fillTableBuckets } from "./table-bucket-quota.ts";

const quirks: readonly QuirkName[] = [
  "datazone-delete-unconfigured",
  "datazone-put-completes",
  "datazone-token-reuse",
  "datazone-changed-encryption",
  "datazone-own-table",
  "datazone-foreign-table",
  "datazone-v1-domain",
  "datazone-shared-domain",
  "datazone-creating-domain",
  "s3tables-export-bucket-type",
  "s3tables-managed-by",
  "s3tables-managed-delete",
  "s3tables-managed-quota",
  "s3tables-empty-metadata",
  ...dayQuirks,
];

const table: Made = { kind: "export-table" };
const exportBucket: Made = { kind: "export-bucket" };

/** Asks what only configured exports can tell, and takes each away before the next. */
export async function askExports(bench: Bench): Promise<void> {
  const { before } = bench;
  if (!bench.allowed.exports) {
    const reason = unanswered("It takes an export of a domain, whose table bucket AWS may keep: --allow exports asks.");
    for (const quirk of quirks) bench.answers.set(quirk, reason);
    return;
  }
  await bench.group(quirks, async () => {
    const { account } = bench.target;
    const ready = before.domains.filter(({ status }) => status === "AVAILABLE");
    const domainsOfAccount = ready.filter(({ managedAccountId }) => managedAccountId === account);
    const [first, second] = domainsOfAccount.filter(({ domainVersion }) => domainVersion !== "V1");
    if (first === undefined) return unanswered("There is no domain of this account's, of version V2, in this Region.");
    await bench.ask("datazone-delete-unconfigured", async () => {
      const refused = await refusalOf(
        bench.target.clients.datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier: first.id })),
      );
      if (refused === undefined) return answered("success", nameOfError(refused));
      return isAbsent(refused)
        ? answered("not-found", nameOfError(refused))
        : unanswered(`It met ${nameOfError(refused)}.`);
    });
    const quota = await fillTableBuckets(bench);
    if (!(await putFirst(bench, first)))
      return unanswered("The first export's table did not appear while the probe waited.");
    await bench.ask("s3tables-managed-quota", () => quota());
    await bench.ask("datazone-changed-encryption", () => changedEncryption(bench, first));
    await askExportDays(bench, first.id!);
    await takeAway(bench, first);
    await bench.ask("datazone-own-table", async () => {
      const refused = await put(bench, first);
      if (refused === undefined) return answered("reuse", "it was accepted");
      return refused.name === "ConflictException"
        ? answered("conflict", nameOfError(refused))
        : unknownRefusal(refused);
    });
    await takeAway(bench, first);
    await bench.ask("datazone-foreign-table", () => foreignTable(bench, second));
    if (second !== undefined) await takeAway(bench, second);
    await bench.remove(table);
    const unusualDomains: [QuirkName, DomainSummary | undefined, string][] = [
      ["datazone-v1-domain", domainsOfAccount.find(({ domainVersion }) => domainVersion === "V1"), "of version V1"],
      ["datazone-shared-domain", ready.find((domain) => domain.managedAccountId !== account), "of another account"],
      ["datazone-creating-domain", before.domains.find(({ status }) => status === "CREATING"), "that is being created"],
    ];
    for (const [quirk, domain, which] of unusualDomains) {
      await bench.ask(quirk, async () =>
        domain === undefined ? unanswered(`There is no domain ${which} in this Region.`) : acceptance(bench, domain),
      );
    }
    await bench.ask("s3tables-managed-delete", async () => {
      if (before.exportBucket)
        return unanswered("The bucket was there before, and the probe deletes nothing that it did not make.");
      const kept = await bench.remove(exportBucket);
      return kept === undefined ? answered("allow", "the emptied bucket could be deleted") : answered("refuse", kept);
    });
    return undefined;
  });
}

/** Configures the first domain, and tells what its table is like before a day has passed. */
async function putFirst(bench: Bench, domain: DomainSummary): Promise<boolean> {
  const token = bench.name("token");
  await accepted(put(bench, domain, { clientToken: token }));
  const atOnce = await tableOf(bench.target);
  const appeared =
    atOnce !== undefined || (await bench.until(() => noteTable(bench, domain.id!), bench.allowed.patienceMs));
  await bench.ask("datazone-put-completes", async () => {
    if (!appeared) return unanswered("The table did not appear while the probe waited.");
    return answered(
      atOnce ? "at-once" : "later",
      `the table was ${atOnce ? "there when Put answered" : "there some time after Put"}`,
    );
  });
  if (!appeared) return false;
  await noteTable(bench, domain.id!);
  await bench.ask("datazone-token-reuse", async () => {
    const refused = await put(bench, domain, { clientToken: token });
    if (refused === undefined) return answered("idempotent", "it was accepted again");
    return refused.name === "ConflictException" ? answered("conflict", nameOfError(refused)) : unknownRefusal(refused);
  });
  const { arn: _, createdAt: __, versionToken: ___, ...at } = (await tableOf(bench.target))!;
  const { type, managedByService, metadataLocation } = await bench.target.clients.s3tables.send(
    new GetTableCommand(at),
  );
  await bench.ask("s3tables-export-bucket-type", async () =>
    type === "aws" || type === "customer"
      ? answered(type, "GetTable says so")
      : unanswered(`GetTable calls it ${type}.`),
  );
  await bench.ask("s3tables-managed-by", async () => managedBy(managedByService));
  await bench.ask("s3tables-empty-metadata", async () =>
    answered(metadataLocation === undefined ? "absent" : "present", "GetTable before the first day's export"),
  );
  return true;
}

function managedBy(service: string | undefined): QuirkAnswer {
  const value = service ?? "absent";
  return ["systemtables.sagemaker-catalog.amazonaws.com", "sagemaker-catalog", "absent"].includes(value)
    ? answered(value, "GetTable says so")
    : unanswered(`GetTable calls it ${value}, which the emulator does not know.`);
}

/** Asks for an export, with everything in the ledger that AWS may make of it; returns the refusal, if it is one. */
async function put(
  bench: Bench,
  { id }: DomainSummary,
  more: Partial<PutDataExportConfigurationCommandInput> = {},
): Promise<Error | undefined> {
  const made: Made = { kind: "export", domain: id! };
  const input = { domainIdentifier: id!, enableExport: true, ...more };
  const send = () => refusalOf(bench.target.clients.datazone.send(new PutDataExportConfigurationCommand(input)));
  const withTable = () => bench.make(table, () => bench.make(made, send));
  const refused = await (bench.before.exportBucket ? withTable() : bench.make(exportBucket, withTable));
  if (refused === undefined) {
    await bench.mark(made, await createdAtOf(bench.target, id!));
    await noteTable(bench, id!);
  }
  return refused;
}

async function accepted(refusal: Promise<Error | undefined>): Promise<void> {
  const refused = await refusal;
  if (refused !== undefined) throw refused;
}

/** Writes down which table and bucket AWS made, and tells whether the table is there. Asking for the export lets an emulator go on. */
async function noteTable(bench: Bench, domain: string): Promise<boolean> {
  await createdAtOf(bench.target, domain);
  const found = await tableOf(bench.target);
  await bench.mark(table, found?.arn);
  if (found === undefined) return false;
  const tableBucketARN = arnOfTableBucket(bench.target, exportNames.bucket);
  const { createdAt } = await bench.target.clients.s3tables.send(new GetTableBucketCommand({ tableBucketARN }));
  await bench.mark(exportBucket, createdAt?.toISOString());
  return true;
}

/** Takes a domain's export away, and leaves its table. */
async function takeAway(bench: Bench, { id }: DomainSummary): Promise<void> {
  await bench.remove({ kind: "export", domain: id! });
}

/** Whether an export of a domain is accepted; everything that it made is gone afterwards. */
async function acceptance(bench: Bench, domain: DomainSummary): Promise<QuirkAnswer> {
  const closed = await refusedRemoval(bench, domain);
  if (closed !== undefined) {
    return unanswered(
      `An export of this domain might not be taken away again, so none is tried: ${nameOfError(closed)}.`,
    );
  }
  const refused = await put(bench, domain);
  if (refused === undefined) await bench.until(() => noteTable(bench, domain.id!), 10_000);
  await takeAway(bench, domain);
  await bench.remove(table);
  if (refused === undefined) return answered("accept", nameOfError(refused));
  return refused.name === "ValidationException" ? answered("reject", nameOfError(refused)) : unknownRefusal(refused);
}

/** Returns the refusal where a domain's export could not be read or deleted. */
async function refusedRemoval({ target }: Bench, { id: domainIdentifier }: DomainSummary): Promise<Error | undefined> {
  const { datazone } = target.clients;
  const read = await refusalOf(datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier })));
  if (read !== undefined && !isAbsent(read)) return read;
  const removed = await refusalOf(datazone.send(new DeleteDataExportConfigurationCommand({ domainIdentifier })));
  return removed !== undefined && !isAbsent(removed) ? removed : undefined;
}

async function changedEncryption(bench: Bench, domain: DomainSummary): Promise<QuirkAnswer> {
  const { kmsKey } = bench.allowed;
  if (kmsKey === undefined) return unanswered("It takes a key that exports may use: --kms-key names it.");
  const encryptionConfiguration = { sseAlgorithm: "aws:kms", kmsKeyArn: kmsKey };
  const refused = await put(bench, domain, { encryptionConfiguration });
  if (refused === undefined) return answered("ignore", "it was accepted");
  if (refused.name === "ConflictException") return answered("conflict", nameOfError(refused));
  return refused.name === "ValidationException" && !/KMS key|SSE algorithm/.test(refused.message)
    ? answered("reject", nameOfError(refused))
    : unknownRefusal(refused);
}

async function foreignTable(bench: Bench, second: DomainSummary | undefined): Promise<QuirkAnswer> {
  if (second === undefined)
    return unanswered("It takes a second domain of this account's, of version V2, in this Region.");
  const refused = await put(bench, second);
  if (refused !== undefined) {
    return refused.name === "ConflictException" ? answered("conflict", nameOfError(refused)) : unknownRefusal(refused);
  }
  const status = () =>
    bench.target.clients.datazone
      .send(new GetDataExportConfigurationCommand({ domainIdentifier: second.id }))
      .then((answer) => answer.status);
  const first = await status();
  if (first !== "FAILED") return answered("reuse", `it was accepted with status ${first}`);
  await bench.ask("datazone-failed-export", async () => {
    if (bench.allowed.days < 1) return unanswered("It takes a day of waiting: --days 1 waits.");
    await bench.target.wait(24 * 60 * 60_000);
    const then = await status();
    return then === "COMPLETED"
      ? answered("heals", "after a day its status is COMPLETED")
      : answered("stays", `after a day its status is ${then}`);
  });
  return answered("failed", "it was accepted with status FAILED");
}

const unknownRefusal = (refused: Error): QuirkAnswer =>
  unanswered(`It met ${nameOfError(refused)}: ${refused.message}`);
