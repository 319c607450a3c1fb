/**
 * What must never happen, looked for in what the world wrote down. Each gives one sentence for each time it happened;
 * none asks the program what it meant.
 */
import type {PlannedDebt} from './plan.ts'
import {
  destroys,
  type ArrivedCommand,
  type Cause,
  type Happening,
  type Searched,
  type Seen,
  type WorldRecord,
} from './record.ts'

type Invariant = (record: WorldRecord) => readonly string[]

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** That long it may take until it is seen that nobody on the internet is reached. */
const SILENCE_NOTICED_MS = 10 * MINUTE_MS
/**
 * To an Arr in an hour of trouble, beside its commands: three a minute when it says nothing by itself, a dozen for each
 * of ten looks at what waits, and what failed for a moment again (`arr-client/ask-again.ts`). That a well Arr is asked
 * 75 times at most is held by `healing.fleet.test.ts`.
 */
const MOST_QUESTIONS_PER_HOUR = 3 * 60 + 12 * 10 + 72
/** To a server, all of them together. */
const MOST_REQUESTS_PER_HOUR = 3_000
/** The same to the same torrent for the same reason. */
const MOST_TIMES_PER_DAY = 8
/** An Arr says so by its channel, or when it is asked next. */
const IGNORED_NOTICED_MS = 10 * MINUTE_MS
/** That long it may take until it is known that a library is away. */
const LIBRARY_NOTICED_MS = 10 * MINUTE_MS
/** Whoever keeps a torrent in this very moment may come too late. */
const UNNOTICED_MS = 10_000

const isCommand = (it: Happening): it is ArrivedCommand => it.what === 'command'

interface Removal {
  readonly command: ArrivedCommand
  readonly torrent: Seen
}

function removals({happenings}: WorldRecord): readonly Removal[] {
  return happenings
    .filter(isCommand)
    .filter(({verb}) => destroys(verb))
    .flatMap((command) => command.torrents.map((torrent) => ({command, torrent})))
}

/** What no person had us remove: by rules, or by a mistake. */
function unordered(record: WorldRecord): readonly Removal[] {
  return removals(record).filter(({torrent}) => torrent.ordered !== 'itself')
}

/** No command to a server that was not named: the journal has each, with this server and this torrent. */
const onlyNamedServers: Invariant = (record) => {
  const named = new Set(record.journal.map(({server, hash}) => `${server} ${hash}`))
  return record.happenings
    .filter(isCommand)
    .flatMap(({server, verb, torrents}) =>
      torrents
        .filter(({hash}) => !named.has(`${server} ${hash}`))
        .map(({hash}) => `${verb} of ${hash} reached ${server}, which nobody named`),
    )
}

/** Nothing is destroyed before a line in the journal says that it will be. */
const announcedFirst: Invariant = (record) =>
  removals(record)
    .filter(({command, torrent}) => !command.announced.some(({hash}) => hash === torrent.hash))
    .map(({command, torrent}) => `${torrent.hash} was removed from ${command.server} without a line before`)

/** What people added themselves and gave to no Arr, and what they keep, stays. */
const keptStays: Invariant = (record) =>
  unordered(record)
    .filter(({command: {at}, torrent: {arr, keptSince}}) => {
      return arr === null || (keptSince !== null && at - keptSince > UNNOTICED_MS)
    })
    .map(
      ({torrent: {hash, arr}}) => `${hash} was removed although it is ${arr === null ? 'nobody’s' : 'kept'}`,
    )

/** What is complete goes after its import and what it owes, or because it is no good. */
const provenAndPaid: Invariant = (record) =>
  unordered(record)
    .filter(({torrent}) => torrent.isComplete && !isNoGood(torrent))
    .flatMap(({torrent}) => [
      ...(torrent.isImported ? [] : [`${torrent.hash} was removed complete and not imported`]),
      ...(hasPaid(torrent, limitsIn(record)) ? [] : [`${torrent.hash} was removed before it had paid`]),
    ])

/** What its tracker asks is paid before anything complete goes, be it good or not; where its files are gone it cannot be. */
const trackersPaid: Invariant = (record) => {
  const {debt} = record
  if (debt === null) return []
  return unordered(record)
    .filter(({torrent}) => torrent.owes && torrent.isComplete && torrent.causes.missingFiles === undefined)
    .filter(({torrent}) => !hasPaid(inAllLives(torrent), debt))
    .map(({torrent}) => `${torrent.hash} was removed and owed its tracker`)
}

