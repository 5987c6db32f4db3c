/** Where figures that several profiles share come from. */
export const source = {
  choice: 'choice of this emulator',
  dlpLoad: 'Texas Instruments DLP data sheets, DDR row loading: 2.88 us per 72-row block at 400 MHz, so 40 ns a row',
  dlpSettle: 'Texas Instruments DLP data sheets: micromirror settling 12.5 us, reaction time of 4.5 us included',
  dlp4500: 'Texas Instruments DLP4500 data sheet: 912 x 1140 micromirrors',
  dlp7000: 'Texas Instruments DLP7000 data sheet: 1024 x 768 micromirrors',
  cmv2000: 'CMOSIS/ams CMV2000 data sheet: 2048 x 1088 pixels',
  cmv2000Depth: 'CMOSIS/ams CMV2000 data sheet: 10 or 12 bit conversion; 8 bit by truncation in the camera',
  opuRates:
    'fits the published frame rates of the OPU: 8, 3.8, 1.9, 1.0 and 0.34 kHz at 81k, 163k, 326k, 600k and 2M outputs',
} as const;
