import { expect, test } from "vitest";
import { mergeMessages } from "../../../src/preview/change/merged-messages.ts";

const missing = (account: string, more: object = {}) => ({
  severity: "error" as const,
  code: "role-missing",
  message: `No role in ${account}.`,
  cure: `aws iam get-role --profile ${account}`,
  name: `${account}/us-east-1/inventory`,
  account,
  region: "us-east-1",
  ...more,
});

test("what differs in nothing but account and Region is told once, with its targets", () => {
  const [first, ...rest] = mergeMessages([missing("111122223333"), missing("222233334444"), missing("333344445555")]);
  expect(rest).toEqual([]);
  const targets = ["111122223333/us-east-1", "222233334444/us-east-1", "333344445555/us-east-1"];
  expect(first).toEqual({ ...missing("111122223333"), targets });
  expect(mergeMessages([first!])).toEqual([first]);
});

test("what differs in more is told apart: in words, severity, entry, resource, or where no account is named", () => {
  const one = missing("111122223333");
  for (const more of [
    { message: "Another." },
    { severity: "warning" },
    { code: "unknown" },
    { source: { file: "sluice.yaml", line: 3 } },
    { name: "222233334444/us-east-1/other" },
  ]) {
    expect(mergeMessages([one, missing("222233334444", more)])).toHaveLength(2);
  }
  const { account: _account, region: _region, ...nowhere } = one;
  expect(
    mergeMessages([
      { ...nowhere, name: "a" },
      { ...nowhere, name: "b" },
    ]),
  ).toHaveLength(2);
  expect(mergeMessages([one])).toEqual([one]);
});
