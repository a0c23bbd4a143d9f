import { isPlausible, type Judgement, paretoFront } from "./judgement.ts";
import type { Ledger } from "./ledger.ts";
import type { Candidate } from "./search-space.ts";

interface Judged {
  readonly candidate: Candidate;
  readonly judgement: Judgement;
}

/**
 * Successive halving (Jamieson and Talwalkar 2016): all candidates on few rows, the better half on more, and so on. The
 * better half is front by front, so that it holds cheap ones and good ones; what clearly loses too much goes at once.
 */
export async function halve(
  pool: readonly Candidate[],
  ledger: Ledger,
  { rungCount, floorPoints }: { readonly rungCount: number; readonly floorPoints: number },
): Promise<void> {
  let candidates = pool;
  for (let rung = 0; rung < rungCount; rung++) {
    const judged: Judged[] = [];
    for (const candidate of candidates) {
      const judgement = await ledger.judge(candidate, rung);
      if (isPlausible(judgement, floorPoints)) judged.push({ candidate, judgement });
    }
    candidates = bestHalf(judged).map(({ candidate }) => candidate);
  }
}

function bestHalf(judged: readonly Judged[]): Judged[] {
  const wanted = Math.ceil(judged.length / 2);
  const best: Judged[] = [];
  let rest = judged;
  while (best.length < wanted) {
    const front = paretoFront(rest);
    best.push(...front);
    rest = rest.filter((item) => !front.includes(item));
  }
  return best.slice(0, wanted);
}
