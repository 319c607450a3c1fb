/**
 * One manager, wherever it runs: it hears what is true, judges it in passes, and says what the rules want. What it is
 * asked it answers, or says why it cannot. It acts on nothing but its Arr, and there only when it is told to.
 */
import type {Clock} from '#lib/clock.ts'
import type {DownloadId} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import type {FactName} from '#model/fact.ts'
import type {LookUpAnswer, ManagedRow, RowsMessage, ThreadPulse} from '#model/manager.ts'
import {keyText, type TorrentKey} from '#model/torrent-key.ts'
import type {EpochMs} from '#model/units.ts'
import type {WantedFact} from '#rules/evaluate.ts'
import type {Owing} from '#rules/presets/inherited.ts'
import {noPhrases} from '#rules/tracker-phrases.ts'
import type {ArrConnection, ArrConnectionDeps} from '../arr/arr-connection.ts'
import {downloadIdsOf} from '../arr/arr-facts.ts'
import {FactRequests} from './fact-requests.ts'
import {RuleEvaluator} from './rule-evaluator.ts'
import type {FaultMessage, FromManager, ManagerInit, Question, Questions, ManagerMessage} from './messages.ts'
import {owedBy, phrasesOf} from './owed.ts'
import type {LookedUp} from './torrent-subject.ts'

/** What its Arr needs of a manager. */
export type ArrWays = Pick<
  ArrConnectionDeps,
  'changed' | 'learned' | 'rowOf' | 'copiesOf' | 'remember' | 'titled' | 'library' | 'refused' | 'gaveUp'
>

/** Changes come in bursts: passes are at least so far apart. */
const BETWEEN_MS = 200
/** So long what an Arr says may be about a torrent that went: it looks at its clients every few minutes. */
const LEFT_MS = 3_600_000
const MOST_LEFT = 8
/** What was looked up is taken for what is so at least this long. */
const AGED_MS = 60_000

export class Manager {
  readonly #clock: Clock
  readonly #init: Pick<ManagerInit, 'run' | 'timeZone' | 'restMs'>
  readonly #say: (message: FromManager) => void
  readonly #evaluator: RuleEvaluator
  readonly #arr: ArrConnection | null
  readonly #wishes: FactRequests
  readonly #rows = new Map<string, ManagedRow>()
  /** Its torrents by what their Arr calls them. */
  readonly #byDownload = new Map<DownloadId, Set<string>>()
  /** Those that went lately, likewise, the last first. */
  readonly #left = new Map<DownloadId, readonly {readonly row: ManagedRow; readonly at: number}[]>()
  #owing: Owing | null = null
  #cancel: () => void = () => undefined
  #nextPassAt: EpochMs | null = null
  #passing: Promise<void> | null = null
  #isStopped = false

