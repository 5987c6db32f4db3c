/** `HELLO_REPLY` becomes `HelloReply`. */
export function pascalCase(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

/** `PatternEncoding` becomes `patternEncoding`. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** `PatternEncoding` and `patternEncoding` become `PATTERN_ENCODING`. */
export function screamingCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toUpperCase();
}

/** `PatternEncoding` and `patternEncoding` become `pattern_encoding`. */
export function snakeCase(name: string): string {
  return screamingCase(name).toLowerCase();
}
