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

test("what names one and the same thing is told once, also for the target that it lies in", () => {
  const unusable = (account: string, region: string) =>
    missing(account, {
      region,
      name: `${account}/${region}/inventory`,
      message: `The key arn:aws:kms:eu-west-1:222233334444:key/k is disabled for ${account}/${region}.`,
      cure: "Enable it.",
    });
  const all = [
    unusable("111122223333", "us-east-1"),
    unusable("222233334444", "us-east-1"),
    unusable("222233334444", "eu-west-1"),
    unusable("333344445555", "eu-west-1"),
  ];
  for (let turn = 0; turn < all.length; turn++) {
    const turned = [...all.slice(turn), ...all.slice(0, turn)];
    expect(mergeMessages(turned).map(({ targets }) => targets?.length)).toEqual([4]);
  }
  const other = missing("333344445555", { message: "No role in 222233334444." });
  expect(mergeMessages([missing("111122223333"), other])).toHaveLength(2);
});
