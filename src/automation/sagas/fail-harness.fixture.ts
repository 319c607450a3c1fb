/** An Arr, a server and real books, and a program that can be killed before or after each thing it does. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import type {Memory} from '#automation-state/memory.ts'
import {SEARCHES_PER_HOUR} from '#automation-state/searched.ts'
import type {Verdict} from '#executor/outcomes.ts'
import {SagaRunner} from '#executor/saga-runner.ts'
import type {JournalEntry} from '#journal/entry.ts'
import {asArrId} from '#model/arr.ts'
import type {Decision, RuleActionEnded} from '#model/decision.ts'
import {CommandRefused, ServerFault} from '#model/errors.ts'
import {actionKinds, type ActionParams, type RuleId} from '#model/rule.ts'
import type {ReleaseLoop} from '#model/searching.ts'
import {asServerId} from '#model/torrent-key.ts'
import {memoryHarness, torrent} from '#test/automation-state/memory.fixture.ts'
import {DecisionBackoff} from '../supervision/decision-backoff.ts'
import {FAIL_DOWNLOAD, failDownload, type FailState, type FailingArr, type LastLook} from './fail-download.ts'

type Grab = NonNullable<FailState['grab']>

export type Kill = {readonly when: 'before' | 'after'} & (
  | {readonly at: number}
  /** The first question of this kind to the Arr. */
  | {readonly what: keyof FailingArr}
)

const download = {arrId: 'radarr', downloadId: 'AA'}
const done: Verdict = {outcome: 'confirmed', code: '', message: ''}

