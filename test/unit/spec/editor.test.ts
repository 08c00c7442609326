import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { getLanguageService, MarkupContent, TextDocument } from "yaml-language-server";
import { hasErrors, parseSpec, schemaFor, schemaWithFindings, specJsonSchema } from "../../../src/spec/index.ts";
import { expand } from "../../../src/targets/index.ts";
import { specDocument, yamlOf } from "../../support/spec/arbitrary.ts";
import { badSpecs } from "../../support/spec/bad-specs.ts";

/** The language server remembers a document by its name and version, for whichever service. */
let opened = 0;

/** What people's editors run for YAML, with the schema. */
function editorWith(schema: object) {
  const service = getLanguageService({
    schemaRequestService: (uri) => Promise.reject(new Error(`There is nothing at ${uri}.`)),
    workspaceContext: { resolveRelativePath: (relative) => relative },
  });
  // It writes into what it is given.
  const own = structuredClone(schema);
  const schemas = [{ uri: "file:///sluice.schema.json", fileMatch: ["*.yaml"], schema: own }];
  service.configure({ validate: true, hover: true, completion: true, schemas });
  const open = (text: string) =>
    TextDocument.create(`file:///${++opened}/sluice.yaml`, "yaml", 1, text) as Parameters<
      typeof service.doValidation
    >[0];
  const atCursor = (marked: string) => {
    const document = open(marked.replace("|", ""));
    return [document, document.positionAt(marked.indexOf("|"))] as const;
  };
  return {
    offered: async (marked: string) =>
      (await service.doComplete(...atCursor(marked), false)).items.map(({ label }) => label),
    inserted: async (marked: string, label: string) =>
      (await service.doComplete(...atCursor(marked), false)).items.find((item) => item.label === label)?.insertText,
    told: async (marked: string) => {
      const contents = (await service.doHover(...atCursor(marked)))?.contents;
      return MarkupContent.is(contents) ? contents.value : "";
    },
    marked: async (text: string) =>
      (await service.doValidation(open(text), false)).map(({ range, message }) => ({
        line: range.start.line + 1,
        column: range.start.character + 1,
        message,
      })),
  };
}

const editor = editorWith(specJsonSchema());
const head = 'version: 1\naccounts: { audit: "111122223333" }\n';

describe("an editor offers", () => {
  it.each<[where: string, marked: string, offered: string[]]>([
    ["sections", "|", ["version", "accounts", "targets", "syncs", "exports", "defaults", "include"]],
    ["a sync's keys", `${head}syncs:\n  s:\n    |`, ["targets", "destination", "source", "overrides", "protect"]],
    ["a selection's keys", `${head}targets:\n  t:\n    |`, ["accounts", "regions", "organizationalUnits", "exclude"]],
    ["a table's keys", `${head}exports:\n  e:\n    table:\n      |`, ["backup", "leftover", "onRemoval"]],
    ["what becomes of a table", `${head}exports:\n  e:\n    table:\n      leftover: |`, ["ask", "adopt", "drop"]],
    ["true and false", `${head}exports:\n  e:\n    enabled: |`, ["true", "false"]],
    ["whole selections of accounts", `${head}targets:\n  t:\n    accounts: |`, ["all", "self"]],
    ["Regions in brackets", `${head}targets:\n  t:\n    regions: [|]`, ["us-east-1", "eusc-de-east-1", "cn-north-1"]],
    ["Regions below a dash", `${head}targets:\n  t:\n    regions:\n      - |`, ["us-east-1", "us-gov-west-1"]],
    ["how lists meet", `${head}targets:\n  t:\n    accountFilter: |`, ["UNION", "INTERSECTION", "DIFFERENCE"]],
  ])("%s", async (_where, marked, offered) => {
    expect(await editor.offered(marked)).toEqual(expect.arrayContaining(offered));
  });

  it("a snippet that is right", async () => {
    const text = await editor.inserted("|", "syncs");
    const filled = text!.replaceAll(/(?<!\\)\$\{\d+:([^}]*)\}/g, "$1").replaceAll(/\\([$}])/g, "$1");
    expect(filled).toContain("prefix: ssm/${account.id}");
    expect(parseSpec(`${head}${filled}\n`, "sluice.yaml").problems).toEqual([]);
  });

  it("the names of a spec by the schema that is made for it", async () => {
    const text = `${head}regions: { eu: [eu-west-1] }\ntargets: { fleet: { accounts: all, regions: [eu] } }\n`;
    const own = editorWith(schemaFor(specJsonSchema(), parseSpec(text, "sluice.yaml").spec!));
    expect(await own.offered(`${text}syncs:\n  s:\n    targets: |`)).toContain("fleet");
    const inTargets = `${text}syncs:\n  s:\n    targets:\n      `;
    expect(await own.offered(`${inTargets}accounts:\n        - |`)).toContain("audit");
    expect(await own.offered(`${inTargets}regions:\n        - |`)).toContain("eu");
  });
});

