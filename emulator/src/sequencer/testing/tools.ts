/**
 * For a test that needs a tool: skips it where the tool is missing, and says what to install. Where every tool has to be
 * there (OPU_REQUIRE_ALL_TOOLS=1, as in continuous integration), a missing one is a failure.
 */
export function skipUnlessRequired(context: Mocha.Context, missing: string | undefined): void {
  if (missing === undefined) return;
  if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error(`${missing}; here every tool is required`);
  console.warn(`      skipped: ${missing}`);
  context.skip();
}
