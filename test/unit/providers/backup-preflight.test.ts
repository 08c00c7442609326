import { S3ServiceException } from "@aws-sdk/client-s3";
import { S3TablesServiceException } from "@aws-sdk/client-s3tables";
import { expect, it } from "vitest";
import { backupFindingsFor } from "../../../providers/claim/backup-preflight.ts";
import { normalise } from "../../../providers/settings/table-settings.ts";
import type { Work } from "../../../providers/lifecycle/lifecycle.ts";

const desired = normalise({ account: "111122223333", region: "us-east-1", domain: "dzd_alpha", backup: "none" });
const denied = { name: "AccessDenied", message: "no", $fault: "client" as const, $metadata: { httpStatusCode: 403 } };

it.each([
  ["S3, which has the backups", new S3ServiceException(denied), "backup-denied", "backup"],
  ["another service", new S3TablesServiceException(denied), "permission-missing", "role"],
])("a look that %s denies is told as that", async (_, error, code, property) => {
  const [finding, ...more] = await backupFindingsFor(error, desired, {} as Work);
  expect(finding).toMatchObject({ severity: "error", code, property });
  expect(more).toEqual([]);
});
