const accounts = `accounts: { audit: "111122223333", catalog: "222233334444" }`;
const here = `targets: { accounts: [audit], regions: [us-east-1] }`;
const sync = (rest: string) => `${accounts}\nsyncs:\n  s:\n    ${here}\n${rest.replaceAll(/^/gm, "    ")}`;
const bucket = (rest: string) => sync(`destination:\n  region: us-east-1\n  ${rest}`);
const exported = (rest: string) => `${accounts}\nexports:\n  e:\n    ${here}\n    domain: dzd_a\n    ${rest}`;
const selected = (rest: string) => `${accounts}\ntargets:\n  t: { ${rest} }`;

/**
 * Specs as people write them who come from another tool, indent by hand or copy from a page: what follows `version: 1`, with «» around what
 * the one problem must mark, its code, and what its cure must say.
 */
export const badHabits: [text: string, code: string, cure: RegExp][] = [
  // Words of CloudFormation, Terraform and StackSets.
  [sync(`«S3Destination»: { bucket: acme, region: us-east-1 }`), "unknown-key", /"destination"/],
  [bucket(`«bucket_name»: acme`), "unknown-key", /"bucket"/],
  [bucket(`bucket: acme\n  «sync_format»: JsonSerDe`), "unknown-key", /^Remove it/],
  [bucket(`bucket: acme\n  «kmsKeyArn»: x`), "unknown-key", /"kmsKey"/],
  [exported(`encryption: { «sseAlgorithm»: AES256 }`), "unknown-key", /^Remove it/],
  [exported(`«prevent_destroy»: true`), "unknown-key", /"protect"/],
  [exported(`«retentionInDays»: 30`), "unknown-key", /"recordExpirationDays"/],
  [
    selected(`«OrganizationalUnitIds»: [ou-ab12-cdefgh34], regions: [us-east-1]`),
    "unknown-key",
    /"organizationalUnits"/,
  ],
  [`rollout: { «FailureTolerancePercentage»: 10 }`, "unknown-key", /"tolerated"/],
  [`«variables»: { a: b }`, "unknown-key", /"vars"/],
  [`«imports»: [a.yaml]`, "unknown-key", /"include"/],
  [`rollout: { tolerated: «0.1» }`, "wrong-type", /10%/],
  [exported(`recordExpirationDays: «365d»`), "wrong-type", /^Write 365\.$/],
  [exported(`recordExpirationDays: «1y»`), "wrong-type", /how many days/],
  [exported(`freshness: «26»`), "wrong-type", /26h/],
  // Their variables.
  [bucket(`bucket: «acme-\${AWS::Region}»`), "unknown-variable", /"\$\{region\}"/],
  [bucket(`bucket: «\${var.bucket}»`), "unknown-variable", /Define bucket under `vars`/],
  [bucket(`bucket: «\${BUCKET:-acme}»`), "unknown-variable", /The environment is not read/],
  [bucket(`bucket: «acme-$REGION»`), "unknown-variable", /"\$\{region\}"/],
  [bucket(`bucket: «acme-{{ account_id }}»`), "unknown-variable", /"\$\{account\.id\}"/],
  [bucket(`bucket: acme\n  prefix: «ssm/%REGION%»`), "unknown-variable", /"\$\{region\}"/],
  [bucket(`bucket: {«{ bucket }»: }`), "yaml-key", /double braces/],
  [bucket(`bucket: «!Sub» acme`), "custom-tag", /\$\{region\}/],
  // Variables where no account and Region is known yet.
  [selected(`accounts: [«"\${account.name}"»], regions: [us-east-1]`), "unknown-variable", /\$\{stack\}/],
  [selected(`accounts: all, regions: [«"\${region}"»]`), "unknown-variable", /\$\{stack\}/],
  [selected(`tags: { stage: «"\${region}"» }, regions: [us-east-1]`), "unknown-variable", /\$\{stack\}/],
  [`accounts: { «\${stack}-audit»: "111122223333" }`, "bad-account-name", /no variable/],
  [`vars:\n  a: «\${vars.b}»\n  b: \${vars.a}`, "unknown-variable", /the value itself/],
  // Wrong indentation.
  [
    `${accounts}\n«targets»:\nfleet: { accounts: all, regions: [us-east-1] }\nsyncs: { s: { targets: fleet, source: { regions: [us-east-1] } } }`,
    "wrong-type",
    /^Indent fleet below it/,
  ],
  [
    `${accounts}\nsyncs:\n  «s»:\n  ${here}\n  source: { regions: [us-east-1] }`,
    "wrong-type",
    /^Indent targets and source/,
  ],
  [sync(`«destination»:\nbucket: acme\nregion: us-east-1`), "wrong-type", /^Indent bucket and region/],
  [
    `${accounts}\n«fleet»: { accounts: all, regions: [us-east-1] }\nsyncs: { s: { targets: fleet, source: { regions: [us-east-1] } } }`,
    "unknown-key",
    /below `targets:`/,
  ],
  [sync(`source: { regions: [us-east-1] }\n«bucket»: acme`), "unknown-key", /below `destination:`/],
  [
    sync(`source: { regions: [us-east-1], «protect»: true }`),
    "unknown-key",
    /in syncs\.s, indented as far as `source:`/,
  ],
  // Not YAML.
  [
    `${accounts}\ntargets:\n  t:\n    accounts: [audit]\n   «regions: [us-east-1]»`,
    "yaml-syntax",
    /by 4 spaces as line 5, or by 2 spaces as line 4/,
  ],
  [
    `${accounts}\ntargets:\n  t:\n    accounts: [audit]\n      «regions: [us-east-1]»`,
    "yaml-syntax",
    /^Indent it by 4 spaces as line 5/,
  ],
  [sync(`source:\n«\t»regions: [us-east-1]`), "yaml-syntax", /with spaces/],
  [sync(`«source:{» regions: [us-east-1] }\nprotect: true`), "yaml-syntax", /^Write `source: \{`/],
  [sync(`«protect = true»\nsource: { regions: [us-east-1] }`), "yaml-syntax", /^Write `protect: true`/],
  [sync(`«protect true»\nsource: { regions: [us-east-1] }`), "yaml-syntax", /^Write `protect: true`/],
  [sync(`«// a comment»\nsource: { regions: [us-east-1] }`), "yaml-syntax", /^Write #/],
  [sync(`source:«\u00A0»{ regions: [us-east-1] }\nprotect: true`), "yaml-syntax", /a space/],
  [
    sync(`description: «T»he team: its syncs\nsource: { regions: [us-east-1] }`),
    "yaml-syntax",
    /"The team: its syncs"/,
  ],
  [sync(`description: 'the team'«s syncs'»\nsource: { regions: [us-east-1] }`), "yaml-syntax", /'' for an apostrophe/],
  [sync(`source: { regions: [us-east-1] }«#all»`), "yaml-syntax", /space in front of #/],
  [bucket(`bucket: «@acme»`), "yaml-syntax", /"@acme"/],
  [selected(`accounts: [«*»], regions: [us-east-1]`), "yaml-syntax", /"\*"/],
  [`${accounts}\ntargets:\n  t:\n    accounts: «-» audit\n    regions: [us-east-1]`, "yaml-syntax", /\[audit\]/],
  [
    `${accounts}\ntargets:\n  t:\n    accounts:\n      - audit\n     «-» catalog\n    regions: [us-east-1]`,
    "yaml-syntax",
    /each dash/,
  ],
  [
    `${accounts}\ntargets:\n  t:\n    accounts:\n      - «audit\n        - catalog»\n    regions: [us-east-1]`,
    "yaml-syntax",
    /each dash/,
  ],
  [
    `${accounts}\ntargets:\n  t: { accounts: [audit], «r»egions: [us-east-1] description: x }`
      .replace("«r»egions", "regions")
      .replace("[us-east-1] d", "[us-east-1] «d»"),
    "yaml-syntax",
    /comma/,
  ],
  [selected(`accounts: [audit], regions: [us-east-1]`) + "\n«]»", "yaml-syntax", /opens/],
  [
    `<<<<<<< HEAD\nrole: x\n=======\nrole: y\n>>>>>>> b`.replace("<<<<<<<", "«<<<<<<<»"),
    "yaml-syntax",
    /^Keep what is meant/,
  ],
  [bucket(`bucket: «“acme”»`), "curly-quotes", /^Write "acme"\.$/],
  [bucket(`bucket: acme\n  prefix: «‘ssm’»`), "curly-quotes", /^Write "ssm"\.$/],
  [bucket(`bucket: acme\n  prefix: «ssm\u00A0audit»`), "hidden-character", /a space/],
  // Lists.
  [selected(`accounts: all, regions: «"us-east-1, eu-west-1"»`), "wrong-type", /^Write \[us-east-1, eu-west-1\]\.$/],
  [selected(`accounts: all, regions: [«[us-east-1]», eu-west-1]`), "wrong-type", /not joined/],
  [`accounts:\n  «- name: audit\n    id: "111122223333"»`, "wrong-type", /instead of its dash/],
  [selected(`accounts: [«*-prod»], regions: [us-east-1]`), "yaml-alias", /"\*-prod" in quotes/],
  // Values as other tools and people have them.
  [bucket(`bucket: acme\n  kmsKey: «alias/mine»`), "bad-key-arn", /describe-key --key-id alias\/mine/],
  [bucket(`bucket: «Acme_Logs»`), "bad-bucket-name", /"acme-logs"/],
  [bucket(`bucket: acme\n  prefix: «s3://acme/ssm»`), "bad-prefix", /behind the bucket's name/],
  [bucket(`bucket: acme\n  prefix: «""»`), "too-small", /leave it out/],
  [bucket(`bucket: acme\n  share: «o-abc123»`), "wrong-value", /organization/],
  [bucket(`bucket: «[acme, other]»`), "wrong-type", /us-east-1: …/],
  [bucket(`bucket: «{ us-esat-1: acme }»`), "no-value", /^Correct us-esat-1/],
  [bucket(`bucket: { «audti»: acme, default: other }`), "no-effect", /"audit"/],
  [exported(`encryption: «AES256»`), "wrong-type", /default/],
  [exported(`«disabled»: true`), "unknown-key", /`enabled: false`/],
  [exported(`recordExpirationDays: «never»`), "wrong-type", /^Remove it/],
  [exported(`recordExpirationDays: «0»`), "too-small", /1 or more/],
  [exported(`freshness: «48 hours»`), "bad-duration", /48h/],
  [exported(`table: { backup: «arn:aws:s3:::acme/a» }`), "bad-backup", /s3:\/\/acme\/a/],
  [exported(`overrides: «{ audit: { protect: true } }»`), "wrong-type", /- targets: …/],
  [selected(`accounts: «ALL», regions: [us-east-1]`), "wrong-type", /^Write all\.$/],
  [selected(`accounts: [«self»], regions: [us-east-1]`), "unknown-account", /without brackets/],
  [selected(`accounts: all, regions: «all»`), "wrong-type", /all-enabled/],
  [selected(`accounts: all, regions: [«all-enabled»]`), "bad-region", /without brackets/],
  [selected(`accounts: all, regions: [us-east-1], exclude: «[audit]»`), "wrong-type", /accounts, organizationalUnits/],
  [
    selected(`accounts: all, regions: [us-east-1], exclude: { targets: [«"audit:us-east-1"»] }`),
    "bad-target",
    /audit\/us-east-1/,
  ],
  [
    selected(`organizationalUnits: [«OU-ab12-cdefgh34»], regions: [us-east-1]`),
    "bad-organizational-unit",
    /ou-ab12-cdefgh34/,
  ],
  [
    selected(`accounts: [audit], accountFilter: «INTERSECTION», regions: [us-east-1]`),
    "missing-key",
    /organizationalUnits/,
  ],
  [
    `accounts: { a: { id: "111122223333", tags: { stage: prod } } }\ntargets: { t: { tags: { «stag»: prod }, regions: [us-east-1] } }`,
    "matches-nothing",
    /"stage"/,
  ],
  [
    `accounts: { a: { id: "111122223333", tags: { stage: prod } } }\ntargets: { t: { tags: { stage: «pord» }, regions: [us-east-1] } }`,
    "matches-nothing",
    /"prod"/,
  ],
  [
    `${accounts}\nsyncs: { s: { targets: «audit», source: { regions: [us-east-1] } } }`,
    "unknown-target",
    /^It is an account/,
  ],
  [
    `${accounts}\nsyncs: { s: { targets: «audit/us-east-1», source: { regions: [us-east-1] } } }`,
    "bad-name",
    /accounts: \[audit\]/,
  ],
  [
    `${accounts}\nsyncs: { s: { targets: «{ accounts: [audit], regions: [us-gov-west-1, us-east-1, us-east-2] }», source: { regions: [us-east-1] } } }`,
    "other-partition",
    /Leave one out/,
  ],
  [`role: «Sluice»`, "bad-role-arn", /role\/Sluice\.$/],
  [`stacks: «[dev, prod]»`, "wrong-type", /dev: \{\}/],
  [`stacks: { dev: { «bucket»: acme } }`, "unknown-key", /below `vars:`/],
  [`vars: { a: «[b]» }`, "wrong-type", /one text/],
  [`allow: { deletes: 3, reason: cleanup, until: «31.12.2096» }`, "bad-date", /"2096-12-31"/],
  [`allow: { deletes: 3, reason: cleanup, until: «20961231» }`, "wrong-type", /year-month-day/],
  // What is broken elsewhere is not told again by those that refer to it.
  [
    `accounts: { audit: «5» }\nsyncs: { s: { ${here}, source: { regions: [us-east-1] } } }`,
    "unquoted-account-id",
    /12 digits/,
  ],
  [
    `«acounts»: { audit: "111122223333" }\nsyncs: { s: { ${here}, source: { regions: [us-east-1] } } }`,
    "unknown-key",
    /"accounts"/,
  ],
  [
    `${accounts}\ntargets: { fleet: «5» }\nsyncs: { s: { targets: fleet, source: { regions: [us-east-1] } } }\nrollout: { order: [fleet] }`,
    "wrong-type",
    /settings below it/,
  ],
  [
    `${accounts}\nregions: { eu: «5» }\nsyncs: { s: { targets: { accounts: [audit], regions: [eu] }, source: { regions: [us-east-1] } } }`,
    "wrong-type",
    /list/,
  ],
  [`«variable»: { bucket: acme }\n${bucket(`bucket: \${vars.bucket}`)}`, "unknown-key", /"vars"/],
  [sync(`<<: «*common»`), "yaml-alias", /&common/],
  [`${accounts}\nsyncs: { s: { targets: «*fleet», source: { regions: [us-east-1] } } }`, "yaml-alias", /&fleet/],
  [
    `include: [«teams.yaml»]\nsyncs: { s: { targets: fleet, source: { regions: [us-east-1] } } }`,
    "include-missing",
    /path/,
  ],
  [`include: [«"teams/*.yaml"»]`, "include-missing", /each file/],
  [`«rol»: arn:aws:iam::\${account.id}:role/Sluice`, "unknown-key", /"role"/],
  [
    `${accounts}\n«default»: { syncs: { destination: { region: us-east-1 } } }\nsyncs: { s: { ${here}, destination: { bucket: acme } } }`,
    "unknown-key",
    /"defaults"/,
  ],
  [
    `defaults: { syncs: { destination: { region: us-east-1 } } }\n${sync("destination: «5»")}`,
    "wrong-type",
    /bucket, region/,
  ],
  [`vars: { a: b }\nstacks: { dev: «5» }\n${bucket(`bucket: \${vars.bucket}`)}`, "wrong-type", /vars/],
  [
    `${accounts}\ntargets:\n  a:\n    accounts: [audit]\n    regions: [us-east-1]\n    «fleet»: { accounts: [audit], regions: [us-east-1] }\nsyncs: { s: { targets: fleet, source: { regions: [us-east-1] } } }`,
    "unknown-key",
    /Known here/,
  ],
  [selected(`accounts: all, regions: «5», exclude: { targets: [audit/us-east-1] }`), "wrong-type", /list/],
  [
    `accounts: { a: «5» }\ntargets: { t: { tags: { stage: prod }, regions: [us-east-1] } }`,
    "unquoted-account-id",
    /12 digits/,
  ],
  [
    `${accounts}\ntargets: { fleet: { accounts: all, regions: [us-east-1] } }\nsyncs: { s: { «target»: [fleet], source: { regions: [us-east-1] } } }`,
    "unknown-key",
    /"targets"/,
  ],
  // What an override, a selection and a mapping by account cannot say.
  [
    `${accounts}\nsyncs:\n  s:\n    targets: { accounts: all, regions: [us-east-1] }\n    source: { regions: [us-east-1] }\n    overrides: [{ targets: { accounts: [audit], regions: [us-east-1] }, «enabled»: false }]`,
    "unknown-key",
    /with `exclude:`/,
  ],
  [
    `${selected("accounts: «[]», regions: [us-east-1], exclude: { accounts: [audit] }")}\nsyncs: { s: { targets: t, source: { regions: [us-east-1] } } }`,
    "matches-nothing",
    /Correct the selection/,
  ],
  [
    `${accounts}\nexports:\n  e: { targets: { accounts: all, regions: [us-east-1] }, domain: dzd_a, table: { backup: { audit: «5», catalog: "s3://acme/x" }, keep: { daily: 7 } } }`,
    "wrong-type",
    /s3:/,
  ],
  // A line that is indented to stand elsewhere.
  [
    `accounts:\n  audit: "111122223333"\n  «regions»:\n  home: [us-east-1]\ntargets: { t: { accounts: all, regions: [home] } }`,
    "unknown-key",
    /Remove the spaces/,
  ],
  [
    `accounts:\n  audit:\n    id: "111122223333"\n  «tags»: { stage: prod }\ntargets: { t: { tags: { stage: prod }, regions: [us-east-1] } }`,
    "unknown-key",
    /keys of `audit:`/,
  ],
  [
    `${accounts}\nsyncs:\n  a:\n    ${here}\n    source: { regions: [us-east-1] }\n    «b»:\n    ${here}\n    source: { regions: [us-east-1] }`,
    "unknown-key",
    /as `a:`/,
  ],
  [`accounts: { audit: "111122223333" }\n«catalog»: "222233334444"`, "unknown-key", /below `accounts:`/],
];
