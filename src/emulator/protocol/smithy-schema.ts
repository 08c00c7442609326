import { XmlCodec } from "@aws-sdk/core/protocols";
import { NormalizedSchema } from "@smithy/core/schema";

/**
 * Everything that the emulator knows of the SDK's schemas beyond their public interface. A schema is an array: its kind,
 * namespace, name, traits, and what the kind has besides. An SDK that lays them out otherwise is told when this is loaded.
 */

const listKind = 1;
const structureKind = 3;
const operationKind = 9;
const errorKind = -3;
const textType = 0;
const numberType = 1;
const timeType = 4;
const dateTimeType = 5;
const httpDateType = 6;

/** A schema as the SDK's clients hold it. */
export type RawSchema = unknown[];

/** An operation of a client. */
export interface OperationSchema {
  name: string;
  http: [method: string, uri: string, status: number] | undefined;
  input: NormalizedSchema | undefined;
  output: NormalizedSchema | undefined;
}

/** An error that a client's service declares. */
export interface ErrorSchema {
  name: string;
  traits: { error?: "client" | "server"; httpError?: number; awsQueryError?: [code: string, status: number] };
  members: string[];
}

/** What a client package tells of its service. */
export interface ClientSchemas {
  /** The shape of the protocol: `aws.protocols#restXml`. */
  protocol: string;
  xmlNamespace: string;
  /** What stands before the operation in the X-Amz-Target header. */
  target: string;
  operations: OperationSchema[];
  errors: ErrorSchema[];
}

/** Reads the schemas out of a client package's exports. Throws where there are none. */
export function schemasOf(client: Record<string, unknown>): ClientSchemas {
  const { protocol, protocolSettings } = configurationOf(client);
  const schemas = Object.values(client).filter((each): each is RawSchema => Array.isArray(each));
  const operations = schemas.filter(([kind]) => kind === operationKind).map(operationOf);
  if (operations.length === 0) throw unknownLayout("a client has no schemas of operations");
  return {
    protocol: protocol.getShapeId(),
    xmlNamespace: protocolSettings.xmlNamespace ?? "",
    target: protocolSettings.serviceTarget ?? "",
    operations,
    errors: schemas.filter(([kind]) => kind === errorKind).map(errorOf),
  };
}

/** Returns the names of a structure's required members: its schema counts how many of the first ones are. */
export function requiredMembers(structure: NormalizedSchema): string[] {
  const schema = rawOf(structure) as [unknown, unknown, unknown, unknown, string[], unknown, number?];
  return schema[4].slice(0, schema[6] ?? 0);
}

/** Returns a structure with some of another's members, as a body is that has its others in path, query and headers. */
export function partOf(structure: NormalizedSchema, members: string[], name = structure.getName()): NormalizedSchema {
  const [kind, namespace, , traits, names, schemas] = rawOf(structure) as RawSchema & { 4: string[]; 5: unknown[] };
  const chosen = members.map((member) => schemas[names.indexOf(member)]);
  return NormalizedSchema.of([kind, namespace, name, traits, members, chosen] as never);
}

/** Returns what two normalized forms of one schema have in common. */
export function rawOf(schema: NormalizedSchema): RawSchema {
  return schema.getSchema() as unknown as RawSchema;
}

/** Returns the format that the model gives a timestamp itself, instead of the protocol's own. */
export function timestampFormat(schema: NormalizedSchema): "date-time" | "http-date" | undefined {
  const raw: unknown = rawOf(schema);
  return raw === dateTimeType ? "date-time" : raw === httpDateType ? "http-date" : undefined;
}

/** Writes a structure as an XML element named after it. */
export function writeXml(schema: NormalizedSchema, value: unknown, xmlNamespace: string): string {
  const serializer = xmlCodec(xmlNamespace).createSerializer();
  serializer.write(schema, value);
  return String(serializer.flush());
}

/** Reads a structure from XML. The SDK's own reading of scalars takes any text for a boolean or number: `scalar` does not. */
export function readXml(
  schema: NormalizedSchema,
  bytes: Uint8Array,
  scalar: (schema: NormalizedSchema, text: string) => unknown,
): unknown {
  const deserializer = xmlCodec("").createDeserializer();
  if (!("stringDeserializer" in deserializer)) throw unknownLayout("XML is read without a stringDeserializer");
  Object.assign(deserializer, { stringDeserializer: { read: scalar } });
  return deserializer.read(schema, bytes);
}

