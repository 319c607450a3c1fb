/** A queue over the executor of two servers and real books, with facts, a rule and an Arr that a test may change. */
import type {Memory} from '#automation-state/memory.ts'
import {A, by, Harness, hash, key} from '#executor/executor-harness.fixture.ts'
import type {LibraryClaim} from '#model/arr.ts'
import type {ArrSituation} from '#executor/guards/rules/decision-guard.ts'
import {quietFacts} from '#executor/guards/rules/decision-item.fixture.ts'
import type {LostInCheck} from '#executor/guards/rules/lost-in-check.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Access, UserId} from '#model/access.ts'
import type {TrashRecord} from '#model/automation-state.ts'
import type {CommandResult} from '#model/command.ts'
import {
  NotReady,
  type ArrChange,
  type ArrResult,
  type Decision,
  type DecisionFacts,
  type Explanation,
  type RuleActionEnded,
  type RememberedDownload,
  type RuleOutcome,
  type EarlyDecision,
  type WantedAction,
} from '#model/decision.ts'
import type {TorrentFile} from '#model/details.ts'
import {BadArgument, CommodarrError} from '#model/errors.ts'
import {factOf, type FactName, type FactValue} from '#model/fact.ts'
import {actionKinds, type ActionName, type ActionParams, type Rule, type RuleId} from '#model/rule.ts'
import type {Presence} from '#model/services.ts'
import {keyText, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {DAY, HOUR} from '#model/units.ts'
import type {NoOrphan} from '#orphans/orphan-remover.ts'
import {PathQuarantines} from '#orphans/path-quarantines.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {AlertBoard} from '../alerts/active-alerts.ts'
import type {PersonNotices} from '../alerts/person-notices.ts'
import type {CopyStand} from '../copies/copying.ts'
import {ProgramEnvironment, Programs} from '../programs/programs.ts'
import type {ProgramRun, RunProgram} from '../programs/run-program.ts'
import {ActionEnds} from './action-ends.ts'
import type {ActionDetails} from './action-commands.ts'
import {RuleActionQueue} from './rule-action-queue.ts'

type ProgramOrder = Parameters<RunProgram>[0]
type PersonNotice = ReturnType<PersonNotices['list']>[number]

export const r1 = 'r1' as RuleId

export function wanted(action: ActionName, params: ActionParams = {}): WantedAction {
  return {action, params, ...actionKinds[action]}
}

export async function queueHarness() {
  const base = await memoryHarness()
  const memory = await base.open()
  const harness = new Harness()
  const ends: RuleActionEnded[] = []
  const asked: string[] = []
  /** Why removals under way wait. */
  const held: string[] = []
  /** Torrents whose time a person ended. */
  const ended: string[] = []
  /** Torrents that more or fewer rules may act on. */
  const changed: number[] = []
  const kept = new Map<string, string>()
  const started: ProgramOrder[] = []
  const purged: string[] = []
  const moved: string[] = []
  const world = {
    rule: {
      id: r1,
      revision: 1,
      name: 'Done',
      mode: 'live',
      when: {fact: 'ratio', op: 'gte', value: 1},
      hold: null,
      do: [],
      guards: {},
    } as unknown as Rule | null,
    facts: {'tracker.hosts': ['a.example'], ...quietFacts} as {[fact in FactName]?: FactValue | undefined},
    answer: {outcome: 'done', change: null} as ArrResult,
    /** What the Arr is about to do, told before. */
    announced: null as ArrChange | null,
    refresh: () => {},
    lookAgain: () => {},
    arrChecked: () => {},
    /** What is red in its Arr. */
    arrSituation: null as ArrSituation | null,
    /** Whose library its data is. */
    library: null as LibraryClaim | null,
    lookAtLibrary: () => {},
    /** How often everything was read again. */
    reads: 0,
    isRead: false,
    /** The program stood still since. */
    isOld: false,
    /** How often it was judged without what had been looked up; and whether its rule stands on such. */
    refreshes: 0,
    isLookedUp: false,
    /** What happens while its Arr says what it would do. */
    whileArrIsAsked: async () => {},
    /** What its rule would decide if its time were over. */
    early: null as EarlyDecision | null,
    endFault: null as Error | null,
    /** What its rule says of every torrent now. */
    outcome: 'due' as RuleOutcome | 'notReady',
    filesMeant: [] as readonly number[],
    /** `null` = its server does not tell them. */
    files: [] as readonly TorrentFile[] | null,
    keepFault: null as CommodarrError | null,
    /** Nobody brings back what is in the trash. */
    mayGo: true,
    /** In the trash, beyond its days. */
    over: [] as readonly TrashRecord[],
    purgeFault: null as CommodarrError | null,
    recycling: {outcome: 'done'} as CommandResult,
    clearing: {outcome: 'done'} as CommandResult,
    orphanStays: null as NoOrphan | null,
    afterMove: () => {},
    /** `null` = it is not in the list any more. */
    pathOutcome: 'due' as RuleOutcome | null,
    copying: {is: 'there', seedsOn: true} as CopyStand,
    copyStands: true,
    movesUnderWay: 0,
    /** Of lines that come together: the fault of the house then. */
    notices: [] as Omit<PersonNotice, 'id' | 'at'>[],
    journalRefuses: (_entries: readonly JournalEntry[]): boolean => false,
    lostInCheck: null as LostInCheck | null,
    lostSettings: 0,
    noRoom: null as string | null,
    trackers: [
      {url: 'https://a.example/x', status: 'working', message: ''},
      {url: 'https://t.b.example/x', status: 'error', message: 'Torrent Gone'},
      {url: '** [DHT] **', status: 'working', message: ''},
    ] as Awaited<ReturnType<ActionDetails['trackers']>>,
    trackersFault: null as CommodarrError | null,
    /** What its server leaves between two announces. */
    apart: 60,
    isObserving: false,
    /** What a program comes to. */
    ran: {code: 0, output: '', ended: null} as ProgramRun,
    startFault: null as Error | null,
    isAdministrator: true,
    /** Members' servers, and whose. */
    ofMembers: new Map<ServerId, UserId>(),
    /** What whoever said yes may now; `null` = nothing. */
    accessOfYes: by.access as Access | null,
    commandsArr: true,
    presence: 'there' as Presence,
    /** Of single torrents; the others are as `presence` says. */
    presenceOf: new Map<string, Presence>(),
    /** What it decided before is under way. */
    isBegun: false,
    download: {wasGrabbed: false, importedAt: null, givenUp: 0, givenUpByScore: 0} as RememberedDownload,
  }
  const facts: DecisionFacts = {
    glance: async () => {
      world.isRead = false
    },
    refresh: async () => {
      world.reads++
      world.isRead = true
      world.refresh()
    },
    arrChecked: async () => world.arrChecked(),
    lookAgain: async () => world.lookAgain(),
    fact: (_, name) => {
      if (!world.isRead && factOf(name).cost === 'lazy') return {unknown: 'notRead', since: null, source: 'A'}
      const value = name === 'firstSeenAt' ? base.clock.now() - 30 * DAY * 1_000 : world.facts[name]
      if (value === undefined) return {unknown: 'missing', since: null, source: 'A'}
      return {value, observedAt: base.clock.now(), source: 'A'}
    },
    isOld: () => world.isOld,
    torrent: ({kind, key: text}) => (kind === 'path' ? null : keyOf(text)),
    download: () => world.download,
  }
  const write = async (entries: readonly JournalEntry[]) => {
    if (harness.journalFails || world.journalRefuses(entries)) throw harness.journalFault
    harness.journal.push(...entries)
    harness.beforeWriteEnds()
  }
  const hub = new ActionEnds({
    clock: base.clock,
    torrents: {change: () => {}, removed: () => {}},
    managers: {ended: () => {}, lookAgain: async () => {}},
    refusals: {take: (end) => void ends.push(end), hold: (end) => void ends.push(end), forget: () => {}},
    wholes: {ended: () => {}},
    facts,
    log: {error: (_about, text) => void harness.logged.push(text)},
  })
  harness.onEnd = (end) => hub.publish(end)
  const log = {
    error: (_about: object, text: string) => void harness.logged.push(text),
    warn: (_about: object, text: string) => void harness.logged.push(text),
  }
  const board = new AlertBoard(base.clock, log, write)
  const newQueue = ({spent, suspensions, holds, deadlines, verdicts, torrents}: Memory) =>
    new RuleActionQueue({
      executor: harness.executor,
      board,
      notices: {add: (notice) => void world.notices.push(notice)},
      naming: harness.executor,
      removals: harness.removals,
      arr: {
        act: async (_, {action, params}, announce) => {
          try {
            await world.whileArrIsAsked()
            if (world.announced) await announce(world.announced)
          } catch (error) {
            if (!(error instanceof CommodarrError)) throw error
            return {outcome: 'failed', code: error.code, message: error.message}
          }
          asked.push(params['mode'] === undefined ? action : `${action} ${params['mode'] as string}`)
          return world.answer
        },
      },
      rules: {
        of: () =>
          world.rule && {rule: world.rule, access: {...by.access, permits: () => world.isAdministrator}},
      },
      accessOf: () => world.accessOfYes,
      commandsArrOf: () => world.commandsArr,
      facts,
      situations: {
        of: () => ({
          fullSyncs: 2,
          epochFor: DAY,
          trackersFailing: 0,
          sinceInternetFault: null,
          movesUnderWay: world.movesUnderWay,
          hidesCategories: false,
        }),
        ofArr: () => world.arrSituation,
      },
      libraries: {
        look: async () => {
          world.lookAtLibrary()
          return world.library
        },
        lookAgain: async () => world.lookAtLibrary(),
        of: () => world.library,
      },
      rechecks: {of: () => world.lostInCheck},
      lostSettings: () => world.lostSettings,
      spent,
      compartmentOf: (id) => world.ofMembers.get(id) ?? null,
      suspensions,
      holds,
      deadlines,
      verdicts,
      explain: async (_key, isRefresh) => {
        if (isRefresh) {
          world.refreshes++
          if (world.isLookedUp) return {rules: [{ruleId: r1, outcome: 'lookingUp'}]} as unknown as Explanation
        }
        if (world.outcome === 'notReady') throw new NotReady()
        return {rules: [{ruleId: r1, outcome: world.outcome}]} as unknown as Explanation
      },
      managers: {
        early: async () => world.early,
        endHold: async (of, ruleId, revision) => {
          ended.push(`${keyText(of)} ${ruleId} ${revision}`)
          if (world.endFault) throw world.endFault
          return world.early === null ? null : 'due'
        },
        refusalChanged: (of) => void changed.push(Number(`0x${keyOf(of).hash}`)),
      },
      presence: (subject) => world.presenceOf.get(subject.key) ?? world.presence,
      limitEnds: harness.limitEnds,
      torrents,
      addedAt: () => (world.facts['addedAt'] as number | undefined) ?? null,
      isBegun: () => world.isBegun,
      ourselves: by.access,
      trash: {
        keep: async ({hash: of}, {id, verb}) => {
          if (world.keepFault) throw world.keepFault
          kept.set(id, `${verb} ${Number(`0x${of}`)}`)
        },
        forget: async (id) => void kept.delete(id),
        mayGo: () => world.mayGo,
        over: () => world.over,
        purge: async (_by, id, ruled) => {
          if (world.purgeFault) throw world.purgeFault
          purged.push(`${id} ${ruled!.ruleId} ${ruled!.decided.bytes}`)
          world.over = world.over.filter((it) => it.id !== id)
        },
      },
      details: {
        filesMeant: async () => world.filesMeant,
        files: async () => {
          if (world.files === null) throw new BadArgument('It does not tell them.')
          return world.files
        },
        trackers: async () => {
          if (world.trackersFault) throw world.trackersFault
          return world.trackers
        },
        categoryPath: (_, name) => (name === 'films' ? '/data/films' : null),
        announcesApart: () => world.apart,
        objectionToMove: async () => world.noRoom,
      },
      recycling: {begin: async () => world.recycling},
      extraFiles: {begin: async () => world.clearing},
      orphans: {
        actForRule: async ({id, verb, days, objection}) => {
          const no = objection() ?? world.orphanStays
          if (no) return no
          moved.push(`${verb} ${id} ${days}`)
          world.afterMove()
          return null
        },
      },
      pathQuarantines: new PathQuarantines(deadlines, base.clock),
      explainPath: () => world.pathOutcome && ({rules: [{ruleId: r1, outcome: world.pathOutcome}]} as never),
      copying: {begin: async () => world.copying, stands: () => world.copyStands, lookAgain: async () => {}},
      programs: new Programs(
        {
          programPath: (name) => (name === 'tidy' ? '/opt/tidy' : null),
          get observes() {
            return world.isObserving
          },
        },
        new ProgramEnvironment(facts, (_, path) => `/mnt${path}`),
        deadlines,
        async (order) => {
          started.push(order)
          if (world.startFault) throw world.startFault
          return world.ran
        },
        {clock: base.clock, log, journal: {write}},
      ),
      clock: base.clock,
      write,
      log,
      ends: {
        publish: (end) => hub.publish(end),
        step: (sagaId) => hub.step(sagaId),
        held: (_decision, {action}, why) => void held.push(`${action} ${why?.code ?? 'no more'}`),
      },
    })
  const queue = newQueue(memory)
  const decision = (n: number, actions: readonly WantedAction[], more: Partial<Decision> = {}): Decision => ({
    at: base.clock.now(),
    ruleId: r1,
    ruleRevision: 1,
    mode: 'live',
    concern: 'fate',
    subject: {kind: 'torrent', key: keyText(key(A, n)), serverId: A},
    reason: 'seedingDone',
    actions,
    hold: null,
    evidence: {
      verdict: 'yes',
      fact: 'ratio',
      op: 'gte',
      threshold: 1,
      window: null,
      actual: {value: 2, observedAt: base.clock.now(), source: 'A'},
    },
    preconditions: [
      {fact: 'category', value: 'films'},
      {fact: 'tags', value: []},
    ],
    ...more,
  })
  return {
    /** From what was written. */
    restart: async () => newQueue(await base.open()),
    base,
    memory,
    house: harness,
    ends,
    asked,
    board,
    held,
    changed,
    ended,
    world,
    queue,
    decision,
    started,
    purged,
    moved,
    /** What is in the trash. */
    kept: () => [...kept.values()],
    verbs: () => harness.orders.map(({command}) => command.verb),
    sent: () => harness.orders.map(({command, hashes}) => `${command.verb} ${Number(`0x${hashes[0]}`)}`),
    reported: () => ends.map(({outcome, code}) => (code === '' ? outcome : `${outcome} ${code}`)),
    spentIn: () => memory.spent.within({}, HOUR).count,
    seenGone: (n: number) => {
      const id = harness.journal.findLast(({hash: of, phase}) => of === hash(n) && phase === 'sent')!.id
      harness.settle({id, key: key(A, n), outcome: 'removed'})
    },
  }
}

function keyOf(text: string): TorrentKey {
  return key(A, Number.parseInt(text.slice(text.lastIndexOf('/') + 1), 16))
}
