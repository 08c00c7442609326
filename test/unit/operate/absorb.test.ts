import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { absorb } from "../../../src/operate/index.ts";
import type { Absorbable } from "../../../src/operate/absorb.ts";
import type { ReadMeaning } from "../../../src/operate/index.ts";
import { hasErrors, parseSpec } from "../../../src/spec/index.ts";
import { declaringEntries, expand } from "../../../src/targets/index.ts";

const head = `version: 1
accounts: { audit: "111122223333", data: "222233334444" }
targets:
  fleet: { accounts: [audit, data], regions: [us-east-1, eu-west-1] } # all of it
`;

const read: ReadMeaning = async (files) => {
  const options = { stack: "dev", read: (name: string) => files.get(name) };
  const { spec, problems } = parseSpec(files.get("sluice.yaml")!, "sluice.yaml", options);
  if (spec === undefined) return undefined;
  const { declarations, problems: more } = await expand(spec);
  if (hasErrors([...problems, ...more])) return undefined;
  return { declarations, entries: await declaringEntries(spec, {}), sourceMap: spec.sourceMap };
};

type Inputs = Record<string, unknown>;

/** Absorbs what somebody made of resources of a spec in AWS: by name, what their inputs are there; `undefined` where it is gone. */
async function absorbing(files: Record<string, string>, changes: Record<string, Inputs | undefined>) {
  const texts = new Map(Object.entries(files));
  const { declarations } = (await read(texts))!;
  const drifted = Object.entries(changes).map(([name, there]) => {
    const { type, inputs } = declarations.find((one) => one.name === name && one.type !== "AssetTable")!;
    return { type, name, applied: inputs, ...(there && { aws: { ...inputs, ...there } }) };
  });
  const result = await absorb(drifted, texts, read);
  return { ...result, text: result.files.get("sluice.yaml") };
}

const inventory = (prefix: string) => ({
  s3Destination: { bucketName: "acme-inventory", region: "us-east-1", prefix, syncFormat: "JsonSerDe" },
});
const sync = `syncs:
  inventory:
    targets: fleet
    destination: { bucket: acme-inventory, region: us-east-1, prefix: ssm } # shared
`;