/** With the names `audit`, `fleet` and `eu`, and where the schema that is made for the spec and `check` mark others. */
const naming = (marked: string) => `version: 1
accounts: { audit: "111122223333" }
regions: { eu: [eu-west-1], ${marked.startsWith("group ") ? `more: [${marked.slice(6)}]` : "us: [us-*]"} }
targets: { fleet: { accounts: [audit], regions: [eu] } }
${marked.startsWith("group ") ? "" : marked}
`;
/** Three names for accounts. */
const accountsWith = (b: string, c: string) => `version: 1
accounts:
  a: "111122223333"
  b: "${b}"
  c: { id: "${c}" }
`;
const sync = "destination: { bucket: acme-inventory, region: us-east-1 }";

describe("names of one's own", () => {
  it.each([
    "syncs: { s: { targets: «flet», SYNC } }",
    "syncs: { s: { targets: [fleet, «flet»], SYNC } }",
    "syncs: { s: { targets: fleet, overrides: [{ targets: «flet», protect: true }], SYNC } }",
    "syncs: { s: { targets: { accounts: [«adit»], regions: [eu] }, SYNC } }",
    "syncs: { s: { targets: { accounts: [audit], regions: [«euu»] }, SYNC } }",
    "syncs: { s: { targets: { accounts: all, regions: [eu, us], exclude: { accounts: [«adit»] } }, SYNC } }",
    "syncs: { s: { targets: { accounts: all, regions: [eu, us], exclude: { targets: [«adit/eu-west-1»] } }, SYNC } }",
    "syncs: { s: { targets: { accounts: all, regions: [eu, us], exclude: { regions: [«euu»] } }, SYNC } }",
    "rollout: { order: [«flet»] }",
    'vars: { bucket: acme }\nsyncs: { s: { targets: fleet, destination: { bucket: «"${vars.buckt}"», region: us-east-1 } } }',
    "group «eu»",
    'include: [«"https://acme.example/teams.yaml"»]',
    'include: [«"/etc/teams.yaml"»]',
    'syncs: { s: { targets: fleet, destination: { bucket: acme, region: eu-west-1, kmsKey: «"arn:aws:kms:us-east-1:111122223333:key/1234abcd"» } } }',
  ])("are held as check holds them: %s", async (template) => {
    const marked = naming(template.replace("SYNC", sync));
    const text = marked.replaceAll(/[«»]/g, "");
    const before = marked.slice(0, marked.indexOf("«")).split("\n");
    const place = { line: before.length, column: before.at(-1)!.length + 1 };
    const { draft, problems } = parseSpec(text, "sluice.yaml");
    expect(problems).toMatchObject([place]);
    expect(await editorWith(schemaFor(specJsonSchema(), draft!)).marked(text)).toMatchObject([place]);
  });

  it("are one for an account", async () => {
    const wrong = accountsWith("111122223333", "111122223333");
    const { draft, problems } = parseSpec(wrong, "sluice.yaml");
    const own = editorWith(schemaFor(specJsonSchema(), draft!));
    const message = expect.stringContaining("The account 111122223333 has the name a already; keep one of them.");
    expect(problems.map(({ line }) => line)).toEqual([4, 5]);
    expect(await own.marked(wrong)).toEqual([
      { line: 4, column: 6, message },
      { line: 5, column: 12, message },
    ]);
    expect(await own.marked(accountsWith("222233334444", "333344445555"))).toEqual([]);
  });

  it.each([
    "syncs: { s: { targets: fleet, SYNC } }",
    'syncs: { s: { targets: fleet, destination: { bucket: acme, region: eu-west-1, kmsKey: "arn:aws:kms:eu-west-1:111122223333:alias/mine" } } }',
    'syncs: { s: { targets: fleet, destination: { bucket: acme, region: eu-west-1, kmsKey: "arn:aws:kms:${region}:111122223333:key/1234abcd" } } }',
    "syncs: { s: { targets: [fleet], overrides: [{ targets: { accounts: [aud*] }, protect: true }], SYNC } }",
    'syncs: { s: { targets: { accounts: ["222233334444"], regions: [eu-west-3, eu] }, SYNC } }',
    "syncs: { s: { targets: { organizationalUnits: [Workloads], regions: [eu], exclude: { accounts: [sandbox] } }, SYNC } }",
    "syncs: { s: { targets: { accounts: all, regions: [eu, us], exclude: { targets: [audit/eu-west-1] } }, SYNC } }",
    'stacks: { dev: { vars: { who: audit } } }\nsyncs: { s: { targets: { accounts: ["${vars.who}"], regions: [eu] }, SYNC } }',
    "rollout: { order: [fleet, rest] }",
  ])("that are there are right: %s", async (template) => {
    const text = naming(template.replace("SYNC", sync));
    const { draft, problems } = parseSpec(text, "sluice.yaml");
    expect(problems).toEqual([]);
    expect(await editorWith(schemaFor(specJsonSchema(), draft!)).marked(text)).toEqual([]);
  });
});

