// Writes src/emulator/protocol/constraints/*.json from botocore's copy of the AWS service models:
//   node scripts/emulator-constraints.mjs …/site-packages/botocore/data
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const OPERATIONS = {
  ssm: /^(Create|Update|Delete|List)ResourceDataSync$/,
  datazone: /^((Put|Get|Delete)DataExportConfiguration|ListDomains|(Get|Delete)Domain)$/,
  s3tables:
    /^((Create|Get|Delete)(TableBucket|Namespace|Table)|List(TableBuckets|Namespaces|Tables)|RenameTable|(Get|Update)TableMetadataLocation|Get(TableBucket|Table)Encryption|(Get|Put|Delete)TableBucketPolicy|(Get|Put)Table(Maintenance|RecordExpiration)Configuration|GetTableRecordExpirationJobStatus)$/,
  s3: /^((Create|Head|Delete)Bucket|ListBuckets|GetBucket(Location|Acl|Versioning|LifecycleConfiguration|PolicyStatus|Encryption|OwnershipControls)|GetPublicAccessBlock|GetObjectLockConfiguration|ListObjectVersions|(Get|Put|Delete)BucketPolicy|(Get|Head|Put|Delete|Copy)Object|DeleteObjects|ListObjects(V2)?|ListMultipartUploads|(Create|Complete|Abort)MultipartUpload|UploadPart(Copy)?|ListParts|GetObjectAttributes|(Get|Put)ObjectTagging)$/,
  sts: /^(GetCallerIdentity|AssumeRole)$/,
  organizations:
    /^(Describe(Organization|OrganizationalUnit|Account)|List(Roots|Accounts|AccountsForParent|OrganizationalUnitsForParent|Children|Parents|DelegatedAdministrators|AWSServiceAccessForOrganization))$/,
  iam: /^(CreateServiceLinkedRole|GetRole)$/,
  account: /^ListRegions$/,
  glue: /^(GetTable|(Put|Get)DataCatalogExportConfiguration)$/,
  kms: /^(DescribeKey|GetKeyPolicy)$/,
};

const data = process.argv[2];
if (data === undefined) throw new Error("Give the path of botocore's data folder.");

for (const [service, wanted] of Object.entries(OPERATIONS)) {
  const model = newestModel(join(data, service));
  const constraints = {};
  const seen = new Set();
  for (const [name, { input }] of Object.entries(model.operations)) {
    if (wanted.test(name) && input) collect(model.shapes, input.shape, constraints, seen);
  }
  const file = new URL(`../src/emulator/protocol/constraints/${service}.json`, import.meta.url);
  writeFileSync(file, `${JSON.stringify(constraints, null, 2)}\n`);
}

function newestModel(folder) {
  const version = readdirSync(folder).toSorted().at(-1);
  const file = readdirSync(join(folder, version)).find((name) => name.startsWith("service-2.json"));
  const bytes = readFileSync(join(folder, version, file));
  return JSON.parse(file.endsWith(".gz") ? gunzipSync(bytes) : bytes);
}

function collect(shapes, name, constraints, seen) {
  if (seen.has(name)) return;
  seen.add(name);
  const shape = shapes[name];
  if (shape.type === "list") collect(shapes, shape.member.shape, constraints, seen);
  if (shape.type === "map") collect(shapes, shape.value.shape, constraints, seen);
  for (const [member, reference] of Object.entries(shape.members ?? {})) {
    // S3 reads the header without regard to case, and AWS's C++ SDK writes it in lower case.
    const limits = member === "ChecksumMode" ? undefined : limitsOf(shapes, reference.shape);
    if (limits) constraints[`${name}.${member}`] = limits;
    collect(shapes, reference.shape, constraints, seen);
  }
}

function limitsOf(shapes, name) {
  const { type, min, max, pattern, enum: values, member, key, value } = shapes[name];
  const limits = Object.fromEntries(
    Object.entries({
      min,
      max,
      pattern,
      enum: values,
      each: type === "list" ? limitsOf(shapes, member.shape) : undefined,
      key: type === "map" ? limitsOf(shapes, key.shape) : undefined,
      value: type === "map" ? limitsOf(shapes, value.shape) : undefined,
    }).filter(([, limit]) => limit !== undefined),
  );
  return Object.keys(limits).length > 0 ? limits : undefined;
}
