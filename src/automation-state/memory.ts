/** All tables of what must outlive a restart, opened together; decision 008 says why the program has its own copy. */
import type {Clock} from '#lib/clock.ts'
import type {TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import {readDownloads} from '#store/repositories/downloads.ts'
import {readGivenUp} from '#store/repositories/given-up.ts'
import {readMounts} from '#store/repositories/mounts.ts'
import {readProfileSwitches} from '#store/repositories/profile-switches.ts'
import {
  readExpiry,
  readRuleMemory,
  readRuleSuspensions,
  readSpent,
  readVerdicts,
} from '#store/repositories/rule-memory.ts'
import {readSearchPauses} from '#store/repositories/search-pauses.ts'
import {readRequests} from '#store/repositories/requests.ts'
import {readOpenSagas} from '#store/repositories/sagas.ts'
import {readIndexerQuestions} from '#store/repositories/search-runs.ts'
import {readSearches} from '#store/repositories/searches.ts'
import {readSearchStates} from '#store/repositories/search-states.ts'
import {pruneTorrentFacts, readTorrentFacts} from '#store/repositories/torrent-facts.ts'
import {readTrash} from '#store/repositories/trash.ts'
import type {Store} from '#store/store.ts'
import {Deadlines} from './deadlines.ts'
import {Downloads} from './downloads.ts'
import {GivenUp} from './given-up.ts'
import {Holds} from './holds.ts'
import {Mounts} from './mounts.ts'
import {PausedArrs} from './paused-arrs.ts'
import {Requests, REQUESTS_KEPT_MS} from './requests.ts'
import {ProfileSwitches} from './profile-switches.ts'
import {SagaRepository} from './saga-repository.ts'
import {SearchRuns} from './search-runs.ts'
import {SearchStates} from './search-states.ts'
import {Searched} from './searched.ts'
import {Spent} from './spent.ts'
import {Suspensions} from './suspensions.ts'
import {TorrentFacts} from './torrent-facts.ts'
import {TrashRepository} from './trash-repository.ts'
import {Verdicts, VERDICTS_KEPT} from './verdicts.ts'
import {MemoryWriter, type FaultListener} from './writer.ts'

const DAY_MS = 86_400_000
/** After the start, when there is less to do. */
const FIRST_MS = 15 * 60_000
/** How long each is kept after its end, ms. */
const KEPT_MS = {
  holdsOfGone: DAY_MS,
  torrents: 30 * DAY_MS,
  sagas: 30 * DAY_MS,
  /** Files that a person restored are left alone for so long. */
  restored: 3_650 * DAY_MS,
  purged: 30 * DAY_MS,
  verdicts: 30 * DAY_MS,
  downloads: 365 * DAY_MS,
  searches: 365 * DAY_MS,
  searchRuns: 400 * DAY_MS,
  searchStates: 400 * DAY_MS,
  profileSwitches: 400 * DAY_MS,
  givenUp: 30 * DAY_MS,
  refusedReleases: 30 * DAY_MS,
}

export class Memory {
  readonly holds: Holds
  readonly suspensions: Suspensions
  readonly torrents: TorrentFacts
  readonly downloads: Downloads
  readonly searched: Searched
  readonly searchRuns: SearchRuns
  readonly searchStates: SearchStates
  readonly pausedArrs: PausedArrs
  readonly requests: Requests
  readonly profileSwitches: ProfileSwitches
  readonly givenUp: GivenUp
  readonly deadlines: Deadlines
  readonly sagas: SagaRepository
  readonly trash: TrashRepository
  readonly spent: Spent
  readonly verdicts: Verdicts
  readonly mounts: Mounts
  readonly #clock: Clock
  readonly #onFault: FaultListener
  readonly #writer: MemoryWriter
  #cancel: () => void = () => {}
  #keeping: Promise<void> = Promise.resolve()

  /** @throws {StorageFault} */
  static async open(
    store: Pick<Store, 'read' | 'write'>,
    clock: Clock,
    random: () => number,
    onFault: FaultListener,
  ): Promise<Memory> {
    const writer = new MemoryWriter(store, clock, random, onFault)
    const memory = new Memory(
      writer,
      store,
      clock,
      onFault,
      await store.read((db) => readAll(db, clock.now())),
    )
    for await (const some of readTorrentFacts((work) => store.read(work))) memory.torrents.load(some)
    return memory
  }

  private constructor(
    writer: MemoryWriter,
    store: Pick<Store, 'read'>,
    clock: Clock,
    onFault: FaultListener,
    records: Awaited<ReturnType<typeof readAll>>,
  ) {
    this.#clock = clock
    this.#onFault = onFault
    this.#writer = writer
    this.holds = new Holds(writer, records.holds)
    this.suspensions = new Suspensions(writer, clock, records.suspensions)
    this.torrents = new TorrentFacts(writer)
    this.downloads = new Downloads(writer, records.downloads)
    this.searched = new Searched(writer, clock, records.searches, records.indexerQuestions)
    this.searchRuns = new SearchRuns(writer, store, clock)
    this.searchStates = new SearchStates(writer, records.searchStates)
    this.pausedArrs = new PausedArrs(writer, clock, records.searchPauses)
    this.requests = new Requests(writer, records.requests)
    this.profileSwitches = new ProfileSwitches(writer, records.profileSwitches)
    this.givenUp = new GivenUp(writer, clock, records.givenUp)
    this.deadlines = new Deadlines(writer, clock, records.deadlines)
    this.sagas = new SagaRepository(writer, records.sagas)
    this.trash = new TrashRepository(writer, store, clock, records.trash)
    this.spent = new Spent(writer, clock, records.spent)
    this.verdicts = new Verdicts(writer, records.verdicts)
    this.mounts = new Mounts(writer, clock, records.mounts)
    this.#plan(FIRST_MS)
  }

  /** Resolves when holds and facts of torrents are written as they are now. @throws {StorageFault} */
  written(): Promise<void> {
    return this.#writer.flush()
  }

  /** Forgets what is too old; daily by itself. Never rejects: what fails is told, and tried again tomorrow. */
  async keep(): Promise<void> {
    const now = this.#clock.now()
    try {
      this.holds.expire(now)
      this.holds.forgetTorrents((key) => this.#isGone(key, now - KEPT_MS.holdsOfGone))
      this.torrents.expire(now - KEPT_MS.torrents)
      await this.#writer.commit((db) => pruneTorrentFacts(db, now - KEPT_MS.torrents))
      await this.downloads.expire(now - KEPT_MS.downloads)
      await this.searched.expire(now - KEPT_MS.searches)
      this.searchStates.expire(now - KEPT_MS.searchStates)
      await this.pausedArrs.expire()
      this.requests.expire(now - REQUESTS_KEPT_MS)
      await this.profileSwitches.expire(now - KEPT_MS.profileSwitches)
      await this.givenUp.expire(now - KEPT_MS.givenUp)
      await this.searchRuns.expire({
        before: now - KEPT_MS.searchRuns,
        refusedBefore: now - KEPT_MS.refusedReleases,
      })
      await this.sagas.expire(now - KEPT_MS.sagas)
      await this.trash.expire({restored: now - KEPT_MS.restored, purged: now - KEPT_MS.purged})
      await this.spent.expire()
      await this.verdicts.expire(now - KEPT_MS.verdicts)
    } catch (error) {
      this.#onFault(error, 0)
    }
  }

  #isGone(key: TorrentKey, before: EpochMs): boolean {
    const goneAt = this.torrents.of(key)?.goneAt ?? null
    return goneAt !== null && goneAt < before
  }

  /** Writes what is waiting. @throws {StorageFault} then that is lost */
  async close(): Promise<void> {
    this.#cancel()
    await this.#keeping
    await this.#writer.close()
  }

  #plan(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      this.#keeping = this.keep()
      this.#plan(DAY_MS)
    })
  }
}

async function readAll(db: Parameters<typeof readDownloads>[0], now: EpochMs) {
  return {
    holds: await readRuleMemory(db),
    suspensions: await readRuleSuspensions(db),
    downloads: await readDownloads(db),
    searches: await readSearches(db),
    indexerQuestions: await readIndexerQuestions(db, now - DAY_MS),
    searchStates: await readSearchStates(db),
    searchPauses: await readSearchPauses(db),
    requests: await readRequests(db),
    profileSwitches: await readProfileSwitches(db),
    givenUp: await readGivenUp(db),
    deadlines: await readExpiry(db),
    sagas: await readOpenSagas(db),
    trash: await readTrash(db),
    spent: await readSpent(db),
    verdicts: await readVerdicts(db, VERDICTS_KEPT),
    mounts: await readMounts(db),
  }
}
