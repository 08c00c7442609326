import { partitionOf } from "../../world/partition.ts";
import type {
  DomainSummary,
  GetDomainInput,
  GetDomainOutput,
  ListDomainsInput,
  ListDomainsOutput,
} from "@aws-sdk/client-datazone";
import { pageOf } from "../../world/pages.ts";
import type { DomainSeed } from "../../world/seed.ts";
import { ServiceError } from "../../world/handler.ts";
import type { Context } from "../../world/handler.ts";
import { exportsOf } from "./exports.ts";
import { removalState } from "./removals.ts";

/** Lists the account's domains in the Region and those shared into it, deleted ones left out. */
export function ListDomains(input: ListDomainsInput, context: Context): ListDomainsOutput {
  const domains = domainsOf(context).filter(({ state }) => input.status === undefined || state === input.status);
  const { page, next } = pageOf(domains, {
    token: input.nextToken,
    size: input.maxResults ?? 25,
    key: ({ id }) => id,
    invalidToken: () => new ServiceError("ValidationException", "The next token is invalid."),
  });
  return { items: page.map((domain) => summaryOf(domain, context)), nextToken: next };
}

/** Returns one domain. Its answer has no `managedAccountId`: the ARN tells the owner. */
export function GetDomain({ identifier = "" }: GetDomainInput, context: Context): GetDomainOutput {
  const domain = domainOf(identifier, context);
  const { id, name, arn, status, domainVersion, createdAt, lastUpdatedAt, portalUrl } = summaryOf(domain, context);
  return {
    id,
    name,
    arn,
    status,
    domainVersion,
    createdAt,
    lastUpdatedAt,
    portalUrl,
    domainExecutionRole: `arn:${partitionOf(context.region)}:iam::${context.account}:role/service-role/AmazonSageMakerDomainExecution`,
    rootDomainUnitId: `unit${identifier.slice(4)}`,
    tags: {},
  };
}

/**
 * Returns the domain of that id in the account and Region. One that is deleted, or never was, is answered as the quirk
 * says: AWS is seen to deny access to it.
 */
export function domainOf(id: string, context: Context): DomainSeed {
  const domain = domainsOf(context).find((candidate) => candidate.id === id);
  if (domain) return domain;
  const removal = removalState(id, context);
  if (context.world.open && removal !== "DELETED") return { ...openDomain(id), ...(removal && { state: removal }) };
  if (context.world.quirk("datazone-deleted-domain") === "denied") throw notPermitted(context);
  throw new ServiceError("ResourceNotFoundException", `Domain with identifier ${id} does not exist.`);
}

/** Returns the domain of that id, if the caller may ask for its export: who uses a shared domain may be denied that. */
export function readableDomain(id: string, context: Context): DomainSeed {
  const domain = domainOf(id, context);
  if (domain.sharedFrom === undefined || context.world.quirk("datazone-shared-get") === "answered") return domain;
  throw notPermitted(context);
}

/** Returns the error with which DataZone itself refuses an operation, whatever the caller's policies say. */
function notPermitted({ operation }: Context): ServiceError {
  return new ServiceError("AccessDeniedException", `User is not permitted to perform operation: ${operation}`);
}

/** In an open world each domain exists; the one that holds an export is known by name. */
function domainsOf(context: Context): DomainSeed[] {
  const { world, account, region } = context;
  const holder = exportsOf(context).current?.domain;
  const seeded = world.seed.accounts[account]?.regions[region]?.domains ?? [];
  const open = world.open && holder !== undefined ? [openDomain(holder)] : [];
  return [...seeded, ...open]
    .map((domain) => ({ ...domain, state: removalState(domain.id, context) ?? domain.state }))
    .filter(({ state }) => state !== "DELETED");
}

function openDomain(id: string): DomainSeed {
  return { id, name: id, state: "AVAILABLE", version: "V2" };
}

/** Seeded domains were there before the emulator: their times stand still. */
const createdAtStart = new Date("2025-11-01T00:00:00Z");

function summaryOf({ id, name, state, version, sharedFrom }: DomainSeed, { account, region }: Context): DomainSummary {
  const owner = sharedFrom ?? account;
  return {
    id,
    name,
    arn: `arn:${partitionOf(region)}:datazone:${region}:${owner}:domain/${id}`,
    managedAccountId: owner,
    status: state,
    portalUrl: `https://${id}.sagemaker.${region}.on.aws`,
    createdAt: createdAtStart,
    lastUpdatedAt: createdAtStart,
    domainVersion: version,
  };
}
