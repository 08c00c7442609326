/** Command lines that people copy, by command; each is one that works as it stands, but for the names in it. */
export const examples: Readonly<Record<string, readonly string[]>> = {
  demo: ["sluice demo", "sluice demo --keep"],
  init: [
    "sluice init",
    "sluice init syncs --accounts audit=111122223333,ops=222233334444 --regions us-east-1,eu-west-1",
    "sluice init --forge gitlab --engine pulumi --yes",
  ],
  check: [
    "sluice check",
    "sluice check dev.yaml prod.yaml --strict",
    "sluice check --stack prod -o github",
    "git show main:sluice.yaml | sluice check -",
  ],
  expand: ["sluice expand", "sluice expand --stack prod -o json", "sluice expand --online"],
  explain: ["sluice explain audit/us-east-1", "sluice explain syncs.inventory", "sluice explain unknown-key"],
  schema: ["sluice schema > sluice.schema.json", "sluice schema --for sluice.yaml --to .sluice.schema.json --watch"],
  fmt: ["sluice fmt", "sluice fmt --check teams/*.yaml", "sluice fmt - < sluice.yaml"],
  organization: ["sluice organization record", "sluice expand --organization sluice.organization.json"],
  preview: [
    "sluice preview --stack prod",
    "sluice preview -o json > plan.json",
    "sluice preview --refresh --expect-no-changes",
    "sluice preview --target '111122223333/*'",
  ],
  up: ["sluice up", "sluice up --stack prod --create", "sluice up --stack prod --plan plan.json", "sluice up --resume"],
  refresh: ["sluice refresh --stack prod", "sluice refresh --expect-no-changes"],
  drift: [
    "sluice drift --stack prod",
    "sluice drift --expect-no-changes -o markdown > drift.md",
    "sluice drift --absorb",
  ],
  destroy: ["sluice destroy --stack dev", "sluice destroy --stack dev --target '*/inventory'"],
  switch: [
    "sluice switch --undo",
    "sluice switch catalog/us-east-1 --to dzd_4abc",
    "sluice switch --undo --receipt s3://acme-backups/catalog/012345678901/us-east-1/427487a6/u22ytzy8/receipt.json",
  ],
  history: [
    "sluice history",
    "sluice history catalog/us-east-1 -o json",
    "sluice history catalog/us-east-1 --into arn:aws:s3tables:us-east-1:111122223333:bucket/acme-lake --as catalog.history",
  ],
  discover: [
    "sluice discover",
    "sluice discover --selection fleet -o json",
    "sluice discover --organization --region us-east-1 --role 'arn:aws:iam::${account.id}:role/Sluice'",
    "sluice discover -o html > there.html",
  ],
  adopt: [
    "sluice adopt --region us-east-1 > sluice.yaml",
    "sluice adopt --region us-east-1 --stack prod --import-file import.json > sluice.yaml",
    "sluice adopt --organization --region us-east-1 --role 'arn:aws:iam::${account.id}:role/Sluice' > sluice.yaml",
  ],
  status: ["sluice status", "sluice status --watch 30", "sluice status -o openmetrics > sluice.prom"],
  policies: [
    "sluice policies --caller arn:aws:iam::111122223333:role/Deploy",
    "sluice policies --caller 111122223333 -o cloudformation > roles.json",
    "sluice policies --caller 111122223333 --organization-id o-acme123456 -o terraform > sluice.tf",
  ],
  render: ["sluice render plan.json", "sluice preview -o json | sluice render - -o html > plan.html"],
  comment: [
    "sluice comment plan.json --stack prod",
    "sluice comment plan.json --pull-request 12 --repository acme/data",
  ],
  backup: [
    "sluice backup --region us-east-1 --to s3://acme-backups/catalog",
    "sluice backup --region us-east-1 --to s3://acme-backups/catalog --dry-run",
    "sluice backup list s3://acme-backups/catalog",
  ],
  verify: [
    "sluice verify s3://acme-backups/catalog/111122223333/us-east-1/receipt.json",
    "sluice verify s3://acme-backups/catalog --all --metadata-only",
  ],
  restore: ["sluice restore s3://acme-backups/catalog/receipt.json --into s3://acme-lake/catalog"],
  probe: [
    "sluice probe --region eu-west-1 > quirks.yaml",
    "sluice probe --region eu-west-1 --allow exports --domain dzd_alpha --domain dzd_beta > quirks.yaml",
    "sluice probe --clean",
  ],
  emulator: [
    "sluice emulator",
    "sluice emulator --port 4666 --seed seed.json",
    "sluice emulator --quirks quirks.yaml --quirk ssm-quota=shared",
  ],
  engine: ["sluice engine preview --cwd infra --stack dev", "sluice engine recover --stack dev"],
  completion: ['eval "$(sluice completion bash)"', "sluice completion fish > ~/.config/fish/completions/sluice.fish"],
  manual: ["sluice manual | man -l -", "sluice manual > /usr/local/share/man/man1/sluice.1"],
};
