export { LeaseWatch } from '@opu/protocol';
