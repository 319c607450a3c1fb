/** Two servers, a disk and real books, and a program that can be killed before or after each thing it does. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Memory} from '#automation-state/memory.ts'
import {A, B, by, key} from '#executor/executor-harness.fixture.ts'
import {SagaRunner} from '#executor/saga-runner.ts'
import type {JournalDecision} from '#journal/decided.ts'
import type {JournalEntry} from '#journal/entry.ts'
import type {Access} from '#model/access.ts'
import type {AddTorrent, CommandResult, RemovalCommand} from '#model/command.ts'
import type {CopyArgs} from '#model/copies.ts'
import type {Decision, RuleActionEnded} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {staysAtLimit, type LimitEnd} from '#model/limit-end.ts'
import {actionKinds, type RuleId} from '#model/rule.ts'
import type {ItemResult, RemovalOrder} from '#model/services.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText, type InfoHash, type ServerId, type TorrentKey} from '#model/torrent-key.ts'
import {memoryHarness} from '#test/automation-state/memory.fixture.ts'
import {CopyOrders} from './copy-orders.ts'
import {copyTorrent} from './copy-saga.ts'
import type {CopyPlan, NoCopyPlan} from './copy-disk.ts'
import {Copying} from './copying.ts'
import type {Meeting, NoMeeting} from './peer-meeting.ts'

export interface Kill {
  readonly at: number
  readonly when: 'before' | 'after'
}

export const [source, copy] = [key(A, 1), key(B, 1)]

function whole(of: TorrentKey): TorrentRecord {
  return {
    key: of,
    name: 'Film',
    hasMetadata: true,
    complete: true,
    progress: 1,
    size: 1_000,
    sizeTotal: 1_000,
    state: 'seeding',
    savePath: '/a',
    category: 'films',
    tags: ['x', 'commodarr-quarantine'],
    upLimit: 5,
    pending: [],
  } as unknown as TorrentRecord
}

export async function copyHarness() {
  const base = await memoryHarness()
  const world = {
    torrents: new Map<string, TorrentRecord>([[keyText(source), whole(source)]]),
    added: [] as AddTorrent[],
    verbs: [] as string[],
    lays: 0,
    /** Told when the copy was added, and when it was told to check. */
    onAdded: (): void => {},
    onRecheck: () => {},
    /** Why no .torrent file can be had of the source; `null` = it can. */
    whyNoTorrentFile: null as string | null,
    /** The other server has tags. */
    takesTags: true,
    /** How the servers meet as peers. */
    meeting: {why: 'No port is known.'} as Meeting | NoMeeting,
    /** Servers that were noted to use files of another one. */
    sharedWith: [] as ServerId[],
    plan: {savePath: '/b', way: 'links', bytes: 0} as CopyPlan | NoCopyPlan,
    /** Of these folders there another one. */
    plans: new Map<string | null, CopyPlan | NoCopyPlan>(),
    /** Where each server saves, unless by default. */
    savesAt: {} as Record<string, string | undefined>,
    /** Of its data the copy finds by its check. */
    finds: 1,
    /** What the server shows of the copy after each start of it; the last one again and again. */
    showsStarted: [{state: 'seeding'}] as Partial<TorrentRecord>[],
    /** The same after a check, beside what that found. */
    showsChecked: {} as Partial<TorrentRecord>,
    /** What each question meets, by its name. */
    faults: {} as Record<string, CommodarrError | undefined>,
    access: by.access as Access | null,
    isOnline: true,
    /** Why the files of the copy are not all seen; `null` = they are. */
    differs: null as string | null,
    /** What the other server does at a share limit. */
    limitEnd: staysAtLimit,
    /** Something lies where the data is brought to. */
    hadFiles: false,
    /** Why the trash cannot take the source; `null` = it can. */
    noTrash: null as string | null,
    /** What people's removals do: takes it off its server, and says so. */
    removals: [] as string[],
    /** What was asked for to take the copy off its server. */
    takenBack: [] as RemovalCommand[],
    /** What a removal ends with instead; absent = it is done. */
    removalResult: null as CommandResult | null,
    /** That ends removals with their files alone. */
    isDoubted: false,
    /** Of the source, and of the copy. */
    passedOn: [] as string[],
    /** By the ids of their entries. */
    results: new Map<string, CommandResult>(),
    /** They do not answer. */
    away: new Set<ServerId>(),
    /** They are not configured any more. */
    left: new Set<ServerId>(),
    /** Why the owner of the rule may not name the folder that it names. */
    noFolder: null as CommodarrError | null,
    /** The list of their server was read before they were added. */
    notShown: new Set<string>(),
    /** Since the program began a whole list was read. */
    isListed: true,
    ended: [] as string[],
    journal: [] as JournalEntry[],
    decision: {
      ruleId: 'r1' as RuleId,
      ruleRevision: 1,
      reason: 'conditionTrue',
      actions: [],
      subject: {kind: 'torrent', key: keyText(source), serverId: A},
      evidence: {verdict: 'yes', branch: 'all', parts: []},
      preconditions: [],
    } as unknown as Decision,
  }
  const limitEnds = {
    of: async (_id: ServerId, hashes: readonly InfoHash[]) => {
      const end = await limitEnds.ofAdded()
      return new Map(hashes.map((hash) => [hash, end]))
    },
    ofForced: async () => new Map<InfoHash, LimitEnd>(),
    ofStarted: async () => new Map<InfoHash, LimitEnd>(),
    ofAdded: async (): Promise<LimitEnd> => {
      const fault = world.faults['limitEnd']
      if (fault) throw fault
      return world.limitEnd
    },
    ofChange: async () => staysAtLimit,
  }
  const meeting = {between: async () => world.meeting}
  const fleet = {
    get: (of: TorrentKey) =>
      world.notShown.has(keyText(of)) ? null : (world.torrents.get(keyText(of)) ?? null),
  }
  const write = async (entries: readonly JournalEntry[]) => void world.journal.push(...entries)
  let [memory, steps, ids] = [await base.open(), 0, 0]
  let kill: Kill | null = null
  let isDead = false
  let orders: CopyOrders | null = null
  let runner = start(memory)

  /** Whoever is killed never comes back, and what he began is done or not. */
  async function mortal<T>(what: string, work: () => Promise<T> | T): Promise<T> {
    const [mine, me] = [steps++, runner]
    const dies = (when: Kill['when']) => kill?.at === mine && kill.when === when
    const die = () => {
      isDead = true
      return new Promise<never>(() => {})
    }
    if (isDead && me === runner) return new Promise<never>(() => {})
    if (dies('before')) return die()
    const fault = world.faults[what]
    if (fault) throw fault
    const result = await work()
    return dies('after') ? die() : result
  }

  function change(more: Partial<TorrentRecord>): void {
    world.torrents.set(keyText(copy), {...world.torrents.get(keyText(copy))!, ...more})
  }

  function obey(verb: string, of: TorrentKey): void {
    if (keyText(of) === keyText(source)) {
      world.verbs.push(`source ${verb}`)
      const state = verb === 'stop' ? 'stopped' : 'seeding'
      world.torrents.set(keyText(source), {...world.torrents.get(keyText(source))!, state})
      return
    }
    world.verbs.push(verb)
    if (verb === 'stop') change({state: 'stopped'})
    const {showsStarted} = world
    if (verb === 'start') change(showsStarted.length > 1 ? showsStarted.shift()! : showsStarted[0]!)
    if (verb === 'recheck') world.onRecheck()
    if (verb === 'recheck' && (world.lays > 0 || there()?.complete))
      change({progress: world.finds, complete: world.finds === 1, state: 'stopped', ...world.showsChecked})
  }

  function removed({keys, command, isCancelled}: RemovalOrder): Promise<readonly ItemResult[]> {
    const [one] = keys
    return mortal(`remove ${one!.serverId}`, () => {
      if (isCancelled?.()) return [{key: one!, result: {outcome: 'refused', code: 'cancelled', message: ''}}]
      if (keyText(one!) === keyText(copy)) world.takenBack.push(command)
      const isSpared = world.isDoubted && command.verb === 'remove'
      const result = (isSpared ? null : world.removalResult) ?? {outcome: 'done' as const}
      if (result.outcome === 'done') {
        world.torrents.delete(keyText(one!))
        world.removals.push(`${one!.serverId} ${command.verb}`)
      }
      return [{key: one!, result}]
    })
  }

  function start({sagas, deadlines}: Memory): SagaRunner {
    const kind = copyTorrent({
      meeting,
      takesTags: () => world.takesTags,
      placing: {lay: () => mortal('lay', () => void world.lays++)},
      files: {compare: async () => world.differs, hasAny: async () => world.hadFiles},
      begun: sagas,
      removals: {run: removed},
      accessOf: () => world.access,
      ourselves: by.access,
      passOn: (from, to) => void world.passedOn.push(`${keyText(from)} ${keyText(to)}`),
      isCancelled: (id) => orders?.isCancelled(id) ?? false,
      onEnd: (id, result) => {
        world.results.set(id, result)
        orders?.ended(id, result)
      },
      fleet,
      write,
      deadlines,
      limitEnds,
      shared: {begin: async (_, target) => void world.sharedWith.push(target)},
      clock: base.clock,
      details: {exportTorrent: () => mortal('export', () => new Uint8Array([1]))},
      executor: {
        add: (_by, _id, add) =>
          mortal('add', () => {
            const {fileName} = add.source as {readonly fileName: string}
            const one: TorrentKey = {serverId: B, hash: fileName.slice(0, 40) as InfoHash}
            if (fleet.get(one)) return {status: 'duplicate', hash: one.hash}
            world.added.push(add)
            world.onAdded()
            world.torrents.set(keyText(one), {
              ...whole(one),
              complete: false,
              progress: 0,
              state: 'stopped',
              savePath: add.savePath!,
            })
            return {status: 'added', hash: one.hash}
          }),
        run: ({keys, command}) =>
          mortal(command.verb, () => {
            for (const one of keys) obey(command.verb, one)
            return keys.map((one) => ({key: one, result: {outcome: 'done'}}) as const)
          }),
      },
      rules: () => (world.access ? {access: world.access} : null),
      presence: (of) => {
        if (world.left.has(of.serverId)) return 'left'
        if (world.away.has(of.serverId)) return 'unknown'
        return world.isOnline && world.isListed ? (fleet.get(of) ? 'there' : 'gone') : 'unknown'
      },
    })
    return new SagaRunner({
      ends: {publish: (end) => void world.ended.push((end as RuleActionEnded).code)},
      repository: {
        begin: (saga) => sagas.begin(saga),
        step: (...it) => mortal('step', () => sagas.step(...it)),
        end: (...it) => mortal('end', () => sagas.end(...it)),
        of: (id) => sagas.of(id),
        about: (...it) => sagas.about(...it),
        unfinished: () => sagas.unfinished(),
      },
      clock: base.clock,
      random: () => 1,
      newId: () => `s${++ids}`,
      log: {warn: () => {}},
    }).register(kind)
  }

  const there = () => fleet.get(copy)

  const plans = {
    planFor: async (_source: TorrentKey, _target: ServerId, path: string | null) => {
      const fault = world.faults['plan']
      if (fault) throw fault
      return world.plans.get(path) ?? world.plan
    },
  }

  const newCopying = () =>
    new Copying({
      plans,
      files: {compare: async () => world.differs},
      fleet,
      write,
      limitEnds,
      deadlines: memory.deadlines,
      clock: base.clock,
      begun: memory.sagas,
      sagas: {begin: (...it) => runner.begin(...it)},
      objectionToFolder: () => world.noFolder,
      objection: () => (world.isOnline ? null : new CommodarrError('server_not_online', 'B is away.')),
    })

  const newOrders = () =>
    new CopyOrders({
      plans,
      meeting,
      takesTags: () => world.takesTags,
      placing: {cancel: () => {}, progress: () => null},
      fleet,
      write,
      limitEnds,
      deadlines: memory.deadlines,
      clock: base.clock,
      begun: memory.sagas,
      sagas: {begin: (...it) => runner.begin(...it), wake: (...it) => runner.wake(...it)},
      removals: {run: removed},
      noTrash: async () => (world.noTrash === null ? null : {why: world.noTrash, isSettled: true}),
      accessOf: () => world.access,
      savesAt: (id) => world.savesAt[id] ?? '/default',
      whyNoTorrentFile: () => world.whyNoTorrentFile,
      objectionToFolder: () => world.noFolder,
      objection: () => (world.isOnline ? null : new CommodarrError('server_not_online', 'B is away.')),
    })

  let its: Copying | null = null
  const copying = () => (its ??= newCopying())

  return {
    world,
    whole,
    change,
    clock: base.clock,
    steps: () => steps,
    kill: (it: Kill) => void (kill = it),
    copying,
    begin: (params: object = {}, of = source, action: 'copyTo' | 'move' = 'copyTo') =>
      copying().begin({
        decision: world.decision,
        key: of,
        ruleName: 'Copy',
        decided: {} as JournalDecision,
        action: {action, params: {server: B, ...params}, ...actionKinds[action]},
        access: world.access ?? by.access,
      }),
    /** As a person orders it. Resolves once what can be begun at once is begun. */
    order: async (
      args: Partial<CopyArgs> = {},
      keys: readonly TorrentKey[] = [source],
      who: typeof by = by,
    ) => {
      orders ??= newOrders()
      const verb = args.source === undefined || args.source === 'stays' ? 'copyTo' : 'moveTo'
      const run = orders.run({
        action: {id: 'a1', at: 1},
        by: who,
        keys,
        command: {verb, args: {server: B, source: 'stays', ...args}},
        entryId: (of) => `entry ${keyText(of)}`,
        asOf: () => null,
        onBegun: () => {},
        onResult: ({key: of, result}) => void world.results.set(`entry ${keyText(of)}`, result),
      })
      await nextTurn()
      return {ended: run}
    },
    orders: () => (orders ??= newOrders()),
    result: () => world.results.get(`entry ${keyText(source)}`),
    /** Why it waits, as people are shown it. */
    why: () => runner.standing()[0]?.why ?? null,
    source: () => fleet.get(source),
    there,
    lines: () =>
      world.journal.map(({verb, phase, code}) => `${verb} ${phase}${code === undefined ? '' : ` ${code}`}`),
    /** The program is started again from what was written, should it have been killed. */
    run: async (turns = 300): Promise<void> => {
      for (let n = 0; n < turns && (memory.sagas.unfinished().length > 0 || isDead); n++) {
        await base.clock.advance(10_000)
        await nextTurn()
        if (!isDead) continue
        runner.stop()
        memory = await base.open()
        its = null
        orders = null
        isDead = false
        kill = null
        runner = start(memory)
        runner.resume()
      }
    },
  }
}
