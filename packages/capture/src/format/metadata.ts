/** Name of the metadata with which a recording ends that came to its end: how much is in it. */
export const TOTALS = 'opu.totals';
