import { GetDataExportConfigurationCommand, GetDomainCommand } from "@aws-sdk/client-datazone";
import type { DomainSummary } from "@aws-sdk/client-datazone";
import { ListResourceDataSyncCommand } from "@aws-sdk/client-ssm";
import { isAbsent } from "../aws/index.ts";
import { isThrottled, refusalOf } from "./refusal.ts";
import type { Bench } from "./bench.ts";
import { nameOfError, answered, unanswered } from "./report.ts";
import type { QuirkAnswer } from "./report.ts";

/** Calls at once: far below what AWS is known to bear, above the emulator's tight burst. */
const burst = 20;

/** Asks what can be told of domains by reading alone. */
export async function askDomains(bench: Bench): Promise<void> {
  const { domains } = bench.before;
  const { account, clients } = bench.target;
  const get = (domain: DomainSummary) =>
    clients.datazone.send(new GetDataExportConfigurationCommand({ domainIdentifier: domain.id }));
  await bench.ask("datazone-deleted-domain", () => unknownDomain(bench));
  await bench.ask("datazone-shared-get", async () => {
    const shared = domains.find(({ managedAccountId }) => managedAccountId !== account);
    if (shared === undefined) return unanswered("No domain of another account is shared into this Region.");
    const refused = await refusalOf(get(shared));
    if (refused === undefined || isAbsent(refused)) return answered("answered", nameOfError(refused));
    return isDenied(refused, "")
      ? answered("denied", nameOfError(refused))
      : unanswered(`It met ${nameOfError(refused)}.`);
  });
  await bench.ask("datazone-get-unconfigured", async () => {
    const domainOfAccount = domains.find(
      (domain) => domain.managedAccountId === account && domain.status === "AVAILABLE",
    );
    if (domainOfAccount === undefined) return unanswered("There is no domain of this account's in this Region.");
    const answer: { isExportEnabled?: boolean; createdAt?: Date } = {};
    const refused = await refusalOf(get(domainOfAccount).then((given) => Object.assign(answer, given)));
    if (refused !== undefined) {
      return isAbsent(refused)
        ? answered("not-found", nameOfError(refused))
        : unanswered(`It met ${nameOfError(refused)}.`);
    }
    return answer.createdAt === undefined && answer.isExportEnabled === false
      ? answered("disabled", "it answered that the export is off, and no time at which it was configured")
      : unanswered("Its domain has an export.");
  });
}

/** An account without the permission is refused in other words than DataZone's own. */
async function unknownDomain(bench: Bench): Promise<QuirkAnswer> {
  const identifier = `dzd_${bench.name("none").replaceAll("-", "")}`.slice(0, 40);
  const refused = await refusalOf(bench.target.clients.datazone.send(new GetDomainCommand({ identifier })));
  if (refused !== undefined && isAbsent(refused)) return answered("not-found", nameOfError(refused));
  if (refused !== undefined && isDenied(refused, "GetDomain")) return answered("denied", nameOfError(refused));
  return unanswered(`GetDomain of an id that never was: ${nameOfError(refused)}.`);
}

/** Tells a refusal of DataZone's own from one by the caller's policies, which names the action. */
function isDenied({ name, message }: Error, operation: string): boolean {
  return name === "AccessDeniedException" && !/not authorized to perform/.test(message) && message.includes(operation);
}

/** Asks how fast requests may come, with reads alone; it is the last question, as what follows may have to wait. */
export async function askRequestRate(bench: Bench): Promise<void> {
  let throttled = 0;
  const ask = async () => {
    const list = new ListResourceDataSyncCommand({ SyncType: "SyncToDestination" });
    // Inside the SDK's own retries: what they hide is what is looked for.
    list.middlewareStack.add(
      (next) => async (request) => {
        try {
          return await next(request);
        } catch (error) {
          if (isThrottled(error)) throttled++;
          throw error;
        }
      },
      { step: "finalizeRequest", priority: "low", name: "countThrottling" },
    );
    await bench.target.clients.ssm.send(list).catch((error: unknown) => {
      if (!isThrottled(error)) throw error;
    });
  };
  await bench.ask("throttling", async () => {
    await Promise.all(Array.from({ length: burst }, ask));
    return throttled > 0
      ? answered("tight", `of ${burst} listings at once some met a throttling error`)
      : answered("none", `${burst} listings at once were answered`);
  });
}
