/**
 * How often rules had the data of a torrent checked. A check reads every byte, and where it does not help the cause is
 * elsewhere: each one waits twice as long as the one before, and a fourth one waits for a person. A week without one
 * begins anew.
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {DecisionItem} from '#executor/guards/rules/decision-guard.ts'
import type {Clock} from '#lib/clock.ts'
import type {SubjectName} from '#model/decision.ts'
import {DAY, MINUTE} from '#model/units.ts'

interface RechecksDeps {
  readonly deadlines: Pick<Deadlines, 'of' | 'isOver' | 'set'>
  readonly clock: Clock
}

export const RECHECKED = 'recheck'
const VERSION = 1
const FIRST_MS = 30 * MINUTE * 1_000
const FORGOTTEN_MS = 7 * DAY * 1_000

interface Checked {
  readonly count: number
  /** When the next one may be. */
  readonly nextAt: number
}

export class Rechecks {
  readonly #parts: RechecksDeps

  constructor(parts: RechecksDeps) {
    this.#parts = parts
  }

  of({key}: SubjectName): DecisionItem['rechecks'] {
    const {deadlines} = this.#parts
    const record = deadlines.of(RECHECKED, key)
    if (record?.version !== VERSION || deadlines.isOver(RECHECKED, key)) return {count: 0, nextAt: null}
    return record.detail as Checked
  }

  /** Counted before it is sent. @throws {StorageFault} then it is not counted */
  async count(subject: SubjectName): Promise<void> {
    const {deadlines, clock} = this.#parts
    const count = this.of(subject).count + 1
    const at = clock.now()
    const detail: Checked = {count, nextAt: at + FIRST_MS * 2 ** (count - 1)}
    const about = {kind: RECHECKED, subject: subject.key, version: VERSION, detail, createdAt: at}
    await deadlines.set({...about, dueAt: at + FORGOTTEN_MS})
  }
}
