/** One sentence of a docstring, and whose it is: `OpuDevice.configure`, or `OpuDevice` for the interface's own. */
export interface Sentence {
  readonly member: string;
  readonly text: string;
}

function sentences(comment: string): string[] {
  const text = comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, ''))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
  return text.split(/(?<=\.)\s+(?=[A-Z`])/);
}

/** Every sentence of the docstrings of a source that declares interfaces and types, in their order. */
export function docstringSentences(source: string): Sentence[] {
  const found: Sentence[] = [];
  let owner = '';
  for (const match of source.matchAll(/\/\*\*([\s\S]*?)\*\/\s*([^\n]*)|^export (?:interface|type) (\w+)/gm)) {
    const [, comment, line = '', bare] = match;
    if (comment === undefined) {
      owner = bare!;
      continue;
    }
    const declared = /^export (?:interface|type) (\w+)/.exec(line)?.[1];
    if (declared !== undefined) owner = declared;
    const name = declared === undefined ? `${owner}.${/^(?:readonly )?(\w+)/.exec(line)?.[1]}` : owner;
    for (const text of sentences(comment)) found.push({ member: name, text });
  }
  return found;
}
