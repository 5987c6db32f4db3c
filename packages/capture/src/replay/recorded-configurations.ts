import { OpuError } from '@opu/core';
import type { Configuration, Configurations, ConfigurationWish, MinimumPeriod } from '@opu/device';
import { type ConfigurationValues, type Refused, refused, valuesOfField } from '@opu/protocol';
import type { ConfigurationRecord } from '../format/records.js';
import { wireReply, wireRequest } from './wire-configuration.js';

export interface RecordedConfiguration extends Configuration {
  /** As the recording names it. */
  readonly hash: string;
  readonly minimum: MinimumPeriod;
}

type Candidate = RecordedConfiguration & { readonly asked: Partial<ConfigurationValues> };

/**
 * The configurations of a recording. A replay can be configured to these and to no others, because there are no frames of
 * others.
 */
export class RecordedConfigurations implements Configurations<RecordedConfiguration> {
  readonly #candidates: readonly Candidate[];
  readonly #file: string;

  /** @throws OpuError INVALID_FILE when there is none */
  constructor(records: readonly ConfigurationRecord[], file: string) {
    if (records.length === 0) {
      throw new OpuError('INVALID_FILE', `${file} holds no configuration, so nothing of it can be replayed.`);
    }
    this.#file = file;
    this.#candidates = records.map(({ request, applied }) => ({
      hash: applied.hash,
      minimum: { ticks: applied.minimumPeriodTicks, limitingTerm: applied.limitingTerm },
      reply: wireReply(applied),
      asked: request === undefined ? {} : wireRequest(request),
    }));
  }

  /** What the device was configured to when the recording began. */
  get initial(): RecordedConfiguration {
    return this.#candidates[0]!;
  }

  change(current: RecordedConfiguration, wish: ConfigurationWish): RecordedConfiguration | Refused {
    const found = this.#find(current, wish);
    if (found === undefined) return this.#notRecorded();
    return found.hash === current.hash ? current : found;
  }

  minimumPeriod(current: RecordedConfiguration, wish: ConfigurationWish): MinimumPeriod | Refused {
    return this.#find(current, wish)?.minimum ?? this.#notRecorded();
  }

  #notRecorded(): Refused {
    const count = new Set(this.#candidates.map((candidate) => candidate.hash)).size;
    const text = `${this.#file} holds no frames under this configuration; it was recorded under ${count} (see opu capture info).`;
    return { ...refused('OUT_OF_RANGE', text), field: 'configuration' };
  }

  /**
   * The recorded configuration that `request` leads to from `current`: what is asked for was asked for or applied then,
   * and what is not asked for is as it is now. The period alone may differ unasked: devices derive it.
   */
  #find(current: RecordedConfiguration, request: ConfigurationWish): RecordedConfiguration | undefined {
    const fits = this.#candidates.filter((candidate) =>
      valuesOfField.every(([bit, names]) => {
        if ((request.fields & bit) === 0) {
          return names.every((name) => name === 'periodTicks' || candidate.reply[name] === current.reply[name]);
        }
        return (
          names.every((name) => candidate.reply[name] === request[name]) ||
          names.every((name) => candidate.asked[name] === request[name])
        );
      }),
    );
    return fits.find((candidate) => candidate.reply.periodTicks === current.reply.periodTicks) ?? fits[0];
  }
}
