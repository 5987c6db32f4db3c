import {
  createFileRegistry,
  create as createMessage,
  type DescMessage,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_timestamp,
} from '@bufbuild/protobuf/wkt';

/** Number of the last field of every Protobuf record: the CRC-32 of all the bytes before it. */
export const CRC_FIELD = 1001;

/** Numbers of the fields that hold the bulk of a record. */
export const PATTERN_DATA_FIELD = 4;
export const IMAGE_DATA_FIELD = 6;

type ScalarName = 'UINT64' | 'UINT32' | 'FIXED32' | 'DOUBLE' | 'BOOL' | 'STRING' | 'BYTES';
type FieldType = ScalarName | { readonly message: string };
type Fields = Readonly<Record<string, readonly [number: number, type: FieldType]>>;

const FRAME: Fields = {
  frame: [1, 'UINT64'],
  pattern_id: [2, 'UINT64'],
  reset_tick: [3, 'UINT64'],
  exposure_start_tick: [4, 'UINT64'],
  exposure_ticks: [5, 'UINT64'],
  reference_phase_radians: [6, 'DOUBLE'],
  dropped_before: [7, 'UINT64'],
  saturated_share: [8, 'DOUBLE'],
  ghost_risk: [9, 'BOOL'],
  stream: [10, 'UINT32'],
  configuration_hash: [11, 'STRING'],
};

const PATTERN: Fields = {
  pattern_id: [1, 'UINT64'],
  stream: [2, 'UINT32'],
  index: [3, 'UINT64'],
  data: [PATTERN_DATA_FIELD, 'BYTES'],
  configuration_hash: [5, 'STRING'],
  tick: [6, 'UINT64'],
  crc32: [CRC_FIELD, 'FIXED32'],
};

/** The image message that MCAP viewers know, with what else belongs to a frame in a field that they pass over. */
const RAW_IMAGE: Fields = {
  timestamp: [1, { message: '.google.protobuf.Timestamp' }],
  width: [2, 'FIXED32'],
  height: [3, 'FIXED32'],
  encoding: [4, 'STRING'],
  step: [5, 'FIXED32'],
  data: [IMAGE_DATA_FIELD, 'BYTES'],
  frame_id: [7, 'STRING'],
  opu: [1000, { message: '.opu.Frame' }],
  crc32: [CRC_FIELD, 'FIXED32'],
};

function file(
  name: string,
  packageName: string,
  dependency: string[],
  messages: Readonly<Record<string, Fields>>,
): FileDescriptorProto {
  return createMessage(FileDescriptorProtoSchema, {
    name,
    package: packageName,
    syntax: 'proto3',
    dependency,
    messageType: Object.entries(messages).map(([message, fields]) => ({
      name: message,
      field: Object.entries(fields).map(([field, [number, type]]) => ({
        name: field,
        number,
        label: FieldDescriptorProto_Label.OPTIONAL,
        ...(typeof type === 'string'
          ? { type: FieldDescriptorProto_Type[type] }
          : { type: FieldDescriptorProto_Type.MESSAGE, typeName: type.message }),
      })),
    })),
  });
}

const timestampFile = file_google_protobuf_timestamp.proto;
const opuFile = file('opu/capture.proto', 'opu', [], { Frame: FRAME, Pattern: PATTERN });
const imageFile = file('foxglove/RawImage.proto', 'foxglove', [timestampFile.name, opuFile.name], {
  RawImage: RAW_IMAGE,
});

const rawImageSet = createMessage(FileDescriptorSetSchema, { file: [timestampFile, opuFile, imageFile] });
const patternSet = createMessage(FileDescriptorSetSchema, { file: [opuFile] });
const registry = createFileRegistry(rawImageSet);

/** Serialised `FileDescriptorSet`s: what an MCAP schema record of encoding `protobuf` holds. */
export const rawImageSchemaData: Uint8Array = toBinary(FileDescriptorSetSchema, rawImageSet);
export const patternSchemaData: Uint8Array = toBinary(FileDescriptorSetSchema, patternSet);

export const rawImageDescriptor: DescMessage = registry.getMessage('foxglove.RawImage')!;
export const patternDescriptor: DescMessage = registry.getMessage('opu.Pattern')!;

/** A message of a descriptor that is known only at run time: its fields by their names in camel case. */
export type DynamicMessage = MessageShape<DescMessage> & Record<string, unknown>;