type Member = "text" | "number" | "time" | RawSchema;

/** Writes a structure's schema; members are `text`, `number`, `time` in the protocol's own format, or other schemas. */
export function structure(namespace: string, name: string, members: Record<string, Member>): RawSchema {
  return [structureKind, namespace, name, 0, Object.keys(members), Object.values(members).map(memberOf)];
}

/** Writes the schema of a list. */
export function list(namespace: string, name: string, element: "text" | RawSchema): RawSchema {
  return [listKind, namespace, name, 0, memberOf(element)];
}

/** Writes the schema of an operation. */
export function operation(
  namespace: string,
  name: string,
  { http, input, output }: { http: [string, string, number]; input: RawSchema; output: RawSchema },
): RawSchema {
  return [operationKind, namespace, name, { http }, () => input, () => output];
}

/** Writes the schema of an error with a message. */
export function error(namespace: string, name: string, httpError: number): RawSchema {
  return [
    errorKind,
    namespace,
    name,
    { error: httpError < 500 ? "client" : "server", httpError },
    ["message"],
    [textType],
  ];
}

function memberOf(member: Member): unknown {
  if (typeof member === "string") return { text: textType, number: numberType, time: timeType }[member];
  return [() => member, 0];
}

interface Configuration {
  protocol: { getShapeId(): string };
  protocolSettings: { xmlNamespace?: string; serviceTarget?: string };
}

function configurationOf(client: Record<string, unknown>): Configuration {
  const name = Object.keys(client).find((key) => /^[A-Z][A-Za-z0-9]*Client$/.test(key));
  const Client = client[name ?? ""] as new (options: object) => { config: Configuration };
  return new Client({ region: "us-east-1", credentials: { accessKeyId: "-", secretAccessKey: "-" } }).config;
}

function operationOf([, , name, traits, input, output]: RawSchema): OperationSchema {
  const { http } = (traits || {}) as { http?: OperationSchema["http"] };
  if (typeof name !== "string") throw unknownLayout("an operation's third element is not its name");
  return { name, http, input: structureOf(input), output: structureOf(output) };
}

function structureOf(reference: unknown): NormalizedSchema | undefined {
  const schema = typeof reference === "function" ? reference() : reference;
  return schema === "unit" || schema === undefined ? undefined : NormalizedSchema.of(schema);
}

function errorOf([, , name, traits, members]: RawSchema): ErrorSchema {
  return { name: name as string, traits: traits as ErrorSchema["traits"], members: members as string[] };
}

function xmlCodec(xmlNamespace: string): XmlCodec {
  return new XmlCodec({
    timestampFormat: { useTrait: true, default: dateTimeType },
    xmlNamespace,
    httpBindings: false,
    serviceNamespace: "",
  });
}

function unknownLayout(what: string): Error {
  return new Error(
    `The emulator does not know the schemas of the installed @smithy/core and @aws-sdk/core: ${what}. ` +
      "Install the versions that the lock file of this release names.",
  );
}

/** Holds a schema that is written here against what the installed library reads out of it. */
function checkLayout(): void {
  const inner = structure("ns", "Inner", { text: "text" });
  const types = [textType, numberType, memberOf(inner), timeType, [dateTimeType, { httpHeader: "date" }]];
  const raw = [structureKind, "ns", "Outer", 0, ["text", "number", "inner", "time", "date"], types, 2];
  const schema = NormalizedSchema.of(raw as never);
  const members = new Map(schema.structIterator());
  const date = members.get("date");
  const known =
    schema.getName() === "Outer" &&
    members.get("text")?.isStringSchema() &&
    members.get("number")?.isNumericSchema() &&
    members.get("inner")?.isStructSchema() &&
    members.get("time")?.isTimestampSchema() &&
    requiredMembers(schema).join() === "text,number" &&
    [...partOf(schema, ["number"]).structIterator()].length === 1 &&
    date?.isTimestampSchema() &&
    timestampFormat(date) === "date-time";
  if (!known) throw unknownLayout("a structure is read as something else");
  const text = writeXml(schema, { text: "a", number: 1 }, "");
  if (!text.includes("<number>1</number>")) throw unknownLayout(`a structure is written as ${text}`);
}

checkLayout();
