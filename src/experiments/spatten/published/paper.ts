/** How rows of the ledger cite the paper. */
export const SPATTEN_PAPER = "SpAtten (HPCA 2021)";

/** The paper's general-purpose platforms in its words. */
export const platformTitles = {
  "titan-xp": "TITAN Xp",
  "xeon-e5-2640v4": "Xeon E5-2640 v4",
  "jetson-nano": "Jetson Nano",
  "raspberry-pi-4": "Raspberry Pi 4",
} as const;