/** What several places make wrong together, marked, and the value that is right. */
const together: [text: string, right: string][] = [
  [
    `accounts: { a: { id: "111122223333", role: «arn:aws:iam::222233334444:role/S» } }`,
    "arn:aws:iam::111122223333:role/S",
  ],
  [`accounts: { a: "111122223333" }\ntargets: { t: { accounts: [«b-*»], regions: [us-east-1] } }`, "a"],
  [
    `accounts: { a: "111122223333" }\ntargets: { t: { accounts: [a], regions: [us-east-1], accountFilter: «DIFFERENCE» } }`,
    "UNION",
  ],
  [
    `accounts: { a: "111122223333" }\nsyncs: { s: { targets: { accounts: [a], regions: [us-east-1] }, destination: { bucket: acme, region: «cn-north-1» } } }`,
    "us-east-1",
  ],
  [
    `accounts: { a: "111122223333" }\nsyncs: { s: { targets: { accounts: [a], regions: [us-east-1] }, destination: { bucket: «{ eu-west-1: acme }», region: us-east-1 } } }`,
    "{ us-east-1: acme }",
  ],
  [
    `accounts: { a: "111122223333" }\nsyncs: { s: { targets: { accounts: [a], regions: «[]» }, source: { regions: [us-east-1] } } }`,
    "[us-east-1]",
  ],
  [
    `accounts: { a: "111122223333" }\nexports: { e: { targets: { accounts: [a], regions: [us-east-1] }, domain: dzd_a, table: { leftover: «backUpAndDrop» } } }`,
    "drop",
  ],
  [
    `accounts: { a: "111122223333" }\nexports: { e: { targets: { accounts: [a], regions: [us-east-1] }, domain: dzd_a, table: { backup: «s3://Acme/a» } } }`,
    "s3://acme/a",
  ],
  [`vars: { a: «"\${vars.a}"» }`, "b"],
  [
    `vars: { r: us-esat-1 }\naccounts: { a: "111122223333" }\ntargets: { t: { accounts: [a], regions: [«"\${vars.r}"»] } }`,
    "us-east-1",
  ],
  [
    `accounts: { a: "111122223333" }\nrole: «"arn:aws:iam::\${account.id}:user/Me"»\nsyncs: { s: { targets: { accounts: [a], regions: [us-east-1] }, source: { regions: [us-east-1] } } }`,
    '"arn:aws:iam::${account.id}:role/Me"',
  ],
  [`targets: { t: { accounts: self, regions: [us-east-1] } }\nrollout: { order: [t, «t»] }`, "rest"],
];

