import { didYouMean, isOpuError, OpuError, type OpuErrorCode } from '@opu/core';
import { parseFaults } from '../faults/fault-spec.js';
import { type LinkModel, resolveLink } from '../link/named-links.js';
import type { MediumModel } from '../optics/model/parameters.js';
import type { EmulatedDeviceOptions } from './emulated-device.js';

const clocks = ['virtual', 'realtime'] as const;
const media: readonly MediumModel[] = ['dense', 'structured', 'signs'];
const ideals = ['1', 'float'] as const;

/** The settings of an emulated device that an address or a command line may give, by name. */
export const deviceSettingNames = ['seed', 'clock', 'link', 'medium', 'ideal', 'cache', 'faults'] as const;

/**
 * Reads the settings of an emulated device from their texts: `seed=7`, `clock=realtime`, `medium=signs`, `ideal=float`, `cache=512`.
 * @param code of the error for a setting that is unknown or has no such value
 * @param origin what the settings stand in, for messages
 */
export function deviceSettings(
  texts: ReadonlyMap<string, string>,
  code: OpuErrorCode,
  origin: string,
): EmulatedDeviceOptions {
  const refuse = (text: string): OpuError => new OpuError(code, `${origin}: ${text}`);
  const oneOf = <Value extends string>(name: string, text: string, known: readonly Value[]): Value => {
    const found = known.find((value) => value === text);
    if (found !== undefined) return found;
    throw refuse(`${name}=${text} is not known.${didYouMean(text, known)} Allowed are ${known.join(', ')}.`);
  };
  let settings: EmulatedDeviceOptions = {};
  for (const [name, text] of texts) {
    switch (name) {
      case 'seed': {
        const seed = Number(text);
        if (!/^\d+$/.test(text) || seed >= 2 ** 32) {
          throw refuse(`seed=${text} is not a whole number from 0 to 4294967295.`);
        }
        settings = { ...settings, seed };
        break;
      }
      case 'clock':
        settings = { ...settings, clock: oneOf(name, text, clocks) };
        break;
      case 'link':
        settings = { ...settings, link: linkNamed(text, refuse) };
        break;
      case 'cache': {
        const megabytes = Number(text);
        if (!/^\d+$/.test(text) || megabytes > 4095) {
          throw refuse(`cache=${text} is not a whole number of megabytes from 0 to 4095.`);
        }
        settings = { ...settings, cacheBytes: megabytes * 2 ** 20 };
        break;
      }
      case 'medium':
        settings = { ...settings, medium: oneOf(name, text, media) };
        break;
      case 'faults':
        // Read here so that a mistake in it is a mistake in the address.
        parseFaults(text, code);
        settings = { ...settings, faults: text };
        break;
      case 'ideal':
        settings = { ...settings, ideal: oneOf(name, text, ideals) === 'float' ? 'float' : true };
        break;
      default:
        throw refuse(
          `there is no setting '${name}'.${didYouMean(name, deviceSettingNames)} Settings are ${deviceSettingNames.join(', ')}.`,
        );
    }
  }
  return settings;
}

function linkNamed(name: string, refuse: (text: string) => OpuError): LinkModel {
  try {
    return resolveLink(name);
  } catch (error) {
    throw isOpuError(error) ? refuse(`link=${name}: ${error.message}`) : error;
  }
}
