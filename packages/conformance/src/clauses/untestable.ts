const host = 'It binds the host, and a device cannot be asked about it; the driver and its tests look after it.';

/** Clauses of SPEC.md that no case against a device can prove, and why. */
export const untestableClauses: Readonly<Record<string, string>> = {
  'OPU-MSG-8':
    'It shares numbers out between this specification and vendors; a device does nothing by which that shows.',
  'OPU-LNK-6': host,
  'OPU-HS-12': host,
  'OPU-REQ-2': host,
  'OPU-RDO-8': host,
  'OPU-RDO-9': host,
  'OPU-CLK-3': host,
  'OPU-CLK-4': host,
  'OPU-VT-3': host,
};
