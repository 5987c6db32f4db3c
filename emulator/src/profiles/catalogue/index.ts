import type { Profile } from '../model/profile.js';
import { labDlp6500 } from './lab-dlp6500.js';
import { labDlp7000 } from './lab-dlp7000.js';
import { labDlp9500 } from './lab-dlp9500.js';
import { labSlm } from './lab-slm.js';
import { opu1m300k } from './opu-1m-300k.js';
import { opu2khz } from './opu-2khz.js';
import { tiny } from './tiny.js';

/** The profiles that come with the emulator, the default one first. */
export const profiles: readonly Profile[] = [opu1m300k, opu2khz, labDlp7000, labDlp9500, labDlp6500, labSlm, tiny];

export const defaultProfile: Profile = opu1m300k;
