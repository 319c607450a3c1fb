/** Orphans, put together: who looks for them, what rules want of them, and who sets them aside. */
import {recycleOrphan} from '#orphans/recycle-orphan.ts'
import type {SagaKind, SagaRunner} from '#executor/saga-runner.ts'
import {OrphanHand, type OrphanHandParts} from '#orphans/orphan-hand.ts'
import type {Clock} from '#lib/clock.ts'
import type {ResumeFacts} from '#trash/trash-disk.ts'
import type {TrashBook} from '#automation-state/trash-book.ts'
import type {Orphans} from '#model/orphans.ts'
import {ORPHAN} from '#model/trash.ts'
import {MINUTE, type EpochMs} from '#model/units.ts'
import {trashDisk, type TrashDiskParts} from '#trash/disk-mapped.ts'
import type {KeptTorrent} from '#orphans/fleet-claims.ts'
import {arrLibraries, type LibraryParts} from '#orphans/arr-libraries.ts'
import {lookAnew, type LookAnewParts} from '#orphans/look-anew.ts'
import {OrphanRules, type OrphanRulesParts} from '#orphans/orphan-rules.ts'
import {OrphanWatch, type OrphanWatchParts} from '#orphans/orphan-watch.ts'

export interface OrphansOfAppParts
  extends
    Omit<OrphanWatchParts, 'libraries' | 'fleet' | 'now' | 'kept' | 'looked'>,
    Pick<OrphanRulesParts, 'rules' | 'decided' | 'timeZone' | 'quarantines'>,
    Pick<LookAnewParts, 'poll'>,
    Omit<LibraryParts, 'mappings'>,
    Pick<OrphanHandParts, 'spent' | 'write'>,
    Pick<TrashDiskParts, 'server' | 'details'> {
  readonly fleet: OrphanWatchParts['fleet'] & TrashDiskParts['fleet']
  readonly book: TrashBook
  readonly sagas: () => Pick<SagaRunner, 'begin'>
}

export interface OrphansOfApp {
  /** For routes. */
  readonly orphans: Orphans
  /** For the runner of sagas. */
  readonly saga: SagaKind
  /** For the desk of decisions. */
  readonly forRules: Pick<OrphanHand, 'actForRule'>
  readonly rules: OrphanRules
  start(): void
  stop(): Promise<void>
}

/** What is in doubt again and again is no reason to look without end. */
const LOOK_AGAIN_MS = 10 * MINUTE * 1_000
const stopping = {code: 'changed_meanwhile', message: 'Commodarr is about to end.'} as const

export function orphansOfApp(parts: OrphansOfAppParts): OrphansOfApp {
  const {servers, disk, book, clock, write} = parts
  const mappings = () => servers().flatMap(({id}) => disk(id).mappings)
  const now = steadyNow(clock)
  const kept = () => keptIn(book)
  const libraries = () => arrLibraries({...parts, mappings})
  const watch: OrphanWatch = new OrphanWatch({
    ...{...parts, libraries, now, kept},
    looked: () => void rules.pass(),
  })
  const rules = new OrphanRules({...parts, watch, now})
  let isStopping = false
  let lookedAgainAt = -Infinity
  const lookAgain = (): void => {
    if (clock.monotonic() - lookedAgainAt < LOOK_AGAIN_MS) return
    lookedAgainAt = clock.monotonic()
    void watch.look()
  }
  const listed = (id: string) => watch.state().report?.orphans.find((it) => it.id === id) ?? null
  const hand = new OrphanHand({
    ...{...parts, listed},
    lookAnew: (ids) => lookAnew(ids, {...parts, libraries, listed, now, kept}),
    isDeletable: (id) => watch.isDeletable(id),
    begun: (ids) => watch.drop(ids),
  })
  return {
    orphans: {
      state: () => watch.state(),
      look: () => void watch.look(),
      act: (by, order) => hand.act(by, order),
    },
    saga: recycleOrphan({hand, book, disk: trashDisk(parts), spent: parts.spent, clock, write}),
    forRules: {
      async actForRule(order) {
        if (isStopping) return stopping
        const no = await hand.actForRule(order)
        // What is not as it was listed is listed anew before rules want it again.
        if (no?.code === 'changed_meanwhile') lookAgain()
        return no
      },
    },
    rules,
    start() {
      watch.start()
      rules.start()
    },
    async stop() {
      isStopping = true
      await watch.stop()
      await rules.stop()
    },
  }
}

/** What was removed without its data claims that as long as it can be brought back. */
function keptIn(book: Pick<TrashBook, 'all'>): readonly KeptTorrent[] {
  return book
    .all()
    .filter(({verb, state}) => verb !== ORPHAN && state !== 'restored' && state !== 'purged')
    .map(({serverId, hash, name, resume}) => {
      const {contentPath = ''} = (resume ?? {}) as Partial<ResumeFacts>
      return {serverId, hash, name, contentPath}
    })
}

/** Goes by the clock that does not jump, and back with the other one. */
function steadyNow(clock: Clock): () => EpochMs {
  const [at, steady] = [clock.now(), clock.monotonic()]
  return () => Math.min(clock.now(), at + clock.monotonic() - steady)
}