describe("what several places make wrong together", () => {
  it.each(together)(
    "is marked by the schema that is made for the spec, until it is another value: %s",
    async (marked, right) => {
      const text = `version: 1\n${marked.replaceAll(/[«»]/g, "")}\n`;
      const { draft, problems } = parseSpec(text, "sluice.yaml");
      const found = [...problems, ...(await expand(draft!)).problems].filter(({ severity }) => severity === "error");
      const before = `version: 1\n${marked.slice(0, marked.indexOf("«"))}`.split("\n");
      const place = { line: before.length, column: before.at(-1)!.length + 1 };
      expect(found).toMatchObject([place]);
      const own = editorWith(schemaWithFindings(schemaFor(specJsonSchema(), draft!), text, found));
      expect(await own.marked(text)).toMatchObject([{ ...place, message: expect.stringContaining(found[0]!.message) }]);
      expect(await own.marked(`version: 1\n${marked.replace(/«.*»/, right)}\n`)).toEqual([]);
    },
  );
});

it("what stands for another value, or for none, is left to check", () => {
  const text = `version: 1\nrole: *none\naccounts: { a: &a { id: "111122223333", role: "arn:aws:iam::222233334444:role/S" }, b: *a }\n`;
  const { draft, problems } = parseSpec(text, "sluice.yaml");
  const placed = [...problems, { ...problems[0]!, code: "role-account", line: 2, column: 7 }];
  expect(() => schemaWithFindings(schemaFor(specJsonSchema(), draft!), text, placed)).not.toThrow();
});

it("what an entry needs is asked for where the defaults do not give it", async () => {
  const marksIn = async (text: string) => {
    const { draft, problems } = parseSpec(`version: 1\n${text}\n`, "sluice.yaml");
    const found = await editorWith(schemaFor(specJsonSchema(), draft!)).marked(`version: 1\n${text}\n`);
    return [problems.length, found.length];
  };
  const region = "defaults: { syncs: { destination: { region: us-east-1 } }, exports: { domain: dzd_a } }";
  for (const entry of [
    "syncs: { s: { protect: true } }",
    "syncs: { s: { destination: { bucket: acme } } }",
    "exports: { e: { enabled: true } }",
  ])
    expect([entry, await marksIn(entry)]).toEqual([entry, [1, 1]]);
  expect(await marksIn(`${region}\nsyncs: { s: { destination: { bucket: acme } } }\nexports: { e: {} }`)).toEqual([
    0, 0,
  ]);
  expect(await marksIn("syncs: { s: { source: { organization: entire } } }")).toEqual([1, 1]);
});

