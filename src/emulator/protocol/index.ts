import { awsJson } from "./aws-json.ts";
import { awsQuery } from "./aws-query.ts";
import type { ProtocolName } from "./model.ts";
import type { Protocol } from "./protocol.ts";
import { restJson } from "./rest-json.ts";
import { restXml } from "./rest-xml.ts";

/** Returns the wire protocol of a name. */
export function protocolOf(name: ProtocolName): Protocol {
  return protocols[name];
}

const protocols: Record<ProtocolName, Protocol> = {
  awsJson1_1: awsJson,
  restJson1: restJson,
  restXml,
  awsQuery,
};
