import { expect, it } from "vitest";
import { expandText } from "../../support/spec/expand-text.ts";

const head = `version: 1
accounts: { a: "111111111111", b: "222222222222" }
`;

/** The settings of each sync's destination or export, by target. */
async function expanded(text: string) {
  const { declarations, problems } = await expandText(head + text);
  return {
    problems: problems.map(({ code, line, column }) => `${line}:${column} ${code}`),
    settings: Object.fromEntries(
      declarations
        .filter(({ type }) => type !== "AssetTable")
        .map(({ account, region, inputs }) => [
          `${account.slice(0, 1)}/${region}`,
          inputs["s3Destination"] ?? { domain: inputs["domain"], ...(inputs["encryption"] as object) },
        ]),
    ) as Record<string, Record<string, string>>,
  };
}

it("defaults fill in what an entry does not say: mappings key by key, lists as a whole", async () => {
  const { problems, settings } = await expanded(`defaults:
  syncs: { targets: { accounts: all, regions: [us-east-1] }, destination: { bucket: acme-logs, region: us-east-1, prefix: all } }
syncs:
  s: { destination: { prefix: own } }
  e: { source: { regions: [us-east-1] }, targets: { accounts: [a], regions: [eu-west-1] } }
`);
  expect(problems).toEqual([]);
  expect(settings["1/us-east-1"]).toMatchObject({ bucketName: "acme-logs", prefix: "own" });
  expect(settings["2/us-east-1"]).toMatchObject({ bucketName: "acme-logs", prefix: "own" });
  expect(settings["1/eu-west-1"]?.["bucketName"]).toBeUndefined();
});

it("what is wrong with a default is told once, where it is written", async () => {
  const { problems } = await expanded(`defaults:
  syncs: { destination: { bucket: Acme, region: us-east-1 } }
syncs:
  s: { targets: { accounts: [a], regions: [us-east-1] } , destination: { prefix: x } }
  t: { targets: { accounts: [b], regions: [us-east-1] } , destination: { prefix: y } }
`);
  expect(problems).toEqual(["4:35 bad-bucket-name"]);
});

it("an override counts in its targets, the later over the earlier", async () => {
  const { problems, settings } = await expanded(`syncs:
  s:
    targets: { accounts: all, regions: [us-east-1, eu-west-1] }
    destination: { bucket: acme-logs, region: us-east-1 }
    overrides:
      - { targets: { regions: [eu-west-1] }, destination: { bucket: acme-eu, region: eu-west-1 } }
      - { targets: { accounts: [b] }, destination: { prefix: b } }
      - { targets: { accounts: [b], regions: [eu-west-1] }, destination: { prefix: both } }
`);
  expect(problems).toEqual([]);
  expect(settings).toMatchObject({
    "1/us-east-1": { bucketName: "acme-logs", region: "us-east-1" },
    "1/eu-west-1": { bucketName: "acme-eu", region: "eu-west-1" },
    "2/us-east-1": { bucketName: "acme-logs", prefix: "b" },
    "2/eu-west-1": { bucketName: "acme-eu", prefix: "both" },
  });
});

it("an override without effect is told, and one that is wrong at its own place", async () => {
  const { problems } = await expanded(`syncs:
  s:
    targets: { accounts: [a], regions: [us-east-1] }
    destination: { bucket: acme-logs, region: us-east-1 }
    overrides:
      - { targets: { accounts: [b] }, destination: { prefix: b } }
      - { targets: { accounts: [a] }, destination: { bucket: Acme } }
`);
  expect(problems.toSorted()).toEqual(["8:9 no-effect", "9:62 bad-bucket-name"]);
});

const key = (region: string) => `"arn:aws:kms:${region}:111111111111:key/1234abcd"`;

it("a mapping gives each target its own value: account and Region before account before Region before default", async () => {
  const { problems, settings } = await expanded(`syncs:
  s:
    targets: { accounts: all, regions: [us-east-1, eu-west-1] }
    destination:
      bucket: { a/eu-west-1: pair, b: account-b, us-east-1: in-region, default: other }
      region: \${region}
`);
  expect(problems).toEqual([]);
  expect(Object.entries(settings).map(([place, { bucketName }]) => [place, bucketName])).toEqual([
    ["1/eu-west-1", "pair"],
    ["1/us-east-1", "in-region"],
    ["2/eu-west-1", "account-b"],
    ["2/us-east-1", "account-b"],
  ]);
});

it("a target without a value, and a value that is wrong, are told where they are written", async () => {
  const { problems } = await expanded(`exports:
  e:
    targets: { accounts: all, regions: [us-east-1] }
    domain: { a: dzd_alpha, b: dzd_beta }
    encryption:
      kmsKey: { eu-west-1: ${key("eu-west-1")} }
  f:
    targets: { accounts: [a], regions: [us-east-2] }
    domain: dzd_gamma
    encryption:
      kmsKey: { us-east-2: ${key("us-east-1")} }
`);
  expect(problems).toEqual(["8:15 no-value", "13:28 key-region"]);
});

it("a sync that is switched off stands for nothing, and needs no target", async () => {
  const text = (enabled: boolean) => `syncs:
  s: { enabled: ${enabled}, targets: { accounts: [a], regions: [us-east-1] }, destination: { bucket: acme, region: us-east-1 } }
`;
  expect(Object.keys((await expanded(text(true))).settings)).toEqual(["1/us-east-1"]);
  expect(await expanded(text(false))).toEqual({ problems: [], settings: {} });
});

it("a value for an account or a Region that the entry does not have is told, where every target has one", async () => {
  const bucket = (values: string) =>
    expanded(`syncs:
  s:
    targets: { accounts: [a], regions: [us-east-1] }
    destination:
      region: us-east-1
      bucket: ${values}
`);
  expect((await bucket("{ us-east-1: acme, eu-wset-1: acme-eu, b/us-east-1: acme-b }")).problems).toEqual([
    "8:34 no-effect",
    "8:54 no-effect",
  ]);
  expect((await bucket("{ a: acme, a/us-east-1: acme-a, us-east-1: acme-b, default: acme-c }")).problems).toEqual([]);
  expect((await bucket("{ eu-west-1: acme }")).problems).toEqual(["8:15 no-value"]);
});