  /**
   * @param pause after each slice of a pass
   * @param openArr `null` = it has no Arr
   */
  constructor(
    clock: Clock,
    init: Pick<ManagerInit, 'run' | 'timeZone' | 'restMs'>,
    pause: () => Promise<void>,
    say: (message: FromManager) => void,
    openArr: (ways: ArrWays) => ArrConnection | null,
  ) {
    this.#clock = clock
    this.#init = init
    this.#say = say
    this.#wishes = new FactRequests(clock)
    this.#evaluator = new RuleEvaluator({
      clock,
      run: init.run,
      pause,
      surroundings: {
        timeZone: init.timeZone,
        obligation: (subject) => this.#owing && owedBy(this.#owing, subject),
        phrases: (subject) => (this.#owing === null ? noPhrases : phrasesOf(this.#owing, subject)),
      },
      arrSaying: (row) => this.#arr?.saying(row) ?? null,
      decided: (decisions) => say({said: 'decided', decisions}),
      costly: (ruleId, ms) => say({said: 'costly', ruleId, ms}),
      remember: (writes) => say({said: 'remember', writes}),
      lookUp: (wanted, aged) => this.#lookUp(wanted, aged),
      removable: (dates) => say({said: 'removable', dates}),
      imports: (changes) => say({said: 'imports', changes}),
    })
    this.#arr = openArr({
      changed: (downloads) => this.#arrChanged(downloads),
      learned: (downloads) => this.#learned(downloads),
      rowOf: (downloadId) => this.#rowByDownload(downloadId),
      copiesOf: (row) => this.#copiesOf(row),
      remember: (record) => say({said: 'download', record}),
      titled: (titles) => say({said: 'titles', titles}),
      library: (part) => say({said: 'library', part}),
      refused: (releases) => say({said: 'refused', releases}),
      gaveUp: (releases) => say({said: 'gaveUp', releases}),
    })
  }

  start(): void {
    this.#arr?.start()
    this.#plan()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    await Promise.all([this.#passing, this.#arr?.stop()])
  }

  /** For who keeps it alive. */
  get times(): Omit<ThreadPulse, 'heapUsed'> {
    return {lastPassAt: this.#evaluator.lastPassAt, nextPassAt: this.#nextPassAt}
  }

  hear(message: ManagerMessage): void {
    switch (message.kind) {
      case 'rules':
        this.#owing = message.owing
        this.#evaluator.takeRules(
          // Those of whole servers are carried out by planners, who see all of their torrents.
          message.rules.filter(({subject}) => subject === 'torrent'),
          new Map(message.holds.map(({ruleId, holds}) => [ruleId, holds])),
          new Set(message.deaf),
          message.bounds,
        )
        break
      case 'servers':
        this.#evaluator.takeServers(message.servers)
        break
      case 'rows':
        this.#takeRows(message.rows)
        break
      case 'remembered':
        this.#evaluator.takeRemembered(message.records)
        break
      case 'downloads':
        this.#arr?.takeRemembered(message.records)
        break
      case 'library':
        this.#arr?.takeLibrary(message.known)
        return
      case 'lookedUp':
        this.#takeLookedUp(message.answers)
        break
      case 'results':
        for (const result of message.results) this.#evaluator.answered(result)
        break
      case 'look':
        this.#arr?.look()
        break
      case 'hint':
        this.#arr?.hint()
        return
      case 'tryNow':
        this.#arr?.tryNow()
        return
      case 'question':
        void this.#answer(message.id, message.question)
        return
    }
    this.#plan()
  }

  /** What its Arr knows it is asked here, everything else by who owns servers and disks. */
  #lookUp(wanted: readonly WantedFact[], aged: readonly WantedFact[]): void {
    const ofArr = Map.groupBy(
      wanted.filter(({fact}) => fact.startsWith('arr.')),
      ({subject}) => subject.key,
    )
    for (const [key, some] of ofArr) {
      const row = this.#rows.get(key)
      if (row)
        this.#arr?.want(
          row,
          some.map(({fact}) => fact),
        )
    }
    const others = this.#wishes.take(
      wanted.filter(({fact}) => !fact.startsWith('arr.')),
      aged,
    )
    if (others.length > 0) this.#say({said: 'wanted', wanted: others})
  }

  #rowByDownload(downloadId: DownloadId): ManagedRow | null {
    const [key] = this.#byDownload.get(downloadId) ?? []
    return key === undefined ? null : (this.#rows.get(key) ?? null)
  }

  /** The same torrent on other servers, also where it was a while ago: its Arr may still speak of that one. */
  #copiesOf(row: ManagedRow): readonly ManagedRow[] {
    const copies = new Map<string, ManagedRow>()
    for (const id of downloadIdsOf(row)) {
      for (const {row: it, at} of this.#left.get(id) ?? [])
        if (this.#isLately(at)) copies.set(keyText(it.key), it)
      for (const key of this.#byDownload.get(id) ?? []) copies.set(key, this.#rows.get(key)!)
    }
    copies.delete(keyText(row.key))
    return [...copies.values()]
  }

  #isLately(at: number): boolean {
    return this.#clock.monotonic() - at < LEFT_MS
  }

  #noteLeft(rows: readonly ManagedRow[]): void {
    for (const [id, [last]] of this.#left) if (!this.#isLately(last!.at)) this.#left.delete(id)
    const at = this.#clock.monotonic()
    // The last one comes first.
    for (const row of rows)
      for (const id of downloadIdsOf(row))
        this.#left.set(id, [{row, at}, ...(this.#left.get(id) ?? [])].slice(0, MOST_LEFT))
  }

  /** Which of the same torrents its Arr means hangs on where the others are. */
  #lookAtCopies(rows: readonly ManagedRow[]): void {
    const keys = new Set(rows.flatMap((row) => this.#copiesOf(row)).map(({key}) => keyText(key)))
    if (keys.size > 0) this.#evaluator.arrChanged(keys)
  }

  #takeRows(message: RowsMessage): void {
    const left = message.gone.flatMap((key) => this.#rows.get(keyText(key)) ?? [])
    if (message.isWhole) for (const row of this.#rows.values()) this.#forgetRow(row.key)
    this.#noteLeft(left)
    for (const key of message.gone) this.#forgetRow(key)
    const moved: ManagedRow[] = []
    for (const row of message.rows) {
      const before = this.#rows.get(keyText(row.key))
      if (before?.category !== row.category) moved.push(row)
      if (before && (before.complete !== row.complete || before.state !== row.state)) {
        this.#wishes.forget(keyText(row.key))
      }
      this.#rows.set(keyText(row.key), row)
      for (const id of downloadIdsOf(row)) {
        const keys = this.#byDownload.get(id) ?? new Set<string>()
        this.#byDownload.set(id, keys.add(keyText(row.key)))
      }
    }
    // Its Arr may import it from now on.
    if (this.#evaluator.takeRows(message)) this.#arr?.look()
    if (!message.isWhole) this.#lookAtCopies([...left, ...moved])
  }

  #forgetRow(key: TorrentKey): void {
    const text = keyText(key)
    const row = this.#rows.get(text)
    if (!row) return
    this.#rows.delete(text)
    this.#wishes.forget(text)
    for (const id of downloadIdsOf(row)) {
      const keys = this.#byDownload.get(id)
      keys?.delete(text)
      if (keys?.size === 0) this.#byDownload.delete(id)
    }
    if (downloadIdsOf(row).every((id) => !this.#byDownload.has(id))) this.#arr?.forget(row)
  }

  #takeLookedUp(answers: readonly LookUpAnswer[]): void {
    this.#wishes.answered(answers)
    const byKey = new Map<string, Map<FactName, LookedUp>>()
    const now = this.#clock.monotonic()
    for (const {key, fact, value, at, whyUnknown, keptMs} of answers) {
      const agedAt = now + Math.max(AGED_MS, keptMs)
      const facts = byKey.get(keyText(key)) ?? new Map<FactName, LookedUp>()
      byKey.set(keyText(key), facts.set(fact, {value, at, agedAt, ...whyNot(whyUnknown)}))
    }
    for (const [key, facts] of byKey) this.#evaluator.takeLookedUp(key, facts)
  }

  #arrChanged(downloads: ReadonlySet<DownloadId> | null): void {
    if (this.#isStopped || !this.#arr) return
    this.#say({said: 'arr', arr: this.#arr.report})
    this.#learned(downloads)
  }

  /** Some rule may want something else of these now. */
  #learned(downloads: ReadonlySet<DownloadId> | null): void {
    if (this.#isStopped) return
    const keys = downloads && [...downloads].flatMap((id) => [...(this.#byDownload.get(id) ?? [])])
    this.#evaluator.arrChanged(keys)
    this.#plan()
  }

  /** They are wanted again with the next pass. */
  #forgetLooks(key: string): void {
    this.#wishes.forget(key)
    this.#evaluator.forgetLooks(key)
    this.#plan()
  }

  async #answer(id: number, question: Question): Promise<void> {
    try {
      this.#say({said: 'answer', id, answer: await this.#answerTo(question)})
    } catch (error) {
      this.#say({said: 'fault', id, fault: faultMessage(error)})
    }
  }

  async #answerTo(question: Question): Promise<Questions[Question['ask']]['answer']> {
    switch (question.ask) {
      case 'explain':
        if (question.isRefresh) this.#forgetLooks(keyText(question.key))
        return this.#evaluator.explain(keyText(question.key))
      case 'coming':
        return this.#evaluator.coming(question.keys)
      case 'early':
        return this.#evaluator.early(keyText(question.key), question.ruleId)
      case 'endHold': {
        const {key, ruleId, revision} = question
        const outcome = this.#evaluator.endHold(keyText(key), ruleId, revision)
        this.#plan()
        return outcome
      }
      case 'verdicts':
        return this.#evaluator.verdicts(question.condition)
      case 'look':
        this.#lookUp(this.#evaluator.wantedOf(question.keys, question.facts), [])
        return null
      case 'runNow': {
        const count = this.#evaluator.runNow(question)
        this.#plan()
        return count
      }
      case 'saying':
        if (!this.#arr) return null
        if (question.isFresh) {
          await this.#arr.refreshed()
          await this.#arr.renewed(this.#rowOf(question.key))
        }
        return this.#arr.saying(this.#rowOf(question.key))
      case 'libraryFiles':
        return this.#speaking.libraryFiles(question)
      case 'libraryFolders':
        return this.#speaking.libraryFolders()
      case 'libraryRoom':
        return this.#speaking.libraryRoom()
      case 'grabsByIndexer':
        return this.#speaking.grabsByIndexer(question.since)
      case 'libraryFileIn':
        return this.#speaking.libraryFileIn(question)
      case 'checked':
        await this.#arr?.checked()
        return null
      case 'act': {
        await this.#speaking.refreshed()
        try {
          return await this.#speaking.commands.act(question.action, (id) => this.#speaking.queued(id))
        } finally {
          // Also of what failed: what ails it shall not be known to that person alone.
          this.#speaking.look()
        }
      }
      case 'importProof':
        await this.#speaking.refreshed()
        return this.#speaking.commands.importProof(question.downloadId)
      case 'owes': {
        await this.#speaking.refreshed()
        const {downloadId, searchAgain} = question
        const inQueue = this.#speaking.queued(downloadId)
        return this.#speaking.commands.owes({downloadId, inQueue}, searchAgain)
      }
      case 'ruleAction':
        return this.#speaking.ruleAction(question, this.#rowOf(question.key))
      case 'grab':
        return this.#speaking.commands.grab(question.downloadId)
      case 'isFailed':
        return this.#speaking.commands.isFailed(question.downloadId, question.grabbedAt)
      case 'blocklist': {
        await this.#speaking.refreshed()
        await this.#speaking.commands.blocklist(question, this.#speaking.queued(question.downloadId))
        this.#speaking.look()
        return null
      }
      case 'unblock':
        return this.#speaking.commands.unblock(question.release)
      case 'search':
        return this.#speaking.commands.search(question.media)
      case 'searchWanted':
        return this.#speaking.commands.searchWanted(question)
      case 'searchExplained':
        return this.#speaking.commands.searchExplained(question)
      case 'searchEnd':
        return this.#speaking.commands.searchEnd(question)
      case 'heardOf':
        return this.#speaking.commands.heardOf(question.media, question.since)
      case 'containers':
        return this.#speaking.commands.containers(question.ids)
      case 'qualityProfiles':
        return this.#speaking.commands.qualityProfiles()
      case 'setProfile':
        await this.#speaking.commands.setProfile(question.ids, question.profileId)
        return null
    }
  }

  /** @throws {CommodarrError} it has none */
  get #speaking(): ArrConnection {
    if (this.#arr) return this.#arr
    throw new CommodarrError('not_supported', 'No Arr owns this torrent.')
  }

  /** @throws {CommodarrError} */
  #rowOf(key: TorrentKey): ManagedRow {
    const row = this.#rows.get(keyText(key))
    if (row) return row
    throw new CommodarrError('torrent_not_found', 'Its manager does not know this torrent.', {...key})
  }

  /** The next pass: as soon as it is due, at the latest after a rest. */
  #plan(): void {
    if (this.#isStopped || this.#passing) return
    const last = this.#evaluator.lastPassAt
    const since = last === null ? BETWEEN_MS : this.#clock.now() - last
    const soonest = Math.min(BETWEEN_MS, Math.max(0, BETWEEN_MS - since))
    const inMs = Math.min(Math.max(BETWEEN_MS, this.#init.restMs), Math.max(soonest, this.#evaluator.dueIn))
    this.#cancel()
    this.#nextPassAt = this.#clock.now() + inMs
    this.#cancel = this.#clock.after(inMs, () => {
      this.#passing = this.#pass()
    })
  }

  /** Whatever goes wrong in it ends the thread, which is started again: half a pass is none. */
  async #pass(): Promise<void> {
    await this.#evaluator.pass()
    this.#passing = null
    this.#plan()
  }
}

function whyNot(whyUnknown: LookUpAnswer['whyUnknown']): Pick<LookedUp, 'whyUnknown' | 'server'> {
  if (!whyUnknown) return {whyUnknown: null}
  const {reason, server} = whyUnknown
  return {whyUnknown: reason, ...(server && {server})}
}

function faultMessage(error: unknown): FaultMessage {
  if (error instanceof CommodarrError) return {code: error.code, message: error.message, about: error.about}
  return {code: 'internal', message: 'Unexpected error.', about: {}}
}
