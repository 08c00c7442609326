import { expect, it } from "vitest";
import { parseSpec } from "../../../src/spec/index.ts";
import { expand } from "../../../src/targets/index.ts";

const accounts = `accounts: { audit: "111122223333", catalog: "222233334444" }`;
const here = `targets: { accounts: [audit], regions: [us-east-1] }`;
const sync = (rest: string) => `${accounts}\nsyncs:\n  s: { ${here}, ${rest} }`;
const bucket = (rest: string) => sync(`destination: { bucket: acme, region: us-east-1, ${rest} }`);
const exported = (rest: string) => `${accounts}\nexports:\n  e: { ${here}, domain: dzd_a, ${rest} }`;
const selected = (rest: string) => `${accounts}\ntargets:\n  t: { ${rest} }`;
const account = (rest: string) => `accounts: { audit: { id: "111122223333", ${rest} } }`;
const arn = (region: string, key = "key/1234abcd") => `"arn:aws:kms:${region}:111122223333:${key}"`;

/** What follows `version: 1`, with «» around what the one problem must mark, and its code. */
const table: [text: string, code: string][] = [
  // Keys.
  [`«rôle»: x`, "unknown-key"],
  [`«Accounts»: {}`, "unknown-key"],
  [`«x»: 1`, "unknown-key"],
  [`guards: { «delete»: 1 }`, "unknown-key"],
  [`rollout: { «tolerate»: 1 }`, "unknown-key"],
  [account(`«roles»: x`), "unknown-key"],
  [selected(`accounts: all, «region»: us-east-1`), "unknown-key"],
  [selected(`accounts: all, regions: [us-east-1], exclude: { «account»: [audit] }`), "unknown-key"],
  [bucket(`«prefx»: a`), "unknown-key"],
  [sync(`source: { regions: [us-east-1], «all»: true }`), "unknown-key"],
  [exported(`«encription»: {}`), "unknown-key"],
  [exported(`table: { «onremoval»: keep }`), "unknown-key"],
  [`stacks: { dev: { «var»: {} } }`, "unknown-key"],
  [`defaults: { «sync»: {} }`, "unknown-key"],
  [`defaults: { syncs: { «name»: x } }`, "unknown-key"],
  [`«__proto__»: { a: 1 }`, "unknown-key"],
  [`accounts: { audit: "111122223333", «audit»: "111122223333" }`, "duplicate-key"],
  // Names.
  [`accounts: { «a/b»: "111122223333" }`, "bad-account-name"],
  [`accounts: { «all»: "111122223333" }`, "bad-account-name"],
  [`accounts: { «"111122223333"»: "111122223333" }`, "bad-account-name"],
  [`accounts: { «${"a".repeat(51)}»: "111122223333" }`, "bad-account-name"],
  [`targets: { «a/b»: { accounts: all, regions: [us-east-1] } }`, "bad-name"],
  [`targets: { «-a»: { accounts: all, regions: [us-east-1] } }`, "bad-name"],
  [`regions: { «us-east-1»: [us-east-1] }`, "bad-name"],
  [`regions: { «all-enabled»: [us-east-1] }`, "bad-name"],
  [`vars: { «a.b»: x }`, "bad-name"],
  [`stacks: { «a/b»: {} }`, "bad-name"],
  [account(`tags: { «"a\\"b"»: x }`), "bad-tag"],
  // Types.
  [`accounts: «[]»`, "wrong-type"],
  [`accounts: «all»`, "wrong-type"],
  [`targets: «[]»`, "wrong-type"],
  [`targets: { t: «all» }`, "wrong-type"],
  [`syncs: «inventory»`, "wrong-type"],
  [`syncs: { s: «[]» }`, "wrong-type"],
  [`exports: { e: «1» }`, "wrong-type"],
  [`role: «7»`, "wrong-type"],
  [`role: «[]»`, "wrong-type"],
  [`externalId: «12»`, "wrong-type"],
  [`vars: { a: «1» }`, "wrong-type"],
  [`include: «a.yaml»`, "wrong-type"],
  [`regions: { eu: «eu-west-1» }`, "wrong-type"],
  [account(`regions: «us-east-1»`), "wrong-type"],
  [account(`tags: { a: «1» }`), "wrong-type"],
  [account(`enabled: «no»`), "wrong-type"],
  [selected(`accounts: all, regions: «"*"»`), "wrong-type"],
  [selected(`accounts: all, regions: [us-east-1], nested: «"yes"»`), "wrong-type"],
  [selected(`accounts: [«{}»], regions: [us-east-1]`), "wrong-type"],
  [bucket(`prefix: «5»`), "wrong-type"],
  [bucket(`prefix: «[]»`), "wrong-type"],
  [bucket(`prefix: { us-east-1: «5» }`), "wrong-type"],
  [sync(`source: «[]»`), "wrong-type"],
  [sync(`source: { regions: [us-east-1], includeFutureRegions: «1» }`), "wrong-type"],
  [exported(`protect: «"true"»`), "wrong-type"],
  [exported(`recordExpirationDays: «"365"»`), "wrong-type"],
  [exported(`recordExpirationDays: «.inf»`), "wrong-type"],
  [exported(`recordExpirationDays: «365.5»`), "wrong-type"],
  [exported(`table: «none»`), "wrong-type"],
  [exported(`overrides: «{}»`), "wrong-type"],
  // Values.
  [exported(`table: { method: «move» }`), "wrong-value"],
  [exported(`table: { history: «newest» }`), "wrong-value"],
  [exported(`table: { backup: s3://acme-backups, onRemoval: «drop» }`), "wrong-value"],
  [bucket(`share: «all»`), "wrong-value"],
  [sync(`source: { regions: [us-east-1], organization: «whole» }`), "wrong-value"],
  [selected(`accounts: all, regions: [us-east-1], accountFilter: «union»`), "wrong-value"],
  [exported(`recordExpirationDays: «-1»`), "too-small"],
  [`rollout: { concurrency: «0» }`, "too-small"],
  [`externalId: «a»`, "too-small"],
  [`externalId: «${"a".repeat(1225)}»`, "too-large"],
  [`guards: { deletes: «10 %» }`, "bad-share"],
  [`guards: { replaces: «101%» }`, "bad-share"],
  // Accounts.
  [`accounts: { a: «111122223333» }`, "unquoted-account-id"],
  [`accounts: { a: «11112222333» }`, "unquoted-account-id"],
  [`accounts: { a: «1111-2222-3333» }`, "bad-account-id"],
  [`accounts: { a: «"1111222233334"» }`, "bad-account-id"],
  [`accounts: { a: «""» }`, "bad-account-id"],
  [`accounts: { a: { id: «audit» } }`, "bad-account-id"],
  [`accounts: { a: "111122223333", «b»: { id: "111122223333" } }`, "duplicate-account"],
  [account(`role: «Sluice»`), "bad-role-arn"],
  [account(`role: «arn:aws:iam::111122223333:user/Sluice»`), "bad-role-arn"],
  [account(`role: «arn:aws:iam::222233334444:role/Sluice»`), "role-account"],
  [account(`externalId: «a b»`), "bad-external-id"],
  [account(`regions: [«us-esat-1»]`), "bad-region"],
  [selected(`accounts: [«"11112222333"»], regions: [us-east-1]`), "bad-account"],
  [selected(`accounts: [«1111-2222-3333»], regions: [us-east-1]`), "unknown-account"],
  [selected(`accounts: [«all»], regions: [us-east-1]`), "bad-account"],
  [selected(`accounts: [«a/b»], regions: [us-east-1]`), "bad-account"],
  [selected(`accounts: [«audti»], regions: [us-east-1]`), "unknown-account"],
  [selected(`accounts: all, regions: [us-east-1], exclude: { accounts: [«sandbox»] }`), "unknown-account"],
  [selected(`accounts: all, regions: [us-east-1], exclude: { targets: [«sandbox/us-east-1»] }`), "unknown-account"],
  [selected(`accounts: all, regions: [us-east-1], exclude: { targets: [«audit»] }`), "bad-target"],
  [selected(`organizationalUnits: [«ou-1»], regions: [us-east-1]`), "bad-organizational-unit"],
  [selected(`organizationalUnits: [«/Workloads»], regions: [us-east-1]`), "bad-organizational-unit"],
  // Regions.
  [selected(`accounts: all, regions: [«useast1»]`), "bad-region"],
  [selected(`accounts: all, regions: [«us-east-1a»]`), "bad-region"],
  [selected(`accounts: all, regions: [«"us east 1"»]`), "bad-region"],
  [selected(`accounts: all, regions: [«us-gov-esat-1»]`), "bad-region"],
  [selected(`accounts: all, regions: [«us-east-17»]`), "unknown-region"],
  [selected(`accounts: all, regions: [us-east-1], exclude: { regions: [«us-esat-1»] }`), "bad-region"],
  [`regions: { eu: [«eu-wset-1»] }`, "bad-region"],
  [`regions: { eu: «[]» }`, "too-small"],
  [sync(`source: { regions: [«us-esat-1»] }`), "bad-region"],
  [sync(`destination: { bucket: acme, region: «us-esat-1» }`), "bad-region"],
  // References.
  [`${accounts}\nsyncs:\n  s: { targets: «fleet», source: { regions: [us-east-1] } }`, "unknown-target"],
  [`${accounts}\nsyncs:\n  s: { targets: [«fleet»], source: { regions: [us-east-1] } }`, "unknown-target"],
  // Buckets, prefixes, keys.
  ...[
    "Acme",
    "ac",
    "acme_logs",
    "-acme",
    "acme-",
    "ac..me",
    "192.168.0.1",
    "xn--acme",
    "acme-s3alias",
    "sthree-acme",
    "acme--ol-s3",
  ].map((name): [string, string] => [sync(`destination: { bucket: «${name}», region: us-east-1 }`), "bad-bucket-name"]),
  [sync(`destination: { bucket: «s3://acme», region: us-east-1 }`), "bad-bucket-name"],
  [sync(`destination: { bucket: «arn:aws:s3:::acme», region: us-east-1 }`), "bad-bucket-name"],
  [sync(`destination: { bucket: { us-east-1: «Acme» }, region: us-east-1 }`), "bad-bucket-name"],
  [sync(`destination: { bucket: «{ eu-west-1: acme }», region: us-east-1 }`), "no-value"],
  [sync(`«destination»: { bucket: acme }`), "missing-key"],
  [bucket(`prefix: «/ssm»`), "slashed-prefix"],
  [bucket(`prefix: «ssm/»`), "slashed-prefix"],
  [bucket(`prefix: «${"p".repeat(257)}»`), "too-large"],
  [bucket(`kmsKey: «alias/mine»`), "bad-key-arn"],
  [bucket(`kmsKey: «1234abcd-12ab-34cd-56ef-1234567890ab»`), "bad-key-arn"],
  [bucket(`kmsKey: «${arn("us-east-1", "key/1111:kms:us-east-1")}»`), "bad-key-arn"],
  [bucket(`kmsKey: «${arn("eu-west-1")}»`), "key-region"],
  [exported(`encryption: { kmsKey: «${arn("eu-west-1")}» }`), "key-region"],
  [exported(`encryption: { kmsKey: «${arn("us-east-1", "alias/mine")}» }`), "bad-key-arn"],
  [exported(`table: { backup: «acme-backups» }`), "bad-backup"],
  [exported(`table: { backup: «s3://acme-backups//a» }`), "bad-backup"],
  [exported(`table: { backup: «s3://Acme/a» }`), "bad-bucket-name"],
  [exported(`table: { backup: s3://acme-backups, backupOwner: «acme» }`), "bad-account-id"],
  [exported(`table: { onRemoval: «backUpAndDrop» }`), "no-backup"],
  [`${accounts}\nexports:\n  «e»: { ${here} }`, "missing-key"],
  [`${accounts}\nexports:\n  e: { ${here}, domain: «dzd» }`, "bad-domain-id"],
  [`${accounts}\nexports:\n  e: { ${here}, domain: { audit: «dzd» } }`, "bad-domain-id"],
  // Variables.
  [bucket(`prefix: «"\${acount.id}"»`), "unknown-variable"],
  [bucket(`prefix: «"\${vars.x}"»`), "unknown-variable"],
  [bucket(`prefix: «"\${}"»`), "unknown-variable"],
  [bucket(`prefix: «"\${region"»`), "unclosed-variable"],
  [bucket(`prefix: «ssm/\${region}»`), "unquoted-variable"],
  [`externalId: «"\${account.id"»`, "unclosed-variable"],
  // What an override or exclusion does not touch.
  [
    sync(`source: { regions: [us-east-1] }, overrides: [«{ targets: { accounts: [catalog] }, protect: true }»]`),
    "no-effect",
  ],
  [
    `${accounts}\nsyncs:\n  s: { targets: { accounts: all, regions: [us-east-1], exclude: { regions: [«eu-west-1»] } }, source: { regions: [us-east-1] } }`,
    "no-effect",
  ],
  // YAML.
  [`accounts: { a: «"»111122223333 }`, "yaml-syntax"],
  [`accounts: { a: «'»111122223333 }`, "yaml-syntax"],
  [`accounts: «{» a: "111122223333"`, "yaml-syntax"],
  [`targets:\n  t: { accounts: «[»audit, regions: us-east-1`, "yaml-syntax"],
  [`role: «*nobody»`, "yaml-alias"],
  [`role: «!secret» x`, "custom-tag"],
  [`role: «!!binary» aGk=`, "custom-tag"],
  [`accounts: { <<: «text» }`, "yaml-merge"],
  [`accounts: { ? «[a]» : "111122223333" }`, "yaml-key"],
  [`role: «"arn:aws:iam::111122223333:role/a\\u200b"»`, "hidden-character"],
  // What the text before it must not move: wide letters, anchors, comments, long lines.
  [`accounts: { 監査: "111122223333", b: «"5"» } # 😀`, "bad-account-id"],
  [`accounts: { a: &x "111122223333", b: «5» }`, "unquoted-account-id"],
  [`# 😀\naccounts:\n  a: "111122223333" # 監査\n  b: «"5"»`, "bad-account-id"],
];

it("the table has at least 150 bad specs", () => {
  expect(table.length).toBeGreaterThanOrEqual(150);
});

it.each(table)("%s is %s, alone and where it is marked", async (marked, code) => {
  const text = `version: 1\n${marked}\n`;
  const before = text.slice(0, text.indexOf("«")).split("\n");
  const [line, column] = [before.length, before.at(-1)!.length + 1];
  const { draft, problems } = parseSpec(text.replace("«", "").replace("»", ""), "sluice.yaml");
  const found = draft === undefined ? [] : (await expand(draft)).problems;
  const told = [...problems, ...found].map((problem) => `${problem.line}:${problem.column} ${problem.code}`);
  expect([...new Set(told)]).toEqual([`${line}:${column} ${code}`]);
});
