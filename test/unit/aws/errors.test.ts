import { expect, it } from "vitest";
import { explain } from "../../../src/aws/index.ts";

it("a denial says which action is to be allowed", () => {
  const message =
    "User: arn:aws:sts::111122223333:assumed-role/Sluice/x is not authorized to perform: datazone:ListDomains on resource: *";
  const denied = Object.assign(new Error(message), {
    name: "AccessDeniedException",
    $metadata: { httpStatusCode: 403 },
  });
  const subject = { account: "111122223333", region: "us-east-1", resource: "the export" };
  expect(explain(denied, "read", subject).message).toContain("111122223333/us-east-1 (datazone:ListDomains)");
});
