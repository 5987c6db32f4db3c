import { isGraphFolder } from './graph/graph-files.js';
import { isTextFolder } from './text/text-files.js';

export type DataKind = 'digits' | 'images' | 'graph' | 'text';

/** What `data` of a configuration means: the embedded digits, or what a folder's files say. */
export function dataKind(data: string): DataKind {
  if (data === 'synthetic') return 'digits';
  if (isTextFolder(data)) return 'text';
  return isGraphFolder(data) ? 'graph' : 'images';
}
