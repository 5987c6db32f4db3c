import {
  type DeviceFacts,
  type DeviceIdentity,
  type FrameListener,
  type FrameSource,
  PlannedSequencer,
} from '@opu/device';
import type { CaptureIndex } from '../read/capture-index.js';
import { Answers } from './answers.js';
import type { FrameStore } from './frame-store.js';
import type { ReplayLibrary } from './library.js';
import { type RecordedConfiguration, RecordedConfigurations } from './recorded-configurations.js';
import { recordedFacts, recordedIdentity } from './recorded-facts.js';
import { RecordedImages } from './recorded-images.js';
import { RecordedPlanner } from './recorded-planner.js';

export interface ReplaySourceOptions {
  /** Name of the file, for messages. */
  readonly file: string;
  readonly index: CaptureIndex;
  readonly library: ReplayLibrary;
  readonly store: FrameStore;
}

/** A recording as a frame source: recorded ticks and images. */
export class ReplaySource implements FrameSource<RecordedConfiguration> {
  readonly identity: DeviceIdentity;
  readonly facts: DeviceFacts;
  readonly configurations: RecordedConfigurations;
  readonly images: RecordedImages;
  readonly patterns: Answers;

  /** @throws OpuError INVALID_FILE when the recording holds no configuration */
  constructor({ file, index, library, store }: ReplaySourceOptions) {
    const device = index.device!;
    this.identity = recordedIdentity(device, file);
    this.facts = recordedFacts(device);
    this.configurations = new RecordedConfigurations(index.configurations, file);
    this.images = new RecordedImages(store);
    this.patterns = new Answers(library, file);
  }

  configure({ hash }: RecordedConfiguration): void {
    this.patterns.configurationHash = hash;
  }

  createSequencer(
    listener: FrameListener,
    configuration: RecordedConfiguration,
  ): PlannedSequencer<RecordedConfiguration> {
    const planner = new RecordedPlanner(this.patterns, this.facts, configuration, (frame, entry) =>
      this.images.expect(frame, entry),
    );
    return new PlannedSequencer(listener, planner, this.facts, configuration);
  }
}
