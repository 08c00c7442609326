import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { RegisterResourceRequest, ReadResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import type { SourcePosition } from "@pulumi/pulumi/proto/source_pb.js";

/** The statement of the program that a resource comes from, and those that led there, as Pulumi keeps them. */
export interface Origin {
  readonly sourcePosition?: string;
  readonly stackTrace?: { sourcePosition?: string }[];
}

/**
 * Returns where in the program a request comes from.
 *
 * @param root The project's folder, which the positions are relative to.
 */
export function originOf(request: RegisterResourceRequest | ReadResourceRequest, root: string): Origin {
  const frames = request.getStacktrace()?.getFramesList() ?? [];
  return {
    sourcePosition: positionOf(request.getSourceposition(), root),
    stackTrace: frames.map((frame) => ({ sourcePosition: positionOf(frame.getPc(), root) })),
  };
}

/** Returns `project:///folder/file.mjs#line,column`; `undefined` for what lies in no file. */
function positionOf(position: SourcePosition | undefined, root: string): string | undefined {
  const uri = position?.getUri() ?? "";
  if (!position || !uri.startsWith("file:///")) return undefined;
  const path = relative(root, fileURLToPath(uri)).split(sep).map(escaped).join("/");
  const column = position.getColumn();
  return `project:///${path}#${position.getLine()}${column === 0 ? "" : `,${column}`}`;
}

/** Escapes a part of a path as Go does. */
function escaped(name: string): string {
  const all = encodeURIComponent(name).replace(/[!'()*]/g, (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`);
  return all.replace(/%(?:24|26|2B|2C|3A|3B|3D|40)/g, decodeURIComponent);
}
