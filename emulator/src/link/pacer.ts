export { Pacer } from '@opu/protocol';
