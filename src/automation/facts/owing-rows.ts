/**
 * Which torrents of the fleet still owe their trackers seeding, for figures over all of them. Each is judged again once its
 * row changed, and all once what is asked, or which servers are believed, changed. What moves on without either (time that
 * we saw it seed, an Arr's word) is found as some of the others are judged again with each look, and none stands longer
 * than a quarter of an hour: what protects a torrent asks `RuleWorld.owes`.
 */
import type {Fleet} from '#fleet/fleet.ts'
import type {Clock} from '#lib/clock.ts'
import type {TimeSlice} from '#lib/time-slice.ts'
import type {Owing} from '#rules/presets/inherited.ts'
import type {RuleWorld} from './rule-world.ts'

const LONGEST_MS = 15 * 60_000
/** Of those that did not change, one in so many is judged again with each look, if that is a while ago. */
const SHARE = 10
const AGAIN_MS = 30_000

interface OwingRowsDeps {
  readonly fleet: Pick<Fleet, 'rows'>
  readonly clock: Pick<Clock, 'monotonic'>
  readonly turns: Pick<TimeSlice, 'due' | 'next'>
  readonly world: Pick<RuleWorld, 'owesInRow' | 'standing'>
  readonly owing: () => Owing
}

export class OwingRows {
  readonly #parts: OwingRowsDeps
  /** By row: 1 = it owes. */
  #owing = new Uint8Array(0)
  /** By row: generation of the row that was judged, and when. */
  #generations = new Float64Array(0)
  #judgedAt = new Float64Array(0)
  /** Where the rows begin that are judged again although they did not change. */
  #next = 0
  #asked: Owing | null = null
  #standing = ''
  #looking: Promise<void> | null = null

  constructor(parts: OwingRowsDeps) {
    this.#parts = parts
  }

  /** As of now; who asks meanwhile gets the same. @returns whether the torrent in a row owes */
  async look(): Promise<(row: number) => boolean> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
    await this.#looking
    return (row) => this.#owing[row] === 1
  }

  async #look(): Promise<void> {
    const {turns, world, fleet, clock} = this.#parts
    const {rows} = fleet
    this.#makeRoom(rows.end)
    this.#forgetWhatIsAskedNoMore()
    const now = clock.monotonic()
    const owes = world.owesInRow()
    const isOlder = (row: number, ms: number) => now - this.#judgedAt[row]! >= ms
    let left = Math.ceil(rows.end / SHARE)
    const [first, end] = [this.#next, rows.end]
    for (let step = 0; step < end; step++) {
      const row = (first + step) % end
      if (!rows.isVisible(row)) continue
      const isChanged = this.#generations[row] !== rows.generations[row] || isOlder(row, LONGEST_MS)
      const isInTurn = !isChanged && left > 0 && isOlder(row, AGAIN_MS)
      if (!isChanged && !isInTurn) continue
      if (isInTurn && --left === 0) this.#next = row + 1
      this.#generations[row] = rows.generations[row]!
      this.#judgedAt[row] = now
      this.#owing[row] = owes(row) ? 1 : 0
      if (turns.due()) await turns.next()
    }
  }

  #forgetWhatIsAskedNoMore(): void {
    const {world, owing} = this.#parts
    const [asked, standing] = [owing(), world.standing()]
    const before = this.#asked
    const isSame =
      before !== null &&
      areSame(before.sections, asked.sections) &&
      before.unmanaged === asked.unmanaged &&
      areSame(before.profiles, asked.profiles) &&
      JSON.stringify(before.lostTimes) === JSON.stringify(asked.lostTimes)
    if (!isSame || standing !== this.#standing) this.#judgedAt.fill(Number.NEGATIVE_INFINITY)
    this.#asked = asked
    this.#standing = standing
  }

  #makeRoom(rows: number): void {
    if (rows <= this.#owing.length) return
    const room = Math.ceil(rows * 1.25)
    const longer = (from: Float64Array, filling: number) => {
      const to = new Float64Array(room).fill(filling)
      to.set(from)
      return to
    }
    const owing = new Uint8Array(room)
    owing.set(this.#owing)
    this.#owing = owing
    this.#generations = longer(this.#generations, -1)
    this.#judgedAt = longer(this.#judgedAt, Number.NEGATIVE_INFINITY)
  }
}

/** Lists are put together each time they are asked for, of what stays until it changes. */
function areSame(one: readonly object[], other: readonly object[]): boolean {
  return one.length === other.length && one.every((it, at) => it === other[at])
}
