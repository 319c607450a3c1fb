/**
 * Where rules brought the data of a torrent within a week. Two rules that disagree, or a rule and the categories of a
 * server, would move it to and fro for ever, each time all of its bytes: how often it came back to a place where a rule
 * had it before is counted, and a further time waits for a person.
 */
import type {Deadlines} from '#automation-state/deadlines.ts'
import type {DecisionItem} from '#executor/guards/rules/decision-guard.ts'
import {placeWanted} from '#executor/guards/rules/loops.ts'
import type {Clock} from '#lib/clock.ts'
import type {Decision, SubjectName, WantedAction} from '#model/decision.ts'
import type {RuleId} from '#model/rule.ts'
import {DAY, type EpochMs} from '#model/units.ts'
import type {StandingRules} from '#registry/rules/standing-rules.ts'

const MOVED = 'moved'
const VERSION = 2
const FORGOTTEN_MS = 7 * DAY * 1_000
/** What a rule makes up for each move (`{year}`) does not come back; so many are kept. */
const MOST_PLACES = 20

interface Moved {
  /** The last one last, each once. */
  readonly places: readonly {readonly place: string; readonly ruleId: RuleId}[]
  /** How often it was brought to a place where it had been before. */
  readonly returns: number
  /** Of the torrent that was moved: the same one added again is another. */
  readonly addedAt: EpochMs | null
}

export class MovesOfRules {
  readonly #deadlines: Pick<Deadlines, 'of' | 'isOver' | 'set'>
  /** `null` = it is gone. */
  readonly #rules: Pick<StandingRules, 'of'>
  /** When its torrent was added to its server; `null` = not known. */
  readonly #addedAt: (subject: SubjectName) => EpochMs | null
  readonly #clock: Clock

  constructor(
    deadlines: Pick<Deadlines, 'of' | 'isOver' | 'set'>,
    rules: Pick<StandingRules, 'of'>,
    addedAt: (subject: SubjectName) => EpochMs | null,
    clock: Clock,
  ) {
    this.#deadlines = deadlines
    this.#rules = rules
    this.#addedAt = addedAt
    this.#clock = clock
  }

  /** What speaks against this move; the rule of the action is among `rules`. */
  of({subject, ruleId}: Pick<Decision, 'subject' | 'ruleId'>, action: WantedAction): DecisionItem['moves'] {
    const {places, returns} = this.#read(subject)
    return {
      returns,
      isReturn: isReturn(places, placeWanted(action)),
      rules: [...new Set([...places.map((it) => it.ruleId), ruleId])].map(
        (id) => this.#rules.of(id)?.rule.name ?? id,
      ),
    }
  }

  /**
   * Counted before it is sent.
   * @returns takes it back, where its server did not take the command
   * @throws {StorageFault} then it is not counted
   */
  async count(
    {subject, ruleId}: Pick<Decision, 'subject' | 'ruleId'>,
    action: WantedAction,
  ): Promise<() => Promise<void>> {
    const place = placeWanted(action)
    const before = this.#read(subject)
    const {places, returns, addedAt} = before
    const others = places.filter((it) => it.place !== place)
    const detail: Moved = {
      places: [...others, {place, ruleId}].slice(-MOST_PLACES),
      returns: returns + Number(isReturn(places, place)),
      addedAt,
    }
    const at = this.#clock.now()
    await this.#keep(subject, detail, at)
    return () => this.#keep(subject, before, at)
  }

  async #keep({key}: SubjectName, detail: Moved, at: EpochMs): Promise<void> {
    const about = {kind: MOVED, subject: key, version: VERSION, detail, createdAt: at}
    await this.#deadlines.set({...about, dueAt: at + FORGOTTEN_MS})
  }

  #read(subject: SubjectName): Moved {
    const {key} = subject
    const addedAt = this.#addedAt(subject)
    const never: Moved = {places: [], returns: 0, addedAt}
    const record = this.#deadlines.of(MOVED, key)
    if (record?.version !== VERSION || this.#deadlines.isOver(MOVED, key)) return never
    const moved = record.detail as Moved
    const isAnother = moved.addedAt !== null && addedAt !== null && moved.addedAt !== addedAt
    return isAnother ? never : moved
  }
}

/** What is tried again where it shall be is not brought back there. */
function isReturn(places: Moved['places'], wanted: string): boolean {
  return places.slice(0, -1).some(({place}) => place === wanted)
}
