import type { Run } from "./decide/run.ts";
import { deleteUndeclared } from "./delete-undeclared.ts";
import type { RequestQueue } from "./monitor/queue.ts";
import type { OpenRun } from "./open-run.ts";
import { earlyExitMessage } from "./processes/program-process.ts";

/** Runs the program to its end: brings about what it registers, then deletes what it no longer does. */
export async function followProgram({ run, executor, queue, monitor, startProgram }: OpenRun): Promise<void> {
  const program = startProgram();
  const exited = program.exited.then((code) => {
    if (!monitor.isComplete) reportEarlyExit(run, code);
  });
  await Promise.race([monitor.complete, exited, run.stopped.catch(() => undefined)]);
  await queue.idle();
  await executor.idle();
  if (!run.stop.aborted) await deleteUndeclared(run, executor);
  await recordStackOutputs(run, queue);
  monitor.release();
  await program.end();
}

function reportEarlyExit(run: Run, exitCode: number | null): void {
  if (run.stop.aborted) return;
  const message = earlyExitMessage(exitCode);
  if (message) run.reporter.error(message);
  run.fail();
}

/** Records the stack's outputs. A run that failed may not have come to one, so it takes none away. */
async function recordStackOutputs(run: Run, { stackOutputs }: RequestQueue): Promise<void> {
  const state = stackOutputs?.step.new;
  if (!stackOutputs || !state) return;
  const before = run.base.find(({ urn }) => urn === state.urn)?.outputs ?? {};
  state.outputs = run.failed ? { ...before, ...stackOutputs.outputs } : stackOutputs.outputs;
  run.reporter.outputs(stackOutputs.step);
  await run.ledger?.outputs(state);
}
