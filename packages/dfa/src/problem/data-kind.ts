import { isGraphFolder } from '../data/graph/graph-files.js';

export type DataKind = 'digits' | 'images' | 'graph';

/** What `data` of a configuration means: the embedded digits, or what a folder's files say. */
export function dataKind(data: string): DataKind {
  if (data === 'synthetic') return 'digits';
  return isGraphFolder(data) ? 'graph' : 'images';
}