/** What a tracker saw of it is not forgotten when it is removed and comes again. */
function inAllLives(torrent: Seen): Seen {
  return {...torrent, seedingTime: torrent.seedingTime + torrent.seededBefore}
}

function isNoGood({causes}: Seen): boolean {
  return causes.missingFiles !== undefined || causes.rejected !== undefined
}

function limitsIn({limits: {maxRatio, maxSeedingTime, needsBoth}}: WorldRecord): PlannedDebt {
  return {ratio: maxRatio, seedingTime: maxSeedingTime, needsBoth}
}

/** Counted by the server in whole seconds, of which the last may be on the way. */
function hasPaid(seen: Seen, {ratio, seedingTime, needsBoth}: PlannedDebt): boolean {
  const byRatio = seen.ratio >= ratio - 0.01
  const byTime = seen.seedingTime >= seedingTime - 60
  return needsBoth ? byRatio && byTime : byRatio || byTime
}

/** A download is given up for what ails it, and not before its time. */
const trueCause: Invariant = (record) => {
  const reasons = new Map<string, string>()
  for (const {server, hash, reason} of record.journal)
    if (reason !== null) reasons.set(`${server} ${hash} ${reason}`, reason)
  const givenUp = unordered(record)
    .filter(({torrent}) => !torrent.isComplete)
    .flatMap(({command: {at, server}, torrent}) => {
      const {hash} = torrent
      const due = dueOf(torrent, at, record)
      if (due.length === 0) return [`${hash} was given up, and nothing ailed it for long enough`]
      const said = due.flatMap(([cause]) => reasonsOf[cause as Cause])
      const isReported = said.some((reason) => reasons.has(`${server} ${hash} ${reason}`))
      return isReported ? [] : [`${hash} was given up, and the journal does not name the cause`]
    })
  const blocklisted = record.happenings.flatMap((it) =>
    it.what === 'blocklisted' && it.torrent !== null && dueOf(it.torrent, it.at, record).length === 0
      ? [`${it.hash} was blocklisted, and nothing ailed it for long enough`]
      : [],
  )
  return [...givenUp, ...blocklisted]
}

/** What may end a download by now. */
function dueOf({causes}: Seen, at: number, {limits}: WorldRecord): readonly (readonly [string, number])[] {
  return Object.entries(causes).filter(
    ([cause, since]) => !waits.has(cause as Cause) || at - since >= limits.stalledDelay * 1_000 - MINUTE_MS,
  )
}

const waits: ReadonlySet<Cause> = new Set(['stalled', 'metadata'])

const reasonsOf: Readonly<Record<Cause, readonly string[]>> = {
  stalled: ['stalled', 'unavailable', 'slow'],
  metadata: ['metadataStuck'],
  missingFiles: ['missingFiles'],
  rejected: ['importRejected'],
}

/** What a server calls missing is given up without its data, whether it is there or not; then nothing is lost. */
const foundStays: Invariant = (record) =>
  removals(record)
    .filter(({command: {verb, announced}, torrent: {hash, causes}}) => {
      const isCalledMissing = ruleOf(announced, hash)?.endsWith('.missing-files') === true
      return isCalledMissing && verb === 'removeWithData' && causes.missingFiles === undefined
    })
    .map(({torrent: {hash}}) => `${hash} was removed with its data as if that were missing, and it is there`)

/** Nothing is concluded from a server that is in trouble, or that does not list all it has. */
const onlyFromTheHealthy: Invariant = (record) =>
  record.happenings.flatMap((it) => {
    if (it.what === 'blocklisted' && it.serverTroubleMs > 2 * MINUTE_MS)
      return [`${it.hash} was blocklisted while its server had been in trouble for ${it.serverTroubleMs} ms`]
    if (it.what === 'command' && destroys(it.verb) && it.hidden > 0)
      return [`${it.verb} reached ${it.server} while it did not list ${it.hidden} of its torrents`]
    if (it.what === 'command' && destroys(it.verb) && it.silentMs > SILENCE_NOTICED_MS)
      return it.torrents
        .filter(isOnlyStill)
        .map(({hash}) => `${hash} was given up after ${it.silentMs} ms in which nobody could be reached`)
    return []
  })

