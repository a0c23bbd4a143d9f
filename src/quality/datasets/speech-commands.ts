import { SpattenError } from "../../base/errors.ts";
import { readSafetensors } from "../../base/tensor-file/safetensors.ts";
import { toFloat32 } from "../../base/tensor-file/tensor-values.ts";
import type { ClipExample, DatasetFormat } from "./dataset.ts";
import { requireRows } from "./split-files.ts";

/** Clips of Speech Commands (Warden 2018) as features. */
export interface SpeechCommands {
  readonly clipCount: number;
  readonly frameCount: number;
  readonly featureCount: number;
  /** Class of each clip. */
  readonly labels: Uint8Array;
  /** Features of one clip: (frames, features). */
  clip(index: number): Float32Array;
}

/** Reads a file with tensors `features` (clips, frames, features) and `labels` (clips). @throws SpattenError `input`. */
export function readSpeechCommands(bytes: Uint8Array, where: string): SpeechCommands {
  const { tensors } = readSafetensors(bytes, where, "input");
  const [features, labels] = [tensors.get("features"), tensors.get("labels")];
  if (features?.shape.length !== 3 || labels?.dtype !== "U8" || labels.shape[0] !== features.shape[0]) {
    throw new SpattenError("input", "not a file of speech features", {
      where,
      expected: "tensors features (clips, frames, features) and labels (clips, U8)",
      got: [...tensors.keys()].slice(0, 10).join(", "),
    });
  }
  const [clipCount, frameCount, featureCount] = features.shape as [number, number, number];
  const length = frameCount * featureCount;
  const elementBytes = features.bytes.length / (clipCount * length);
  return {
    clipCount,
    frameCount,
    featureCount,
    labels: labels.bytes,
    clip: (index) =>
      toFloat32(
        {
          ...features,
          shape: [frameCount, featureCount],
          bytes: features.bytes.subarray(index * length * elementBytes, (index + 1) * length * elementBytes),
        },
        "input",
      ),
  };
}

/** Tensors of a keyword transformer's frontend that turn log energies into features. */
export interface FrontendTensors {
  /** (features, mel bands) */
  readonly dct: Float32Array;
  /** (features) */
  readonly scale: Float32Array;
}

/** Features of no sound at all (frames, features): every mel energy lies at the frontend's floor of 1e-12. */
export function silentFeatures({ dct, scale }: FrontendTensors, frameCount: number): Float32Array {
  const featureCount = scale.length;
  const bands = dct.length / featureCount;
  const frame = Array.from(scale, (factor, feature) => {
    let sum = 0;
    for (let band = 0; band < bands; band++) sum += dct[feature * bands + band]!;
    return sum * Math.log(1e-12) * factor;
  });
  return Float32Array.from({ length: frameCount * featureCount }, (_, index) => frame[index % featureCount]!);
}

const FILE_NAME = "features.safetensors";

/** Speech Commands as features; a label is its number in the model's order. */
export const speechCommandsFormat: DatasetFormat = {
  id: "speech-commands",
  title: "Speech Commands, as features",
  source: "Warden 2018, arXiv:1804.03209",
  row: "a clip as (frames, features) and the number of its class",
  recognizes: async (files) =>
    (files.fileName ?? FILE_NAME).endsWith(".safetensors") && files.exists(files.fileName ?? FILE_NAME),
  open: async (files) => {
    const where = files.fileName ?? FILE_NAME;
    return {
      name: files.name,
      format: "speech-commands",
      splitNames: ["test"],
      readSplit: async () => {
        const clips = readSpeechCommands(await files.readBytes(where), where);
        return requireRows({ rows: clipsOf(clips, where), documents: [] }, where);
      },
    };
  },
};

function clipsOf(clips: SpeechCommands, where: string): ClipExample[] {
  return Array.from({ length: clips.clipCount }, (_, clip) => ({
    kind: "clip",
    where: `${where}: clip ${clip}`,
    label: String(clips.labels[clip]),
    frameCount: clips.frameCount,
    readFeatures: () => clips.clip(clip),
  }));
}
