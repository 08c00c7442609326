import { error, list, operation, structure } from "../../protocol/smithy-schema.ts";

/**
 * The part of AWS Account Management that tells which Regions an account has, in the layout of the SDK's clients. A client
 * package for one operation would be one more to install.
 * https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
 */
const NAMESPACE = "com.amazonaws.account";

const region = structure(NAMESPACE, "Region", { RegionName: "text", RegionOptStatus: "text" });

/** The operation ListRegions. */
export const ListRegions$ = operation(NAMESPACE, "ListRegions", {
  http: ["POST", "/listRegions", 200],
  input: structure(NAMESPACE, "ListRegionsRequest", {
    AccountId: "text",
    MaxResults: "number",
    NextToken: "text",
    RegionOptStatusContains: list(NAMESPACE, "RegionOptStatusList", "text"),
  }),
  output: structure(NAMESPACE, "ListRegionsResponse", {
    NextToken: "text",
    Regions: list(NAMESPACE, "RegionOptList", region),
  }),
});

/** The errors that it declares. */
export const AccessDeniedException$ = error(NAMESPACE, "AccessDeniedException", 403);

/** Declares an input that is not allowed. */
export const ValidationException$ = error(NAMESPACE, "ValidationException", 400);

/** Declares a rate that is exceeded. */
export const TooManyRequestsException$ = error(NAMESPACE, "TooManyRequestsException", 429);

/** Declares a failure of the service. */
export const InternalServerException$ = error(NAMESPACE, "InternalServerException", 500);

/** Stands for the SDK's client as far as a service's model is read from it. */
export class AccountClient {
  readonly config = {
    protocol: { getShapeId: () => "aws.protocols#restJson1" },
    protocolSettings: {},
  };
}

/** What ListRegions takes. */
export interface ListRegionsRequest {
  AccountId?: string;
  MaxResults?: number;
  NextToken?: string;
  RegionOptStatusContains?: string[];
}

/** What ListRegions answers. */
export interface ListRegionsResponse {
  NextToken: string | undefined;
  Regions: Array<{ RegionName: string; RegionOptStatus: RegionOptStatus }>;
}

/** Whether an account has a Region. */
export type RegionOptStatus = "ENABLED" | "ENABLING" | "DISABLING" | "DISABLED" | "ENABLED_BY_DEFAULT";
