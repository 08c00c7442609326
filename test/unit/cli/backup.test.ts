import { expect, test } from "vitest";
import { runCommandLine } from "../../../src/cli/command-line.ts";
import { memoryIo } from "./memory-io.ts";

test.each([
  [["backup"], "--to"],
  [["backup", "--to", "acme-backups"], "no S3 address"],
  [["backup", "--to", "s3://acme-backups/x", "--account", "12"], "12 digits"],
  [["backup", "--to", "s3://acme-backups/x", "--account", "111122223333"], "Which Region?"],
  [["verify"], "receipt"],
  [["restore", "s3://acme-backups/x", "--into", "somewhere"], "table bucket's ARN"],
  [["restore", "s3://acme-backups/x", "--into", "arn:aws:s3tables:us-east-1:111122223333:bucket/lake"], "--as"],
  [["restore", "s3://acme-backups/x", "--into", "s3://lake/t", "--snapshot", "last"], "id of a snapshot"],
  [["backup", "s3://acme-backups/x"], "sluice backup list"],
  [["backup", "list"], "Where to?"],
])("%j is a wrong command line: exit 2, the reason on stderr, and no call to AWS", async (argv, words) => {
  const io = memoryIo();
  expect(await runCommandLine(argv, io)).toBe(2);
  expect(io.stderr()).toContain(words);
  expect(io.stdout()).toBe("");
});