describe("an editor tells", () => {
  it.each<[marked: string, told: RegExp]>([
    [`${head}exports:\n  e:\n    record|ExpirationDays: 3`, /Days after which AWS removes rows/],
    [`${head}syncs:\n  s:\n    dest|ination: { bucket: acme }`, /bucket that Inventory goes to/],
    [`${head}targets:\n  t:\n    ex|clude: {}`, /always wins/],
    [`${head}syncs:\n  s:\n    destination:\n      pre|fix: x`, /\$\{account\.id\}/],
  ])("of %j", async (marked, told) => {
    expect((await editor.told(marked)).replaceAll("\\", "")).toMatch(told);
  });

  it.each<[text: string, column: number, message: string]>([
    [
      "accounts: { a: 111122223333 }",
      16,
      'Write 12 digits in quotes, such as "111122223333", or a mapping with `id:`.',
    ],
    ['accounts: { a: "5" }', 16, 'Account ids are 12 digits in quotes, such as "111122223333".'],
    ["targets: { t: { regions: us-east-1 } }", 26, "Write a list of Regions such as [us-east-1], or all-enabled."],
    ["targets: { t: { regions: [], accounts: a } }", 40, "Write a list of accounts such as [audit], all, or self."],
    ["syncs: { s: { targets: 7 } }", 24, "Write a selection's name, a list of names, or a selection."],
    ["syncs: { s: { destination: {}, source: {} } }", 40, "A sync has a destination or a source; make it two syncs."],
    ["syncs: { s: { destination: { region: useast1 } } }", 38, "Regions look like us-east-1."],
    ["role: Sluice", 7, "Write arn:aws:iam::${account.id}:role/Sluice, with your role's name."],
    ["exports: { e: { table: { backup: acme } } }", 34, "Write s3://bucket/prefix, with single slashes, or none."],
    ["syncz: {}", 1, "Property syncz is not allowed."],
  ])("what is wrong with %s", async (text, column, message) => {
    expect(await editor.marked(`version: 1\n${text}\n`)).toEqual([{ line: 2, column, message }]);
  });
});

/** What only several places of a spec tell together, or its own names and variables: no schema does. */
const beyondSchema = new Set([
  "duplicate-account",
  "listed-twice",
  "missing-key",
  "no-backup",
  "no-effect",
  "no-value",
  "role-account",
  "unknown-account",
  "unknown-region",
  "unknown-target",
]);
/** What is judged by parts of a text, a tag that the language server knows, and what a group of Regions could be called. */
const partly = new Set([
  "bad-bucket-name",
  "bad-region",
  "custom-tag",
  "key-region",
  "slashed-prefix",
  "too-large",
  "unknown-variable",
  "yaml-merge",
]);

describe("editor and check agree", () => {
  it("on what is wrong, and on its line, wherever a schema can tell", async () => {
    const unmarked: string[] = [];
    for (const [marked, code] of badSpecs) {
      const text = `version: 1\n${marked}\n`;
      const line = text.slice(0, text.indexOf("«")).split("\n").length;
      const found = await editor.marked(text.replace("«", "").replace("»", ""));
      if (found.length === 0) unmarked.push(code);
      // An unclosed bracket is noticed where the text ends.
      else if (code !== "yaml-syntax")
        expect(
          found.map((one) => one.line),
          marked,
        ).toContain(line);
    }
    expect(unmarked.filter((code) => !beyondSchema.has(code) && !partly.has(code))).toEqual([]);
    expect(badSpecs.length - unmarked.length).toBeGreaterThan(120);
  });

  it("but for tags and merges that the language server resolves itself, by the schema that is made for the spec", async () => {
    const unmarked: string[] = [];
    for (const [marked, code] of badSpecs) {
      const text = `version: 1\n${marked.replace("«", "").replace("»", "")}\n`;
      const { draft, problems } = parseSpec(text, "sluice.yaml");
      const found = [...problems, ...(draft ? (await expand(draft)).problems : [])];
      if (draft === undefined || !hasErrors(found) || (await editor.marked(text)).length > 0) continue;
      const own = editorWith(schemaWithFindings(schemaFor(specJsonSchema(), draft), text, found));
      if ((await own.marked(text)).length === 0) unmarked.push(code);
    }
    expect(unmarked).toEqual(["custom-tag", "yaml-merge"]);
  });

  it.each(globSync("{sluice.yaml,examples/*/sluice.yaml}", { cwd: path.resolve(import.meta.dirname, "../../..") }))(
    "on %s, which is right",
    async (file) => {
      const text = readFileSync(path.resolve(import.meta.dirname, "../../..", file), "utf8");
      expect(await editor.marked(text.replace(/^# yaml-language-server.*$/m, ""))).toEqual([]);
    },
  );

  it("on whatever is of the right shape", async () => {
    await fc.assert(
      fc.asyncProperty(specDocument, async (document) => {
        expect(await editor.marked(yamlOf(document))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
