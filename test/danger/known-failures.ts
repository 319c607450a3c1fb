/**
 * What is wrong today, each line with the day on which it was found. Its rows are lived through apart from the others, and
 * have to fail: a line whose rows hold has to go, so this list only shrinks.
 */
import type {Like} from './axes.ts'

export interface KnownFailure {
  readonly id: string
  readonly since: string
  readonly what: string
  /** Files go that have to stay; else something stays that may go, because of what makes no difference. */
  readonly loses: boolean
  /** By their names. */
  readonly rows: readonly string[]
  /** With which values it comes: in the full proof such rows wait for its end. */
  readonly like: readonly Like[]
}

export const knownFailures: readonly KnownFailure[] = []
