export { DeviceLink } from '@opu/protocol';
