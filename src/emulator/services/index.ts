import { modelOf } from "../protocol/model.ts";
import type { ServiceModel } from "../protocol/model.ts";
import type { Constraints } from "../protocol/constraints.ts";
import type { Handler, Handlers, ServiceName } from "../world/handler.ts";

/** A service ready to answer: its model and what it implements of it. */
export interface Service {
  model: ServiceModel;
  handlers: Map<string, Handler<unknown, unknown>>;
}

/** Loads a service with its SDK client's schemas, on the first request to it: the emulator starts without any. */
export function loadService(name: ServiceName): Promise<Service> {
  const known = loaded.get(name) ?? load(name);
  loaded.set(name, known);
  return known;
}

/** Returns whether the emulator has a service of that signing name. */
export function isServiceName(name: string): name is ServiceName {
  return Object.hasOwn(serviceParts, name);
}

/** Returns the signing names of all services. */
export function serviceNames(): string[] {
  return Object.keys(serviceParts);
}

const loaded = new Map<ServiceName, Promise<Service>>();

async function load(name: ServiceName): Promise<Service> {
  const [client, { handlers }, constraints] = await Promise.all(serviceParts[name]());
  return {
    model: modelOf(name, client as unknown as Record<string, unknown>, constraints.default as Constraints),
    handlers: new Map(Object.entries(handlers as Handlers as Record<string, Handler<unknown, unknown>>)),
  };
}

type Parts = [
  client: Promise<object>,
  service: Promise<{ handlers: Handlers }>,
  constraints: Promise<{ default: unknown }>,
];

const json = { with: { type: "json" } } as const;

const serviceParts: Record<ServiceName, () => Parts> = {
  ssm: () => [
    import("@aws-sdk/client-ssm"),
    import("./ssm/index.ts"),
    import("../protocol/constraints/ssm.json", json),
  ],
  datazone: () => [
    import("@aws-sdk/client-datazone"),
    import("./datazone/index.ts"),
    import("../protocol/constraints/datazone.json", json),
  ],
  s3tables: () => [
    import("@aws-sdk/client-s3tables"),
    import("./s3tables/index.ts"),
    import("../protocol/constraints/s3tables.json", json),
  ],
  s3: () => [import("@aws-sdk/client-s3"), import("./s3/index.ts"), import("../protocol/constraints/s3.json", json)],
  sts: () => [
    import("@aws-sdk/client-sts"),
    import("./sts/index.ts"),
    import("../protocol/constraints/sts.json", json),
  ],
  organizations: () => [
    import("@aws-sdk/client-organizations"),
    import("./organizations/index.ts"),
    import("../protocol/constraints/organizations.json", json),
  ],
  iam: () => [
    import("@aws-sdk/client-iam"),
    import("./iam/index.ts"),
    import("../protocol/constraints/iam.json", json),
  ],
  account: () => [
    import("./account/client.ts"),
    import("./account/index.ts"),
    import("../protocol/constraints/account.json", json),
  ],
  glue: () => [
    import("./glue/client.ts"),
    import("./glue/index.ts"),
    import("../protocol/constraints/glue.json", json),
  ],
  kms: () => [
    import("@aws-sdk/client-kms"),
    import("./kms/index.ts"),
    import("../protocol/constraints/kms.json", json),
  ],
};
