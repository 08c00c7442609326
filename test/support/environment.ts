/**
 * Matches the names of the variables by which a machine would decide what a test sees: `CI` makes every command one of a pipeline,
 * and credentials, a Region or a state of the machine would be taken for the test's own.
 */
export const decidedByTheMachine = /^(CI$|AWS_|PULUMI_|GITHUB_|GITLAB_|FORCE_COLOR$)/;

for (const name of Object.keys(process.env)) if (decidedByTheMachine.test(name)) delete process.env[name];
