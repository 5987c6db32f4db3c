/** What the operating system refused (no such file, no permission, disk full): nobody's bug. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  const candidate = error as Partial<NodeJS.ErrnoException> | null;
  return error instanceof Error && typeof candidate?.code === 'string' && typeof candidate.syscall === 'string';
}

/** Says in words what the operating system said in a code, with the path and with what can be done. */
export function describeSystemError(error: NodeJS.ErrnoException): string {
  const path = error.path ?? 'the file';
  switch (error.code) {
    case 'ENOENT':
      return `There is no ${path}, or no such folder to write it to. Check the path.`;
    case 'EACCES':
    case 'EPERM':
      return `The system does not let you use ${path}. Check its permissions.`;
    case 'EISDIR':
      return `${path} is a folder; a file is needed.`;
    case 'ENOTDIR':
      return `A part of the path ${path} is a file where a folder is needed.`;
    case 'EEXIST':
      return `${path} exists already. Name another one, or move it away.`;
    case 'ENOSPC':
      return `The disk is full: ${path} could not be written. Free some space and try again.`;
    case 'EADDRINUSE':
      return `The port is taken by another program (${error.message}). Choose another one, or 0 for any that is free.`;
    default:
      return error.message;
  }
}
