import { expect, it } from "vitest";
import { Journal } from "../../../../src/engine/state/journal.ts";
import { memoryFiles } from "./memory-files.ts";

it("a journal's size is that of its lines in the file, behind the first", async () => {
  const files = memoryFiles();
  const header = { format: 1, stack: "acme/dev", base: "", resources: 0, salt: "", pid: 1 } as never;
  const journal = await Journal.begin("/state/dev.journal", header, files);
  const begun = Buffer.byteLength(files.texts.get("/state/dev.journal")!);
  journal.note('{"kind":"begin","name":"äöü"}');
  await journal.append('{"kind":"end"}');
  expect(journal.sizeBytes).toBe(Buffer.byteLength(files.texts.get("/state/dev.journal")!) - begun);
  await journal.close();
});
