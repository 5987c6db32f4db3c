import { spawnSync } from 'node:child_process';

/**
 * Skips a test when a program that it needs is not installed, and says what to install. With OPU_REQUIRE_ALL_TOOLS=1
 * (continuous integration) that is a failure.
 */
export function needTool(context: { skip(): void }, command: string, debianPackage: string): void {
  if (spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined) return;
  const message = `${command} is not installed; on Debian: apt-get install ${debianPackage}`;
  if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error(message);
  console.log(`      skipped: ${message}`);
  context.skip();
}