/** Without a connection everything stands still. */
function isOnlyStill({isComplete, causes}: Seen): boolean {
  return !isComplete && Object.keys(causes).every((cause) => waits.has(cause as Cause))
}

/** Whoever is told not to act begins nothing. */
const modesHold: Invariant = ({happenings, journal}) => {
  const modes = happenings.filter((it) => it.what === 'mode')
  return journal.flatMap(({seq, ruleId, verb, phase, hash}) => {
    if (phase !== 'intended') return []
    const mode = modes.findLast((it) => it.rule === ruleId && it.seq < seq)?.mode ?? 'live'
    return mode === 'live' ? [] : [`${ruleId} is told to be ${mode}, and began ${verb} of ${hash}`]
  })
}

/**
 * Each failure leads to one search of each thing that failed, and is told to an Arr once. Who lost his files has nothing
 * against the release: that is no entry in a blocklist.
 */
const searchedOnce: Invariant = ({happenings, unitsOf}) => {
  const faults: string[] = []
  const failures = new Map<string, number>()
  const searches = new Map<string, number>()
  const seen = new Set<string>()
  for (const it of happenings) {
    if (it.what === 'blocklisted') {
      if (seen.has(`${it.arr} ${it.hash}`)) faults.push(`${it.hash} was blocklisted twice`)
      seen.add(`${it.arr} ${it.hash}`)
      for (const unit of unitsOf.get(it.hash) ?? []) add(failures, `${it.arr} ${unit}`, 1)
    }
    // With an older database it does not know that it was told.
    if (it.what === 'arrRestored')
      for (const one of [...seen].filter((entry) => entry.startsWith(`${it.arr} `))) seen.delete(one)
    if (it.what === 'command' && destroys(it.verb)) {
      for (const {hash, arr} of it.torrents.filter(({causes}) => causes.missingFiles !== undefined))
        for (const unit of unitsOf.get(hash) ?? []) add(failures, `${arr} ${unit}`, 1)
    }
    if (it.what === 'searched')
      add(searches, `${it.arr} ${it.unit}`, it.by === 'person' ? -it.times : it.times)
  }
  for (const [unit, times] of searches) {
    const most = failures.get(unit) ?? 0
    if (times > most) faults.push(`${unit} was searched ${times} times for ${most} failures`)
  }
  return faults
}

function add(counts: Map<string, number>, key: string, times: number): void {
  counts.set(key, (counts.get(key) ?? 0) + times)
}

interface Budget {
  readonly what: string
  readonly most: number
  readonly withinMs: number
  /** Who spends, of all that happened, and when. */
  readonly spent: (record: WorldRecord) => readonly {readonly who: string; readonly at: number}[]
}

function removedBy(record: WorldRecord): {rule: string; server: string; at: number}[] {
  return unordered(record).flatMap(({command: {announced, server, at}, torrent}) => {
    // It may have been removed before, by another rule, and have come again.
    const line = announced.findLast(({hash}) => hash === torrent.hash)
    return [{rule: line?.rule ?? 'nobody', server, at}]
  })
}

/** Source: searches are no more than failures can be in that time. */
const budgets: readonly Budget[] = [
  {
    what: 'removals',
    most: 20,
    withinMs: HOUR_MS,
    spent: (record) => removedBy(record).map(({rule, at}) => ({who: rule, at})),
  },
  {
    what: 'removals',
    most: 100,
    withinMs: DAY_MS,
    spent: (record) => removedBy(record).map(({rule, at}) => ({who: rule, at})),
  },
  {
    what: 'removals',
    most: 200,
    withinMs: DAY_MS,
    spent: (record) => removedBy(record).map(({at}) => ({who: 'everybody', at})),
  },
  {
    // Of a server with so few torrents a share is three of them.
    what: 'removals',
    most: 3,
    withinMs: DAY_MS,
    spent: (record) => removedBy(record).map(({rule, server, at}) => ({who: `${rule} on ${server}`, at})),
  },
  {
    what: 'entries in the blocklist',
    most: 20,
    withinMs: HOUR_MS,
    spent: ({happenings}) =>
      happenings.flatMap((it) => (it.what === 'blocklisted' ? [{who: it.arr, at: it.at}] : [])),
  },
  {
    what: 'searches',
    most: 4,
    withinMs: HOUR_MS,
    spent: ({happenings}) => unasked(happenings).map(({arr, unit, at}) => ({who: `${arr} ${unit}`, at})),
  },
]