describe("a value that drifted", () => {
  it("in all targets is written where it stands", async () => {
    const text = head + sync;
    const {
      absorbed,
      left,
      text: after,
    } = await absorbing(
      { "sluice.yaml": text },
      Object.fromEntries(
        ["111122223333", "222233334444"].flatMap((account) =>
          ["us-east-1", "eu-west-1"].map((region) => [`${account}/${region}/inventory`, inventory("moved")]),
        ),
      ),
    );
    expect(after).toBe(text.replace("prefix: ssm", "prefix: moved"));
    expect(left).toEqual([]);
    expect(absorbed).toHaveLength(4);
    expect(absorbed[0]).toMatchObject({ file: "sluice.yaml", line: 8, how: 'destination.prefix: "moved"' });
  });

  it("in one of several targets becomes an override, which is written over the next time", async () => {
    const text = head + sync;
    const name = "222233334444/eu-west-1/inventory";
    const { absorbed, text: after } = await absorbing({ "sluice.yaml": text }, { [name]: inventory("moved") });
    expect(after).toBe(`${text}    overrides:
      - targets: { accounts: [data], regions: [eu-west-1] }
        destination:
          prefix: moved
`);
    expect(absorbed[0]!.how).toBe(
      'destination.prefix: "moved", in an override for data/eu-west-1, since other targets share the value',
    );
    const again = await absorbing({ "sluice.yaml": after! }, { [name]: inventory("again") });
    expect(again.text).toBe(after!.replace("prefix: moved", "prefix: again"));
  });

  it("and is written with a variable is left, and an override says it", async () => {
    const text = `${head}syncs:
  inventory:
    targets: { accounts: [audit], regions: [us-east-1] }
    destination: { bucket: acme-inventory, region: us-east-1, prefix: "ssm/\${account.id}" }
`;
    const { absorbed, text: after } = await absorbing(
      { "sluice.yaml": text },
      { "111122223333/us-east-1/inventory": inventory("${x}") },
    );
    expect(after).toContain('prefix: "ssm/${account.id}"');
    expect(after).toContain("prefix: $${x}");
    expect(absorbed[0]!.how).toContain("since the value is written with a variable");
  });

  it("and comes from `defaults` is written in the entry, or in an override of it", async () => {
    const text = `${head}defaults: { exports: { enabled: true, table: { backup: s3://acme-backups } } }
exports:
  one: { targets: { accounts: [audit], regions: [us-east-1] }, domain: dzd_a }
  two: { targets: { accounts: [data], regions: [us-east-1, eu-west-1] }, domain: { us-east-1: dzd_b, eu-west-1: dzd_c } }
`;
    const { text: after } = await absorbing(
      { "sluice.yaml": text },
      { "111122223333/us-east-1": { enabled: false }, "222233334444/eu-west-1": { enabled: false } },
    );
    expect(after).toContain("domain: dzd_a, enabled: false }");
    expect(after).toContain("overrides: [{ targets: { accounts: [data], regions: [eu-west-1] }, enabled: false }] }");
    expect(after).toContain("enabled: true, table");
  });

  it("and stands in an included file is written there", async () => {
    const included =
      "# theirs\nexports:\n  one:\n    targets: fleet # all\n    domain: { us-east-1: dzd_a, eu-west-1: dzd_b }\n";
    const { files, absorbed } = await absorbing(
      { "sluice.yaml": `${head}include: [team.yaml]\n`, "team.yaml": included },
      Object.fromEntries(
        ["111122223333/us-east-1", "111122223333/eu-west-1", "222233334444/us-east-1", "222233334444/eu-west-1"].map(
          (name) => [name, { recordExpirationDays: 30 }],
        ),
      ),
    );
    expect([...files]).toEqual([["team.yaml", `${included}    recordExpirationDays: 30\n`]]);
    expect(absorbed[0]).toMatchObject({ file: "team.yaml", line: 6 });
  });

  it("is taken away where AWS has none, unless others have it by the same line", async () => {
    const text = `${head}exports:
  one:
    targets: { accounts: [audit], regions: [us-east-1] }
    domain: dzd_a
    recordExpirationDays: 365 # a year
`;
    const gone = { "111122223333/us-east-1": { recordExpirationDays: undefined } };
    expect((await absorbing({ "sluice.yaml": text }, gone)).text).toBe(
      text.replace("    recordExpirationDays: 365 # a year\n", ""),
    );
    const shared = text.replace("[audit]", "[audit, data]");
    const { left, files } = await absorbing({ "sluice.yaml": shared }, gone);
    expect(files.size).toBe(0);
    expect(left[0]!.why).toMatch(/^no edit of the spec gives this target what AWS has of recordExpirationDays/);
  });

  it("is left where an anchor shares it, and where the table's claim has it too", async () => {
    const text = `${head}x-days: &days 365
exports:
  one: { targets: { accounts: [audit], regions: [us-east-1] }, domain: dzd_a, recordExpirationDays: *days }
`;
    const { text: after, absorbed } = await absorbing(
      { "sluice.yaml": text },
      { "111122223333/us-east-1": { recordExpirationDays: 30 } },
    );
    expect(absorbed[0]!.how).toContain("in an override");
    expect(after).toContain("recordExpirationDays: *days");
    const encrypted = {
      encryption: {
        sseAlgorithm: "aws:kms",
        kmsKeyArn: `arn:aws:kms:us-east-1:111122223333:key/${"1".repeat(8)}-1111-1111-1111-${"1".repeat(12)}`,
      },
    };
    const { left, files } = await absorbing({ "sluice.yaml": text }, { "111122223333/us-east-1": encrypted });
    expect(files.size).toBe(0);
    expect(left[0]!.why).toContain("whose claim would be replaced");
  });
});

describe("a sync that is gone", () => {
  it("in one target is left out of the selection, where nobody else has it", async () => {
    const name = "222233334444/eu-west-1/inventory";
    const { text } = await absorbing({ "sluice.yaml": head + sync }, { [name]: undefined });
    expect(text).toBe(
      (head + sync).replace(
        "[us-east-1, eu-west-1] }",
        "[us-east-1, eu-west-1], exclude: { targets: [data/eu-west-1] } }",
      ),
    );
    const other = `${sync}  other: { targets: fleet, destination: { bucket: acme-other, region: us-east-1 } }\n`;
    const { left, files } = await absorbing({ "sluice.yaml": head + other }, { [name]: undefined });
    expect(files.size).toBe(0);
    expect(left[0]!.why).toMatch(/^no edit takes just these targets out of inventory/);
  });

  it("in all targets is switched off", async () => {
    const text = `${head}syncs:
  inventory:
    targets: { accounts: [audit], regions: [us-east-1] }
    destination: { bucket: acme-inventory, region: us-east-1 }
`;
    const { text: after } = await absorbing({ "sluice.yaml": text }, { "111122223333/us-east-1/inventory": undefined });
    expect(after).toBe(`${text}    enabled: false\n`);
  });
});

