/** Returns what to write instead of an account id with the dashes that the console prints. */
export function withoutDashes(value: string): string | undefined {
  if (value === "all") return "Write `accounts: all`, without brackets.";
  return /^\d{4}[- ]\d{4}[- ]\d{4}$/.test(value) ? `Write "${value.replaceAll(/[- ]/g, "")}".` : undefined;
}

/** Returns what to write instead of a name with a variable or a slash: names are told apart before any variable is filled in. */
export function plainName(value: string): string | undefined {
  if (value.includes("${")) return "Write it without a variable; the `name:` of a sync may have some.";
  const [, account, region] = /^([^/]+)\/([a-z]{2,4}-[a-z0-9-]+-\d{1,2})$/.exec(value) ?? [];
  if (account !== undefined) return `Write { accounts: [${account}], regions: [${region}] } for targets.`;
  return value.includes("/") ? `Write it without the slash, such as ${value.replaceAll("/", "-")}.` : undefined;
}

/** Returns the account and Region that are written with another sign than a slash. */
export function withSlash(value: string): string | undefined {
  const [, account, region] = /^([^\s:@,]+)[:@,. ]+([a-z]{2,4}-[a-z0-9-]+-\d{1,2})$/.exec(value) ?? [];
  return account === undefined ? undefined : `Write ${account}/${region}.`;
}

/** Returns the id of a unit in the letters that AWS has. */
export function lowerCaseUnit(value: string): string | undefined {
  return /^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$/i.test(value) ? `Write ${value.toLowerCase()}.` : undefined;
}

/** Returns the id in the ARN or the address of a domain. */
export function domainInAddress(value: string): string | undefined {
  const [, id] = /(?:\/|^)(dzd[-_][a-zA-Z0-9_-]{1,36})(?:$|[./])/.exec(value) ?? [];
  return id === undefined ? undefined : `Write ${id}.`;
}

/** Returns the ARN of a role for its name, or for a session of it. */
export function roleFor(value: string): string | undefined {
  const [, partition, account, role] =
    /^arn:(aws[a-z-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\//.exec(value) ?? [];
  if (role !== undefined) return `Write arn:${partition}:iam::${account}:role/${role}.`;
  return /^[\w+=,.@-]{1,64}$/.test(value) ? `Write arn:aws:iam::\${account.id}:role/${value}.` : undefined;
}

/** Returns the place in S3 that an ARN, an address of the web or another scheme names. */
export function placeInS3(value: string): string | undefined {
  if (/^(false|no|off|none|null)$/i.test(value)) return "Write none.";
  const [, bucket, rest = ""] =
    /^(?:arn:aws[a-z-]*:s3:::|s3[an]:\/\/|https?:\/\/(?=[^/]+\.s3[.-]))([^/]+?)(?:\.s3[.-][^/]*)?(\/.*)?$/.exec(
      value,
    ) ?? [];
  return bucket === undefined ? undefined : `Write s3://${bucket}${rest.replace(/\/+$/, "")}.`;
}

/** Returns how to find the ARN of a key that is named otherwise. */
export function arnOfKey(value: string): string | undefined {
  const isNamed = /^(?:alias\/)?[\w/-]{1,250}$|^arn:aws[a-z-]*:kms:[^:]*:\d{12}:alias\/[\w/-]+$/.test(value);
  return isNamed
    ? `Write the whole ARN of the key itself, …:key/…; \`aws kms describe-key --key-id ${value}\` prints it.`
    : undefined;
}

/** Returns a date of another country, or with a time, as it is written here. */
export function isoDate(value: string): string | undefined {
  const [, year, month, day] = /^(\d{4})[-/.]?(\d{1,2})[-/.]?(\d{1,2})(?:[T ].*)?$/.exec(value) ?? [];
  const [, lateDay, lateMonth, lateYear] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(value) ?? [];
  const parts = year === undefined ? [lateYear, lateMonth, lateDay] : [year, month, day];
  const date = parts.map((part) => part?.padStart(2, "0")).join("-");
  return /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(date) ? `Write "${date}".` : undefined;
}

/** Returns hours or days that are written otherwise. */
export function hoursOrDays(value: string): string | undefined {
  const [, count, unit] = /^(?:PT?)?([1-9]\d{0,3})\s*(h|hours?|hrs?|d|days?)$/i.exec(value) ?? [];
  return count === undefined ? undefined : `Write ${count}${unit![0]!.toLowerCase()}.`;
}
