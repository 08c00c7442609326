import { expect, it } from "vitest";
import { parseDocument, visit } from "yaml";
import { parseSpec } from "../../../src/spec/index.ts";
import { expand } from "../../../src/targets/index.ts";

const key = (id: string) => `"arn:aws:kms:us-east-1:${id}:key/11111111-2222-3333-4444-555555555555"`;

const good = `version: 1
role: arn:aws:iam::\${account.id}:role/Sluice
externalId: acme
vars: { team: core, bucket: acme-inventory }
stacks: { dev: {}, prod: { vars: { team: x } } }
guards: { deletes: 3, replaces: 10% }
rollout: { tolerated: 5%, concurrency: 10, order: [fleet, rest] }
accounts:
  audit: "111122223333"
  catalog: { id: "222233334444", regions: [us-east-1, eu-west-1], tags: { stage: prod }, role: "arn:aws:iam::222233334444:role/X" }
regions: { home: [us-east-1] }
targets:
  fleet: { accounts: [audit, catalog], regions: [home, eu-west-1], exclude: { targets: [audit/eu-west-1] } }
  prod: { tags: { stage: prod }, regions: [us-east-1], description: x }
defaults:
  syncs: { targets: fleet, protect: false }
syncs:
  inventory:
    name: inv
    destination: { bucket: "\${vars.bucket}", region: us-east-1, prefix: "ssm/\${account.id}", kmsKey: { us-east-1: ${key("111122223333")}, default: ${key("111122223333")} }, share: organization }
    freshness: 26h
    adopt: true
    overrides:
      - targets: prod
        destination: { prefix: "x/\${vars.team}" }
  explorer:
    targets: [prod]
    source: { regions: [us-east-1], organization: entire, includeFutureRegions: false }
exports:
  catalog:
    targets: prod
    domain: dzd_4abc
    enabled: true
    encryption: { kmsKey: ${key("222233334444")} }
    recordExpirationDays: 365
    table: { backup: s3://acme-backups/catalog, method: copy, onRemoval: keep, leftover: ask, keep: { daily: 7 }, backupFreshness: 30d }
`;

/** Every value of the spec: where it is written, and its key. */
const values: { from: number; to: number; key: string }[] = [];
visit(parseDocument(good), {
  Pair: (_, { key: name, value }) => void note(value, String(name)),
  Seq: (_, { items }) => items.forEach((item) => note(item, "item")),
});

function note(node: unknown, key: string): void {
  const [from, end] = (node as { range: [number, number] }).range;
  values.push({ from, to: from + good.slice(from, end).trimEnd().length, key });
}

it.each(["5", "-1", "0.5", "true", "~", "''", '"some thing!"', "no", "2026-01-01", "[]", "[5]", "[[a]]", "${region}"])(
  "%s instead of any value is one problem with a cure, or none",
  async (wrong) => {
    let refused = 0;
    for (const { from, to, key } of values) {
      const text = good.slice(0, from) + wrong + good.slice(to);
      const { draft, problems } = parseSpec(text, "sluice.yaml");
      const all = [...problems, ...(draft ? (await expand(draft)).problems : [])];
      expect(all.length, JSON.stringify([key, all], undefined, 1)).toBeLessThan(2);
      for (const { message, fix } of all) {
        expect(fix, message).toBeTypeOf("string");
        expect(message).not.toMatch(/\$\{target\}|, a {2}or/);
      }
      refused += all.length;
    }
    expect(refused).toBeGreaterThan(values.length / 2);
  },
);