it("an export that is gone is left, since its claim is not", async () => {
  const text = `${head}exports:\n  one: { targets: { accounts: [audit], regions: [us-east-1] }, domain: dzd_a }\n`;
  const { left, files } = await absorbing({ "sluice.yaml": text }, { "111122223333/us-east-1": undefined });
  expect(files.size).toBe(0);
  expect(left[0]!.why).toContain("the claim on its table is left");
});

it("whatever drifts, what is absorbed is what AWS has, the rest is as before, and no comment is lost", async () => {
  const places = ["111122223333", "222233334444"].flatMap((account) =>
    ["us-east-1", "eu-west-1"].map((region) => `${account}/${region}`),
  );
  const spec = fc.record({
    shared: fc.boolean(),
    inDefaults: fc.boolean(),
    flow: fc.boolean(),
    override: fc.boolean(),
    days: fc.constantFrom(undefined, 30, 365),
    prefix: fc.constantFrom("ssm", "ssm/${account.id}", "${vars.where}"),
  });
  const drift = fc.record({
    names: fc.subarray(places, { minLength: 1 }),
    days: fc.constantFrom(undefined, 7, 30),
    enabled: fc.boolean(),
    prefix: fc.constantFrom("ssm", "moved", "a # b", "${x}", "yes: no"),
    gone: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(spec, drift, async (wanted, found) => {
      const files = new Map([["sluice.yaml", textOf(wanted)]]);
      const before = (await read(files))!;
      const items = before.declarations.flatMap(({ type, name, inputs }): Absorbable[] => {
        if (type === "AssetTable" || !found.names.some((place) => name.startsWith(place))) return [];
        if (type === "DataExportConfiguration") {
          const aws = { ...inputs, enabled: found.enabled, recordExpirationDays: found.days };
          return [{ type, name, applied: inputs, aws }];
        }
        return [
          { type, name, applied: inputs, ...(!found.gone && { aws: { ...inputs, ...inventory(found.prefix) } }) },
        ];
      });
      const { files: changed, absorbed, left } = await absorb(items, files, read);
      const after = await read(new Map([...files, ...changed]));
      expect(absorbed.length + left.length).toBe(items.length);
      const done = new Set(absorbed.map(({ type, name }) => `${type} ${name}`));
      const expected = before.declarations.flatMap((one) => {
        const item = items.find(({ type, name }) => type === one.type && name === one.name);
        const isDone = done.has(`${one.type} ${one.name}`);
        if (item && isDone && item.aws === undefined) return [];
        return [{ ...one, source: 0, inputs: JSON.parse(JSON.stringify(item && isDone ? item.aws : one.inputs)) }];
      });
      expect(after!.declarations.map((one) => ({ ...one, source: 0 }))).toEqual(expected);
      const comments = (text: string) => text.match(/#[a-z]+#/g);
      const text = changed.get("sluice.yaml") ?? files.get("sluice.yaml")!;
      const gone = text.includes("recordExpirationDays") ? [] : ["#days#"];
      expect([...comments(text)!, ...gone]).toEqual(expect.arrayContaining(comments(files.get("sluice.yaml")!)!));
    }),
    { numRuns: 40 },
  );
}, 60_000);

interface Wanted {
  shared: boolean;
  inDefaults: boolean;
  flow: boolean;
  override: boolean;
  days: number | undefined;
  prefix: string;
}

/** A spec that says the same things in one of many ways. */
function textOf({ shared, inDefaults, flow, override, days, prefix }: Wanted): string {
  const expiration = days === undefined ? "" : `recordExpirationDays: ${days}`;
  const defaults = inDefaults && expiration ? `defaults: { exports: { ${expiration} } } # #defaults#\n` : "";
  const own = !inDefaults && expiration ? `    ${expiration} # #days#\n` : "";
  const targets = shared ? "fleet" : "{ accounts: [audit, data], regions: [us-east-1, eu-west-1] }";
  const destination = flow
    ? `    destination: { bucket: acme-inventory, region: us-east-1, prefix: "${prefix}" } # #flow#\n`
    : `    destination: # #block#\n      bucket: acme-inventory\n      region: us-east-1\n      prefix: "${prefix}" # #prefix#\n`;
  const overrides = override
    ? "    overrides: # #overrides#\n      - targets: { accounts: [data] } # #one#\n        enabled: false\n"
    : "";
  return `${head}vars: { where: there }
${defaults}syncs:
  inventory: # #sync#
    targets: ${targets} # #targets#
${destination}exports:
  catalog: # #export#
    targets: fleet
    domain: { audit/us-east-1: dzd_a, audit/eu-west-1: dzd_b, data/us-east-1: dzd_c, data/eu-west-1: dzd_d } # #domain#
${own}${overrides}`;
}
