import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspaces } from './lib/prepare.mjs';

for (const workspace of workspaces) rmSync(join(root, workspace, 'dist'), { recursive: true, force: true });
