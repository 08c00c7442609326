import { suggest } from "./problem/suggest.ts";
import { variableNames } from "./schema/variables.ts";

/** Returns what looks like a variable of a shell, a template or a pipeline, and the name in it; it would be taken for plain text. */
export function foreignVariableIn(text: string): { written: string; name: string } | undefined {
  const found = /\$?\{\{\s*([^{}]*?)\s*\}\}|(?<![$\w])\$([A-Za-z_]\w*)|%([A-Z][A-Z_]+)%/.exec(text);
  if (found === null) return undefined;
  return { written: found[0], name: found[1] ?? found[2] ?? found[3]! };
}

/** Returns what to write for a variable that is not known. */
export function cureOfVariable(name: string, values: ReadonlyMap<string, string>, inTarget: boolean): string {
  const known = [...(inTarget ? variableNames : []), ...values.keys()];
  const meant = known.includes(name) ? name : (ofOtherTools(name, known) ?? nearest(name, known));
  if (meant !== undefined) return `Did you mean "\${${meant}}"?`;
  const bareName = /^(?:vars?|locals?|env|params?|parameters?)\.([A-Za-z_][\w-]*)$/i.exec(name)?.[1];
  if (bareName !== undefined) return `Define ${bareName} under \`vars\`, and write \${vars.${bareName}}.`;
  if (/^[A-Z][A-Z0-9_]*(:?[-?=].*)?$/.test(name)) {
    const variable = name.replace(/\W.*/, "").toLowerCase();
    return `The environment is not read: define ${variable} under \`vars\`, and write \${vars.${variable}}.`;
  }
  return `Known here: ${known
    .slice(0, 12)
    .map((one) => `\${${one}}`)
    .join(", ")}.`;
}

/** What CloudFormation, Terraform, Pulumi and shells call what a target and a stack have; bare. */
const others: Readonly<Record<string, string>> = {
  accountid: "account.id",
  account: "account.id",
  awsaccountid: "account.id",
  awsaccount: "account.id",
  dataawscalleridentitycurrentaccountid: "account.id",
  accountname: "account.name",
  accountalias: "account.name",
  awsregion: "region",
  awsdefaultregion: "region",
  regionname: "region",
  targetregion: "region",
  dataawsregioncurrentname: "region",
  dataawsregioncurrentid: "region",
  dataawsregioncurrentregion: "region",
  awspartition: "partition",
  dataawspartitioncurrentpartition: "partition",
  awsstackname: "stack",
  stackname: "stack",
  pulumistack: "stack",
  terraformworkspace: "stack",
  environment: "stack",
};

function ofOtherTools(name: string, known: readonly string[]): string | undefined {
  const bare = name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const spelledAlike = known.find((one) => one.replaceAll(/[^a-z0-9]/gi, "").toLowerCase() === bare);
  const meant = spelledAlike ?? (Object.hasOwn(others, bare) ? others[bare] : undefined);
  return meant !== undefined && known.includes(meant) ? meant : undefined;
}

const nearest = (name: string, known: readonly string[]): string | undefined =>
  suggest(
    `\${${name}}`,
    known.map((one) => `\${${one}}`),
  )?.slice(2, -1);