export async function failHarness() {
  const base = await memoryHarness()
  const world = {
    blocklists: [] as boolean[],
    /** We saw once that its Arr grabbed it. */
    wasGrabbed: false,
    /** To who reads the history of its Arr. */
    said: [] as string[],
    searches: 0,
    arrSearches: 0,
    removals: 0,
    isFailed: false,
    /** Its server does not answer. */
    isAway: false,
    /** It is not configured any more. */
    hasLeft: false,
    /** Who owns its rule may command its Arr. */
    mayCommand: true,
    /** The same of its Arr. */
    hasArrLeft: false,
    isThere: true,
    /** Its server lists it still for a while, though it has it no more. */
    isListed: false,
    proves: true,
    /** When the Arr removes by itself what is blocklisted: at once, or while we look at it. */
    arrRemoves: null as 'at once' | 'late' | null,
    ended: [] as string[],
    held: [] as string[],
    changed: [] as string[],
    journal: [] as JournalEntry[],
    grab: {at: 1, media: ['movie/17'], isImportedInPart: false, searchesItself: false} as Grab | null,
    verdict: done,
    /** Of each question to the Arr: a fault before or after it had its effect, or its answer is no; null = none. */
    fault: (_n: number, _what: keyof FailingArr, _downloadId?: string): Kill['when'] | 'refused' | null =>
      null,
    decision: {
      ruleId: 'r1' as RuleId,
      ruleRevision: 1,
      reason: 'stalled',
      actions: [],
      subject: {kind: 'torrent', key: 'A/1', serverId: asServerId('A')},
      evidence: {verdict: 'yes', branch: 'all', parts: []},
      preconditions: [{fact: 'arr.tracked', value: 'downloading'}],
    } as unknown as Decision,
    removed: [] as Decision[],
    loop: null as ReleaseLoop | null,
    loopsAfter: false,
    gaveUp: [] as string[],
    lastLook: {is: 'wanted'} as LastLook,
    lastLooks: 0,
  }
  const [backoff, arrOfAll] = [new DecisionBackoff(base.clock), asArrId('radarr')]
  let [memory, steps, asked, begun] = [await base.open(), 0, 0, 0]
  let kill: Kill | null = null
  let isDead = false
  let runner = start(memory)

  /** Whoever is killed never comes back, and what he began is done or not. */
  async function mortal<T>(work: () => Promise<T> | T, what?: keyof FailingArr): Promise<T> {
    const [mine, me] = [steps++, runner]
    const isMeant = kill !== null && ('at' in kill ? kill.at === mine : kill.what === what)
    const dies = (when: Kill['when']) => isMeant && kill?.when === when
    const die = () => {
      isDead = true
      return new Promise<never>(() => {})
    }
    if (isDead && me === runner) return new Promise<never>(() => {})
    if (dies('before')) return die()
    const result = await work()
    return dies('after') ? die() : result
  }

  function ofArr<T>(what: keyof FailingArr, work: () => T, downloadId?: string): Promise<T> {
    return mortal(() => {
      const fault = world.fault(asked++, what, downloadId)
      if (fault === 'refused') throw new CommandRefused('No.')
      const result = fault === 'before' ? null : work()
      if (fault === null) return result as T
      throw new ServerFault('server_failed', 'server_error', '500', {outcomeUnknown: true})
    }, what)
  }

  function start({sagas, searched}: Memory): SagaRunner {
    const kind = failDownload({
      arr: {
        hasLeft: () => world.hasArrLeft,
        loopOf: () => world.loop,
        loopsAfter: () => world.loopsAfter,
        mayCommand: () => world.mayCommand,
        grab: () => ofArr('grab', () => world.grab),
        isFailed: () => ofArr('isFailed', () => world.isFailed),
        blocklist: (_, downloadId, skip, why) =>
          ofArr(
            'blocklist',
            () => {
              world.blocklists.push(skip)
              world.said.push(why)
              world.isFailed = world.proves
              if (world.arrRemoves === 'at once') world.isThere = false
              if (!skip) world.arrSearches++
            },
            downloadId,
          ),
        search: () => ofArr('search', () => ++world.searches),
        heardOf: () => ofArr('heardOf', () => world.searches > 0),
      },
      remove: (decision) =>
        mortal(() => {
          if (world.arrRemoves === 'late') {
            world.isThere = world.isListed
            return world.verdict
          }
          world.removed.push(decision)
          if (world.verdict.outcome === 'confirmed') world.isThere = false
          world.removals++
          return world.verdict
        }),
      announcing: async () => 0,
      untilLook: (decision, ownMs) => backoff.untilLook(decision, arrOfAll, ownMs),
      presence: () => {
        if (world.hasLeft) return 'left'
        return world.isAway ? 'unknown' : world.isThere ? 'there' : 'gone'
      },
      searched: {
        claim: (search) => mortal(() => searched.claim(search)),
        sent: (...it) => mortal(() => searched.sent(...it)),
        intended: (id) => searched.intended(id),
        isSearchedFor: (...it) => searched.isSearchedFor(...it),
        waitFor: (...it) => searched.waitFor(...it),
      },
      wasGrabbed: () => world.wasGrabbed,
      clock: base.clock,
      torrent: () => torrent(1),
      queue: {
        lastLook: async () => {
          world.lastLooks++
          return world.lastLook
        },
        askOfCameIn: async ({subject: {key}}, {action}, id) =>
          void world.changed.push(`${action} ${key} ${id}`),
      },
      write: async (entries) => void world.journal.push(...entries),
      ends: {held: (_, __, why) => void world.held.push(why!.code)},
      gaveUp: async (releases) =>
        void world.gaveUp.push(...releases.map(({item, reason}) => `${item} ${reason}`)),
    })
    return new SagaRunner({
      ends: {publish: (end) => void world.ended.push((end as RuleActionEnded).code)},
      repository: {
        begin: (saga) => sagas.begin(saga),
        step: (...it) => mortal(() => sagas.step(...it)),
        end: (...it) => mortal(() => sagas.end(...it)),
        of: (id) => sagas.of(id),
        about: (...it) => sagas.about(...it),
        unfinished: () => sagas.unfinished(),
      },
      clock: base.clock,
      random: () => 1,
      newId: () => `s${++begun}`,
      log: {warn: () => {}},
    }).register(kind)
  }

  const state = (params: ActionParams, from: FailState['download'], key: string): FailState => {
    const action = {action: 'failDownload' as const, params, ...actionKinds.failDownload}
    const decision = {...world.decision, subject: {...world.decision.subject, key}}
    return {decision, action, download: from, name: 'Film', ruleName: 'Stalled', grab: null}
  }

  return {
    world,
    clock: base.clock,
    steps: () => steps,
    kill: (it: Kill) => void (kill = it),
    begin: (params: ActionParams = {}, from: FailState['download'] = download, subject = 'A/1') =>
      runner.begin(FAIL_DOWNLOAD, subject, state(params, from, subject)),
    unfinished: () => memory.sagas.unfinished(),
    /** Its Arr was asked for as much as it may be in an hour. */
    fillHour: () =>
      memory.searched.claim({
        arrId: download.arrId,
        items: Array.from({length: SEARCHES_PER_HOUR}, (_, n) => `movie/${n}`),
        failure: '',
        searchId: 'full',
        reason: 'rule',
        cause: 'rule',
        at: base.clock.now(),
      }),
    /** The program is started again from what was written, should it have been killed. */
    async run(turns = 200): Promise<void> {
      for (let n = 0; n < turns && (memory.sagas.unfinished().length > 0 || isDead); n++) {
        await base.clock.advance(10_000)
        await nextTurn()
        if (!isDead) continue
        runner.stop()
        memory = await base.open()
        isDead = false
        kill = null
        runner = start(memory)
        runner.resume()
      }
    },
  }
}
