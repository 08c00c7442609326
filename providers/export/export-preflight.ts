import { GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { exportKeyPolicy, meaningOf, targetName, verdictOf } from "../../src/aws/index.ts";
import type { Clients } from "../../src/aws/index.ts";
import { findDomain } from "../slot/domains.ts";
import type { FoundDomain } from "../slot/domains.ts";
import type { ExportSettings } from "../settings/export-settings.ts";
import { policiesOfAll } from "../lifecycle/finding.ts";
import type { Finding } from "../lifecycle/finding.ts";
import { keyStateFindings, unusableKeyFinding } from "../access/key-state.ts";
import type { Work } from "../lifecycle/lifecycle.ts";

/** What an export needs, whoever declares it. */
export type ExportNeeds = Pick<ExportSettings, "account" | "region" | "domain" | "encryption">;

/** What was asked already for a plan: a claim and its export need the same, and share their clients there. */
const knownFindings = new WeakMap<Clients, Map<string, Promise<Finding[]>>>();

/** Finds what would keep AWS from taking this export: its domain and its key. Reads only. */
export async function exportFindings(needs: ExportNeeds, work: Work): Promise<Finding[]> {
  const ask = async () => (await Promise.all([domainFindings(needs, work), keyFindings(needs, work)])).flat();
  // A deployment waits long between its steps, and asks anew before each.
  if (!work.share) return ask();
  const known = knownFindings.get(work.clients) ?? new Map<string, Promise<Finding[]>>();
  knownFindings.set(work.clients, known);
  const key = JSON.stringify([needs.domain, needs.encryption]);
  const found = known.get(key) ?? ask();
  known.set(key, found);
  return found;
}

/** The export that runs until another one takes its place. */
interface RunningExport {
  domain: string;
  /** Of its table, if there is one. */
  encryption?: ExportNeeds["encryption"];
}

/**
 * Judges what was found of an export for which a running one is taken away: what may not be read, and what AWS does not document, is no
 * warning then but a reason to leave everything as it is, unless the running export itself shows that AWS takes it.
 */
export function withUnknownsAsErrors(
  findings: readonly Finding[],
  needs: ExportNeeds,
  { domain, encryption }: RunningExport,
): Finding[] {
  const isShown = ({ property }: Finding) =>
    property === "domain" ? domain === needs.domain : encryption?.kmsKeyArn === needs.encryption.kmsKeyArn;
  const way = `The export of ${domain} is not ended for one that may not come. To try it all the same, take the entry out of the spec, run up, and declare it with ${needs.domain} after that.`;
  return findings.map((finding) =>
    finding.severity === "error" || isShown(finding)
      ? finding
      : { ...finding, severity: "error", cure: [finding.cure, way].join(" ") },
  );
}

async function domainFindings(needs: ExportNeeds, { clients }: Work): Promise<Finding[]> {
  const { account, region, domain } = needs;
  const property = "domain";
  let found: FoundDomain | undefined;
  try {
    found = await findDomain(clients, domain);
  } catch (error) {
    if (meaningOf(error).kind !== "denied") throw error;
    const message = `Whether the domain ${domain} is in ${account}/${region} is not known: ${(error as Error).message}`;
    const cure = `Allow the role that works in ${account}/${region} datazone:GetDomain and datazone:ListDomains.`;
    return [{ code: "unknown", severity: "warning", property, message, cure }];
  }
  if (!found) {
    return [
      {
        code: "domain-missing",
        severity: "error",
        property,
        message: `The domain ${domain} is not in ${account}/${region}.`,
        cure: `Correct \`domain\`: \`aws datazone list-domains --region ${region}\` in account ${account} lists those that there are.`,
      },
    ];
  }
  if (found.status === "AVAILABLE") return undocumentedFindings(found, needs);
  return [
    {
      code: "domain-state",
      severity: "error",
      property,
      message: `The domain ${domain} of ${account}/${region} is ${found.status}, and exports only when it is AVAILABLE.`,
      cure:
        found.status === "CREATING"
          ? "Wait until it is created, then run it again."
          : "Name a domain that is in service.",
    },
  ];
}

/** AWS documents the export for domains of version V2, in the account that they belong to, and not what it says to others. */
function undocumentedFindings({ id, version, owner }: FoundDomain, { account, region }: ExportNeeds): Finding[] {
  const found = (what: string, cure: string): Finding => {
    const message = `The domain ${id} of ${account}/${region} ${what}, and AWS may refuse its export.`;
    return { code: "domain-state", severity: "warning", property: "domain", message, cure };
  };
  return [
    ...(version === "V1" ? [found("is of version V1", "Name a domain of Amazon SageMaker Unified Studio.")] : []),
    ...(owner !== undefined && owner !== account
      ? [found(`belongs to ${owner}, which shares it`, `Declare the export in account ${owner}.`)]
      : []),
  ];
}

/**
 * The catalog's service describes the key and encrypts with it when AWS takes the export.
 * @see https://docs.aws.amazon.com/sagemaker-unified-studio/latest/adminguide/sagemaker-unified-studio-export-asset-metadata-kms-permissions.html
 */
async function keyPolicyFindings(needs: ExportNeeds, key: string, clients: Clients): Promise<Finding[]> {
  const property = "encryption.kmsKeyArn";
  let policy: string | undefined;
  try {
    policy = (await clients.kms().send(new GetKeyPolicyCommand({ KeyId: key }))).Policy;
  } catch (error) {
    if (meaningOf(error).kind !== "denied") throw error;
    const message = `Whether the catalog may use the key ${key} is not known: ${(error as Error).message}`;
    const cure = `Allow the role that works in ${targetName(needs)} kms:GetKeyPolicy on it.`;
    return [{ code: "unknown", severity: "warning", property, message, cure }];
  }
  const service = "systemtables.sagemaker-catalog.amazonaws.com";
  const context = {
    "aws:sourceaccount": needs.account,
    "aws:sourcearn": undefined,
    "aws:principalisawsservice": "true",
  };
  const refused = ["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt"].filter((action) =>
    ["denied", "notAllowed"].includes(verdictOf(policy, { service, action, resource: key, context })),
  );
  if (refused.length === 0) return [];
  return [
    {
      code: "key-policy",
      severity: "error",
      property,
      message: `The policy of the key ${key} does not let ${service} use it for ${needs.account}: ${refused.join(", ")}.`,
      cure: `The key's policy needs: ${JSON.stringify(exportKeyPolicy(needs.account, needs.region))}\n${policiesOfAll}`,
    },
  ];
}

async function keyFindings(needs: ExportNeeds, { clients }: Work): Promise<Finding[]> {
  const { kmsKeyArn: arn } = needs.encryption;
  if (arn === undefined) return [];
  const key = { arn, property: "encryption.kmsKeyArn", target: needs };
  if (arn.split(":")[3] !== needs.region) {
    return [unusableKeyFinding(key, `is not in ${needs.region}, where the table is`, `Name a key of ${needs.region}.`)];
  }
  const findings = await keyStateFindings(key, { clients });
  return findings.length > 0 ? findings : keyPolicyFindings(needs, arn, clients);
}
