import resource from "@pulumi/pulumi/proto/resource_pb.js";
import source from "@pulumi/pulumi/proto/source_pb.js";
import { describe, expect, test } from "vitest";
import { originOf } from "../../../../src/engine/model/source-position.ts";

const at = (uri: string, line: number, column: number) =>
  new source.SourcePosition().setUri(uri).setLine(line).setColumn(column);
const frame = (uri: string, line: number) => new source.StackFrame().setPc(at(uri, line, 0));

describe("The position that a resource comes from", () => {
  test("is told from the project's folder, with line and column", () => {
    const request = new resource.RegisterResourceRequest().setSourceposition(at("file:///lab/src/a%20b(1).ts", 47, 19));
    expect(originOf(request, "/lab").sourcePosition).toBe("project:///src/a%20b%281%29.ts#47,19");
    request.setSourceposition(at("file:///other/c.ts", 3, 0));
    expect(originOf(request, "/lab").sourcePosition).toBe("project:///../other/c.ts#3");
  });

  test("comes with the calls that led there; one outside any file keeps its place", () => {
    const frames = [frame("file:///lab/a.ts", 1), frame("node:internal/x", 2), new source.StackFrame()];
    const request = new resource.ReadResourceRequest().setStacktrace(new source.StackTrace().setFramesList(frames));
    expect(originOf(request, "/lab").stackTrace).toEqual([{ sourcePosition: "project:///a.ts#1" }, {}, {}]);
  });

  test("is unknown where the program does not say it", () => {
    expect(originOf(new resource.RegisterResourceRequest(), "/lab").sourcePosition).toBeUndefined();
  });
});
