/** What is wrong with the text of a rule, and where. */
import type {Problem} from '../../api/problem.ts'

export interface Mistake {
  /** From 1; `null` = of the whole. */
  readonly line: number | null
  readonly message: string
}

/** Those that the server told; [] = it said no for another reason, or did not. */
export function mistakesIn(problem: Problem | null): readonly Mistake[] {
  return (problem?.fields ?? []).flatMap(({says, line}) =>
    says === undefined ? [] : {line: line ?? null, message: says},
  )
}
