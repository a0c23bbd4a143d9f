/** Platforms in the order of the figure's columns. */
export const figure14Platforms = ["titan-xp", "xeon-e5-2640v4", "jetson-nano", "raspberry-pi-4"] as const;

type Eight = readonly [number, number, number, number, number, number, number, number];

/** SpAtten (HPCA 2021), Fig 14: speedups over the four platforms, then energy savings over them; exact values behind the plot. */
export const figure14: Readonly<Record<string, Eight>> = {
  "bert-base-squad-v1": [88.1, 165.4, 623.2, 2117, 562.3, 1923, 281.5, 303.5],
  "bert-base-squad-v2": [71.5, 143.0, 524.3, 1526, 465.1, 1635, 277.2, 522.0],
  "bert-large-squad-v1": [68.2, 138.1, 427.5, 2089, 443.9, 1531, 221.4, 296.9],
  "bert-large-squad-v2": [58.7, 108.4, 399.0, 1569, 466.5, 1274, 207.2, 547.9],
  "bert-base-cola": [956.9, 1308, 4506, 6014, 5994, 14850, 900.9, 2007],
  "bert-base-mnli-m": [158.5, 269.1, 778.5, 2500, 1012, 3104, 192.2, 1003],
  "bert-base-mnli-mm": [152.4, 255.4, 678.3, 2160, 973.2, 2946, 171.6, 855.8],
  "bert-base-mrpc": [100.7, 205.5, 555.0, 3521, 643.0, 2407, 164.5, 1616],
  "bert-base-qnli": [148.1, 265.2, 769.5, 4342, 927.7, 2930, 208.5, 1956],
  "bert-base-qqp": [230.6, 435.9, 1133, 2989, 1444, 5032, 271.5, 1227],
  "bert-base-rte": [71.4, 129.3, 329.3, 2618, 464.1, 1511, 112.2, 1192],
  "bert-base-sst-2": [436.4, 535.1, 1988, 4569, 2733, 6021, 462.1, 1877],
  "bert-base-sts-b": [266.4, 358.3, 1250, 3400, 1669, 4173, 302.5, 1360],
  "bert-large-cola": [739.9, 1074, 3987, 7071, 4634, 11993, 763.5, 2717],
  "bert-large-mnli-m": [124.2, 258.9, 626.0, 3448, 792.9, 2911, 173.4, 1570],
  "bert-large-mnli-mm": [112.1, 207.2, 554.0, 3110, 715.7, 2330, 175.5, 1386],
  "bert-large-mrpc": [81.9, 152.5, 394.8, 3078, 522.6, 1782, 139.8, 1387],
  "bert-large-qnli": [88.9, 163.4, 460.4, 3358, 567.2, 1918, 159.7, 1537],
  "bert-large-qqp": [192.9, 302.8, 889.5, 2943, 1209, 3453, 237.9, 1205],
  "bert-large-rte": [47.0, 106.4, 263.4, 2195, 311.1, 1217, 167.9, 981.0],
  "bert-large-sst-2": [254.3, 435.8, 1227, 4060, 1593, 4878, 317.6, 1682],
  "bert-large-sts-b": [201.8, 379.6, 982.6, 3113, 1288, 4349, 261.5, 1309],
  "gpt2-small-wikitext2": [168.9, 562.8, 2008, 14369, 1315, 6097, 1105, 5058],
  "gpt2-small-wikitext103": [211.1, 703.6, 2511, 17964, 1668, 7736, 1403, 6417],
  "gpt2-small-ptb": [231.0, 769.8, 2747, 19654, 2052, 9513, 1725, 7892],
  "gpt2-small-1bw": [351.2, 1170, 4176, 29882, 3131, 14518, 2632, 12044],
  "gpt2-medium-wikitext2": [134.9, 542.0, 2075, 15681, 1742, 6889, 1213, 5850],
  "gpt2-medium-wikitext103": [147.4, 592.0, 2266, 17128, 1813, 7168, 1262, 6086],
  "gpt2-medium-ptb": [208.0, 835.7, 3199, 24177, 2806, 11097, 1954, 9422],
  "gpt2-medium-1bw": [304.0, 1221, 4675, 35333, 4558, 18022, 3173, 15302],
};

/** The geometric means that the figure prints, over all 30. */
export const figure14Geomeans: Eight = [162.5, 347.4, 1095, 5071, 1193, 4059, 405.9, 1910];

/** Geometric means over a part of the 30, derived from the values above. */
export const figure14Sets: readonly { readonly id: string; readonly title: string; readonly means: Eight }[] =
  [
    {
      id: "bert-base",
      title: "the 11 of BERT-Base",
      means: [173.0, 290.7, 898.4, 3026, 1099, 3339, 258.1, 1112],
    },
    {
      id: "bert-large",
      title: "the 11 of BERT-Large",
      means: [127.1, 233.9, 669.5, 3046, 827.5, 2666, 226.1, 1164],
    },
    {
      id: "gpt2-small",
      title: "the 4 of GPT-2-Small",
      means: [231.9, 772.9, 2758, 19732, 1937, 8984, 1629, 7453],
    },
    {
      id: "gpt2-medium",
      title: "the 4 of GPT-2-Medium",
      means: [188.3, 756.5, 2896, 21886, 2521, 9969, 1755, 8464],
    },
    { id: "gpt2", title: "the 8 of GPT-2", means: [209.0, 764.6, 2826, 20781, 2210, 9464, 1691, 7942] },
  ];
