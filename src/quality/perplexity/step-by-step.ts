import { type PassOptions, runPass } from "../../inference/decoding/pass.ts";
import { scoreTokens } from "../../inference/decoding/score-tokens.ts";
import type { Sequence } from "../../inference/decoding/sequence.ts";
import type { DecoderKernels } from "../../inference/engines/decoder-kernels.ts";
import type { DecoderModel } from "../../inference/models/decoder-model.ts";

/** A decoder on an engine. */
export interface ScoredDecoder {
  readonly model: DecoderModel;
  readonly kernels: DecoderKernels;
}

/** A sequence behind its prompt, and what it is fed from there. */
export interface Course {
  readonly sequence: Sequence;
  /** Token that is fed first. */
  readonly firstId: number;
  /** The token behind step `step`, given the likeliest one; after the last one nothing more is fed. */
  readonly next: (step: number, likeliestId: number) => { readonly id: number; readonly isLast: boolean };
}

/** What a model made of the tokens of a course: (steps). */
export interface CourseScores {
  readonly ids: readonly number[];
  readonly nats: readonly number[];
  readonly likeliestIds: readonly number[];
}

/**
 * Feeds tokens one by one to several sequences side by side, so that a step's dense layers run once for all; each gives
 * what it gives alone.
 */
export async function followCourses(
  { model, kernels }: ScoredDecoder,
  courses: readonly Course[],
  options: PassOptions & { readonly onStep?: ((done: number) => void) | undefined },
): Promise<CourseScores[]> {
  const scores = courses.map(() => ({
    ids: [] as number[],
    nats: [] as number[],
    likeliestIds: [] as number[],
  }));
  let open = courses.map(({ sequence, firstId }, index) => ({ index, sequence, ids: [firstId] }));
  for (let step = 0; open.length > 0; step++) {
    const states = await runPass(model, kernels, open, options);
    const going: typeof open = [];
    const idAt = (row: number, likeliestId: number): number => {
      const { index, sequence } = open[row]!;
      const { id, isLast } = courses[index]!.next(step, likeliestId);
      if (!isLast) going.push({ index, sequence, ids: [id] });
      return id;
    };
    for (const [row, score] of (await scoreTokens(model, kernels, states, idAt, options)).entries()) {
      const ofCourse = scores[open[row]!.index]!;
      ofCourse.ids.push(score.id);
      ofCourse.nats.push(score.nats);
      ofCourse.likeliestIds.push(score.likeliestId);
    }
    options.onStep?.(step + 1);
    open = going;
  }
  return scores;
}

/** The course through a window: each token behind the prompt is predicted, and fed whatever the prediction was. */
export function windowCourse(sequence: Sequence, window: readonly number[], promptCount: number): Course {
  const scored = window.slice(promptCount);
  return {
    sequence,
    // The prompt's last token is fed alone, so that the first prediction is the policy's as well.
    firstId: window[promptCount - 1]!,
    next: (step) => ({ id: scored[step]!, isLast: step === scored.length - 1 }),
  };
}
