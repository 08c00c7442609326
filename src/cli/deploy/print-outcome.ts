import { styleText } from "node:util";
import { rowsInWords } from "../../backup/index.ts";
import { diagnosticLines, firstItems } from "../../preview/index.ts";
import { visible, visibleLine } from "../../spec/index.ts";
import type { Io } from "../io.ts";
import type { Exporting } from "./exporting.ts";
import type { DriftedResource, Outcome, Incompleteness } from "./outcome.ts";
import type { TargetResult } from "./target-results.ts";

/** Prints how `up`, `refresh` or `destroy` has ended: one line of counts, receipts, and every error with its cure. */
export function printOutcome(
  outcome: Outcome & {
    verb?: string;
    project?: string;
    stack?: string;
    drift?: DriftedResource[];
    places?: TargetResult[];
    exporting?: Exporting[];
  },
  { cancelled, failed, isTransient, missing }: Incompleteness,
  output: string,
  io: Io,
): void {
  if (output === "json") {
    io.out.line(visible(JSON.stringify(outcome, null, 2)));
    return;
  }
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    io.out.color ? styleText(style, text, { validateStream: false }) : text;
  const diagnostics = outcome.diagnostics.filter(
    ({ severity, message }) =>
      (severity !== "info" || outcome.result !== "succeeded") && !(cancelled && /^\w+ canceled$/.test(message)),
  );
  for (const line of diagnosticLines(diagnostics, paint)) io.err.line(line);
  for (const receipt of outcome.receipts as Receipt[]) {
    const { files, bytes, destination } = receipt;
    io.out.line(
      `backup  ${rowsInWords(receipt)} in ${files} files, ${bytes} bytes, verified: ${visibleLine(destination.location)}`,
    );
  }
  const failures = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(missing.length > 0 ? [`${missing.length} half replaced`] : []),
  ];
  const done = Object.entries(outcome.counts).flatMap(([operation, count]) =>
    count > 0 ? `${count} ${words[operation as keyof Outcome["counts"]]}` : [],
  );
  const well = outcome.result === "succeeded";
  const summary = `${well ? "done" : cancelled ? "cancelled" : "failed"}: ${[...failures, ...done].join(", ") || (well ? "nothing to do" : "nothing was done")}`;
  io.out.line(paint(well ? ["bold", "green"] : ["bold", "red"], summary));
  if (missing.length > 0) {
    const { shown, more } = firstItems(missing, 6);
    const list = `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
    io.out.line(`Not there until its replacement succeeds: ${visibleLine(list)}.`);
  }
  if (!well) io.out.line(isTransient || cancelled ? goesOn : goesOnOnceMended);
}

const goesOn = "Running it again goes on from here; what was done stays done.";
const goesOnOnceMended = "What was done stays done. Mend what is told above: running it again then does only the rest.";

const words = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  forget: "forgotten, not deleted",
  same: "unchanged",
  skip: "left out",
};

interface Receipt {
  rows: number;
  files: number;
  bytes: number;
  destination: { location: string };
}