/** Searches that no person asked for. */
function unasked(happenings: readonly Happening[]): Searched[] {
  const byPeople = new Map<string, number>()
  return happenings.flatMap((it) => {
    if (it.what !== 'searched') return []
    const unit = `${it.arr} ${it.unit}`
    if (it.by === 'person') {
      add(byPeople, unit, it.times)
      return []
    }
    const theirs = Math.min(it.times, byPeople.get(unit) ?? 0)
    add(byPeople, unit, -theirs)
    return Array.from({length: it.times - theirs}, () => it)
  })
}

/**
 * Whoever sets the clock on takes old actions out of the window, as soon as the program starts again, and whoever puts an
 * older copy back takes them out of its memory: times before are counted apart from those after.
 */
function overspent({happenings, ...rest}: WorldRecord): string[] {
  const jumps = happenings.flatMap((it) => (it.what === 'clockSet' || it.what === 'restored' ? [it.at] : []))
  const lifeOf = (at: number) => jumps.filter((jump) => jump <= at).length
  return budgets.flatMap(({what, most, withinMs, spent}) => {
    const all = Map.groupBy(spent({happenings, ...rest}), ({who, at}) => `${who}#${lifeOf(at)}`)
    return [...all.values()].flatMap((some) =>
      some.some(({at}, from) => some.slice(from).filter((it) => it.at - at < withinMs).length > most)
        ? [`${some[0]!.who}: more than ${most} ${what} in ${withinMs / HOUR_MS} h`]
        : [],
    )
  })
}

/** Of removals, entries in the blocklist and searches in an hour or a day, and of questions. */
const withinBudgets: Invariant = (record) => {
  const asked = record.happenings.flatMap((it) =>
    it.what === 'asked' && it.count > (it.isServer ? MOST_REQUESTS_PER_HOUR : MOST_QUESTIONS_PER_HOUR)
      ? [`${it.name} was asked ${it.count} times in an hour`]
      : [],
  )
  return [...overspent(record), ...asked]
}

/** What was begun ends, and the program is whole afterwards. */
const everythingEnds: Invariant = ({happenings}) => {
  const ends = happenings.filter((it) => it.what === 'end')
  if (ends.length !== 1) return ['the simulation did not come to its end']
  return ends.flatMap(({openSagas, openEntries, stopped}) => [
    ...openSagas.map((it) => `the saga ${it} does not end`),
    ...openEntries.map((it) => `the action ${it} does not end`),
    ...stopped.map((it) => `${it} does not run`),
  ])
}

/** What a torrent of any server has stays on the disk while it is there, and what is a person's stays for ever. */
const bytesStay: Invariant = ({happenings}) =>
  happenings.flatMap((it) => {
    if (it.what !== 'fileLost') return []
    const whose = it.hash === null ? 'a person' : `${it.hash} of ${it.server}`
    return [`${it.path} is gone, and ${whose} has it`]
  })

/** What was ordered for a torrent ends with it: one that was added again has a life of its own. */
const livesApart: Invariant = (record) => {
  const lines = Map.groupBy(record.journal, ({server, hash}) => `${server} ${hash}`)
  const lives = record.happenings.filter((it) => it.what === 'born')
  const ordered = removals(record).filter(({torrent}) => torrent.ordered === 'before')
  const byRules = removals(record).flatMap(({command: {server, announced, at}, torrent: {hash}}) => {
    const order = announced.findLast((it) => it.hash === hash)
    const life = lives.findLast((it) => it.server === server && it.hash === hash && it.at <= at)
    if (order === undefined || life === undefined) return []
    const orders = Map.groupBy(lines.get(`${server} ${hash}`) ?? [], ({id}) => id)
    const before = [...orders.values()].filter((some) => {
      const isThis = some.some(({seq}) => seq === order.seq)
      const isOpen = isThis || (some[0]!.verb === 'failDownload' && some.at(-1)!.seq > order.seq)
      return isOpen && some[0]!.seq <= life.seq
    })
    return before.map((some) => `${hash} was removed by a ${some[0]!.verb} of the one before it`)
  })
  const byPeople = ordered
    // What a rule removes is no order of a person.
    .filter(({command: {announced}, torrent: {hash}}) => ruleOf(announced, hash) === null)
    .map(({torrent: {hash}}) => `${hash} was removed by a person's order of the one before it`)
  return [...byRules, ...byPeople]
}

