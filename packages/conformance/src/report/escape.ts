const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function isAllowed(character: string): boolean {
  const code = character.codePointAt(0)!;
  return code >= 0x20 || code === 0x09 || code === 0x0a || code === 0x0d;
}

/** Text for XML and HTML; characters that XML forbids are replaced. */
export function escapeMarkup(text: string): string {
  return Array.from(text, (character) => (isAllowed(character) ? (names[character] ?? character) : '\ufffd')).join('');
}
