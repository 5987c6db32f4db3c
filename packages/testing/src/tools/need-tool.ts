import { spawnSync } from 'node:child_process';

/**
 * Skips a test when a program that it needs is not installed, and says what to install. With OPU_REQUIRE_ALL_TOOLS=1
 * (continuous integration) that is a failure.
 */
export function needTool(context: { skip(): void }, command: string, debianPackage: string): void {
  if (spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined) return;
  skipUnlessRequired(context, `${command} is not installed; on Debian: apt-get install ${debianPackage}`);
}

/**
 * Skips a test for what is missing, and says it: where every tool has to be there (OPU_REQUIRE_ALL_TOOLS=1) that is a failure.
 * @param missing nothing when everything is there
 */
export function skipUnlessRequired(context: { skip(): void }, missing: string | undefined): void {
  if (missing === undefined) return;
  if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error(`${missing}; here every tool is required`);
  console.log(`      skipped: ${missing}`);
  context.skip();
}