function ruleOf(announced: ArrivedCommand['announced'], hash: string): string | null {
  return announced.findLast((it) => it.hash === hash)?.rule ?? null
}

/** What a person told its Arr to ignore is his, until that grabs it again. */
const ignoredStays: Invariant = (record) => {
  const isIgnored = ({ignoredSince}: Seen, at: number) =>
    ignoredSince !== null && at - ignoredSince > IGNORED_NOTICED_MS
  const removed = unordered(record)
    .filter(({command: {at}, torrent}) => isIgnored(torrent, at))
    .map(({torrent: {hash}}) => `${hash} was removed although a person told its Arr to ignore it`)
  const blocklisted = record.happenings.flatMap((it) =>
    it.what === 'blocklisted' && it.torrent && isIgnored(it.torrent, it.at)
      ? [`${it.hash} was blocklisted although a person told its Arr to ignore it`]
      : [],
  )
  return [...removed, ...blocklisted]
}

/** While nobody sees the library, what it took in may be there no more: the torrent may be the last that has it. */
const lastCopyStays: Invariant = (record) =>
  unordered(record)
    .filter(({torrent: {isImported, libraryAwayMs}}) => isImported && libraryAwayMs > LIBRARY_NOTICED_MS)
    .map(({torrent: {hash}}) => `${hash} was removed while nobody saw the library of its Arr`)

/** Who is told the same again and again has said no: it is told less often, and then no more. */
const repeatsEnd: Invariant = ({happenings, journal}) => {
  const days = Math.ceil(Math.max(1, ...happenings.map(({at}) => at)) / DAY_MS)
  // An older copy does not know how often it said so.
  const lives = 1 + happenings.filter(({what}) => what === 'restored').length
  const sent = journal.filter(({phase, hash}) => phase === 'sending' && hash !== null)
  const same = Map.groupBy(
    sent,
    ({server, hash, verb, ruleId}) => `${verb} of ${hash} to ${server} by ${ruleId}`,
  )
  return [...same].flatMap(([what, lines]) =>
    lines.length > MOST_TIMES_PER_DAY * days * lives
      ? [`${what}: ${lines.length} times in ${days} days`]
      : [],
  )
}

/** Errors that are no fault of a server, an Arr or the database. */
const noMistakes: Invariant = ({happenings}) =>
  happenings.flatMap((it) => (it.what === 'mistake' ? [`the program made a mistake: ${it.text}`] : []))

/**
 * The verdict on something that is kept says so; or that it cannot be decided, or that its rule is paused, so that it is
 * not acted on anyway.
 */
const keptIsExplained: Invariant = ({happenings}) =>
  happenings.flatMap((it) =>
    it.what === 'explained' && !/protected|Can’t be decided|is paused/.test(it.sentence)
      ? [`${it.hash} is kept, and its verdict says: ${it.sentence}`]
      : [],
  )

const invariants: Readonly<Record<string, Invariant>> = {
  onlyNamedServers,
  announcedFirst,
  keptStays,
  provenAndPaid,
  trackersPaid,
  trueCause,
  foundStays,
  onlyFromTheHealthy,
  searchedOnce,
  modesHold,
  withinBudgets,
  everythingEnds,
  bytesStay,
  livesApart,
  ignoredStays,
  lastCopyStays,
  repeatsEnd,
  noMistakes,
  keptIsExplained,
}

/** `name: what happened`, for all of them. */
export function violations(record: WorldRecord): readonly string[] {
  return Object.entries(invariants).flatMap(([name, invariant]) =>
    invariant(record).map((text) => `${name}: ${text}`),
  )
}
