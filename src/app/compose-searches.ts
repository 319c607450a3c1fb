/**
 * Searches on a schedule, and temporary quality profiles: of which Arrs, on which grounds, for which requests of people,
 * and how each is asked. What is sent is written down first (`searching/search-service.ts`, `searching/profile-service.ts`);
 * what came of searches is asked for beside it (`SearchEnds`).
 */
import {ArrHttpClient} from '#arr-client/api/http-client.ts'
import {ProwlarrClient} from '#arr-client/api/prowlarr.ts'
import {mainThreadPolicyFor} from '#arr-client/ask-arr.ts'
import {RuleJournalWriter} from '#automation/actions/rule-journal-writer.ts'
import {SearchEnds} from '#automation/actions/search-ends.ts'
import {ActiveAlerts} from '#automation/alerts/active-alerts.ts'
import {ProfileAlerts} from '#automation/alerts/profile-alerts.ts'
import type {ReleaseLoops} from '#automation/alerts/release-loops.ts'
import {StuckSearches} from '#automation/alerts/stuck-searches.ts'
import {IndexerLimits} from '#automation/supervision/indexer-limits.ts'
import {RequestPolls} from '#automation/supervision/request-polls.ts'
import {ScheduledSearches} from '#automation/supervision/scheduled-searches.ts'
import {decidedOf} from '#executor/rule-entry.ts'
import type {SearchesSource} from '#http/scope/sources.ts'
import type {Part} from '#lib/lifecycle.ts'
import {asArrId, mediaKey} from '#model/arr.ts'
import {systemActor} from '#model/command.ts'
import {managerOf, type InternetState} from '#model/manager.ts'
import type {Decision} from '#model/decision.ts'
import type {ProfileSwitch} from '#model/profile-switches.ts'
import type {ItemUnit} from '#model/searching.ts'
import type {SearchOrders} from '#model/searches.ts'
import {plainReach} from '#model/server.ts'
import type {ServerView} from '#model/services.ts'
import type {ActiveArr} from '#registry/arrs/directory.ts'
import {mayOn} from '#registry/arrs/rights.ts'
import type {WantedWorld} from '#registry/rules/previews.ts'
import {ProfileService, type ProfilePort} from '#searching/profile-service.ts'
import {PeoplesOrders} from '#searching/search-orders.ts'
import {RequestedMedia} from '#searching/requests.ts'
import {SearchService, type SearchPort} from '#searching/search-service.ts'
import {wantedFacts, type WantedSubject} from '#searching/wanted-facts.ts'
import {isSearchable, WantedRules} from '#searching/wanted-rules.ts'
import {appendEvent} from '#store/repositories/journal.ts'
import {readInheritedItems} from '#store/repositories/move-in.ts'
import type {Facts} from './compose-facts.ts'
import type {ActingParts, Standing} from './compose-standing.ts'

export interface SearchesOfApp {
  readonly schedule: ScheduledSearches
  readonly part: Part
  /** Arrs or their sections may have changed. */
  readonly follow: () => void
  readonly wanted: SearchService['wanted']
  readonly searches: SearchesSource
  /** What people order; who may is asked before. */
  readonly orders: SearchOrders
  /** What people asked for, and how far it has got. */
  readonly requests: RequestedMedia['views']
  readonly profiles: Pick<ProfileService, 'list' | 'get' | 'restore'>
  /** Those about what is wanted. */
  readonly rules: WantedRules
  /** What such rules are tried on. */
  readonly world: WantedWorld<WantedSubject>
}

export function openSearches(
  parts: ActingParts,
  standing: Standing,
  known: Facts,
  loops: ReleaseLoops,
): SearchesOfApp {
  const {clock, random, turns, log, people, store} = parts
  const {memory, inForce} = standing
  const {managers, library} = known
  const stuck = new StuckSearches(parts.board, people.arrDirectory)
  const readers = wantedFacts({
    kindOf: (id) => people.arrDirectory.card(asArrId(id))?.kind,
    isClockSure: () => clock.isSure?.() ?? true,
    timeZone: standing.timeZone,
  })
  const commands = standing.rights.mayOnArr('control')
  const rules = new WantedRules({
    clock,
    turns,
    log,
    readers,
    rules: () => standing.rules.all().filter(({rule}) => memory.suspensions.of(rule.id) === null),
    mayCommand: (rule, arrId) => commands(rule, asArrId(arrId)),
    units: () => service,
    tell: tellingBy(parts, standing, known),
  })
  const service: SearchService = new SearchService({
    clock,
    random,
    turns,
    log,
    searched: memory.searched,
    runs: memory.searchRuns,
    states: memory.searchStates,
    port: portOf(managers),
    stuck: (arrId, is) => stuck.heard(arrId, is),
    loops,
    heldBy: (subject) => rules.heldBy(subject),
  })
  const ends = new SearchEnds(memory.searchRuns, managers, clock, log, service)
  const limits = new IndexerLimits({
    clock,
    log,
    alerts: new ActiveAlerts(parts.board),
    prowlarrs: () => inForce.config.prowlarrs,
    open: ({URI: url, APIKey: apiKey, SkipTLSVerify: skipVerify}) =>
      new ProwlarrClient(
        new ArrHttpClient(
          {url, apiKey, skipVerify},
          mainThreadPolicyFor(url, plainReach.anywhere),
          undefined,
          {clock, turns},
        ),
      ),
  })
  const nameOf = (id: string) => people.arrDirectory.nameOf(asArrId(id))
  const alerts = new ProfileAlerts(parts.board)
  const profiles = new ProfileService({
    clock,
    turns,
    log,
    switches: memory.profileSwitches,
    port: profilePortOf(managers),
    inherited: () => store.read(readInheritedItems),
    exists: (id) => !people.arrDirectory.hasLeft(asArrId(id)),
    note(row) {
      store
        .write((db) => appendEvent(db, {...eventOf(row), name: nameOf(row.arrId)}, clock.now()))
        .catch((error: unknown) =>
          log.error({err: error}, 'a quality profile could not be put in the journal'),
        )
    },
    alert: (arr, list) => alerts.show(arr, list),
  })
  const isWatched = (id: string) => people.arrDirectory.card(asArrId(id))?.caution === 'watch'
  const schedule = new ScheduledSearches({
    service,
    profiles,
    nameOf,
    arrs: people.arrDirectory,
    library,
    managers,
    clock,
    log,
    timeZone: standing.timeZone,
    loopDelay: () => inForce.settings.SearchLoopDelay,
    limits,
    isObserved: ({id}) => inForce.observes || isWatched(id),
    isProcessingOnly: parts.isProcessingOnly,
    mayProfiles({id}) {
      if (inForce.observes || isWatched(id) || parts.instances.otherAt(id) !== null) return 'nothing'
      return parts.isProcessingOnly ? 'restore' : 'all'
    },
    isStorageWell: () => store.state.ok,
    pausedUntil(id) {
      const paused = memory.pausedArrs.of(id)
      return paused === null ? false : paused.until
    },
    ...serversOf(parts, standing, known),
  })
  const orders = new PeoplesOrders({
    service,
    paused: memory.pausedArrs,
    written: () => memory.written(),
    clock,
    turns,
  })
  const requested = new RequestedMedia({
    service,
    states: memory.searchStates,
    rows: library.rows,
    isSure(id) {
      const {readAt, doubtful} = library.stateOf(id)
      return readAt !== null && doubtful === null
    },
    queued: (id) => new Set(managers.of(id)?.queue?.flatMap(({media}) => media.map(mediaKey)) ?? []),
    clock,
    turns,
  })
  const polls = new RequestPolls({
    arrs: people.arrDirectory,
    requests: memory.requests,
    media: requested,
    open: parts.openRequests,
    board: parts.board,
    clock,
    log,
  })
  people.arrService.beforeRemoval(async (id) => void (await profiles.release(id)))
  memory.profileSwitches.onChange((rows) => schedule.profilesChanged(rows))
  return {
    schedule,
    profiles,
    async wanted(query) {
      const {items, ...window} = await service.wanted(query)
      const withRequesters = items.map((it) => ({...it, requester: requested.requesterOf(it.arrId, it.unit)}))
      return {...window, items: withRequesters}
    },
    searches: {
      query: (query) => memory.searchRuns.query(query),
      get: (id) => memory.searchRuns.get(id),
      titleOf: (run) => service.known(run).title ?? null,
      standing: (arrs) => orders.standing(arrs),
    },
    orders,
    requests: () => requested.views(),
    follow() {
      schedule.follow()
      polls.follow()
      loops.follow()
      rules.follow()
    },
    rules,
    world: {
      readersFor: () => readers,
      *subjectsFor(by) {
        for (const {id} of people.arrDirectory.active()) {
          const card = people.arrDirectory.card(id)
          if (card && mayOn(by, card, 'control')) yield* service.subjects(id)
        }
      },
      guardsOf: () => (decision, subject) => {
        const isSearch = decision.actions.every(({action}) => action === 'arr.search')
        return isSearch && !isSearchable(subject) ? 'notReady' : null
      },
    },
    part: {
      name: 'searches',
      async start() {
        await service.start()
        limits.start()
        schedule.start()
        await profiles.start()
        loops.start((arrId, items) => void service.changed(arrId, items as readonly ItemUnit[]))
        ends.start()
        rules.start()
        // Nothing would be searched for them.
        if (!parts.isProcessingOnly) polls.start()
      },
      async stop() {
        await polls.stop()
        await rules.stop()
        loops.stop()
        ends.stop()
        limits.stop()
        await service.stop()
        await profiles.stop()
      },
    },
  }
}

/** What rules notify of, or only simulate, is written down as that of all rules is. */
function tellingBy(
  {clock, log, notices}: ActingParts,
  {memory, rules, write}: Standing,
  {facts}: Facts,
): (decisions: readonly Decision[]) => Promise<void> {
  const {verdicts, suspensions} = memory
  const lines = new RuleJournalWriter({rules, facts, suspensions, clock, verdicts, write, log, notices})
  return async (decisions) => {
    await lines.simulated(decisions.filter(({mode}) => mode === 'simulate'))
    for (const decision of decisions.filter(({mode}) => mode === 'live')) {
      for (const action of decision.actions) {
        const decided = decidedOf(decision, action, null)
        await lines.done(decision, action, {outcome: 'done', code: '', message: '', decided})
      }
    }
  }
}

function portOf(managers: Facts['managers']): SearchPort {
  const of = (arrId: string) => managerOf(asArrId(arrId))
  // Its thread looks at what it is about to have searched.
  return {
    search: (arrId, wanted) => managers.ask(of(arrId), 'searchWanted', {...wanted, isLookedAt: false}),
    searchExplained: (arrId, wanted) =>
      managers.ask(of(arrId), 'searchExplained', {...wanted, isLookedAt: false}),
    heardOf: (arrId, media, since) => managers.ask(of(arrId), 'heardOf', {media, since}),
  }
}

function profilePortOf(managers: Facts['managers']): ProfilePort {
  const of = (arrId: string) => managerOf(asArrId(arrId))
  return {
    containers: (arrId, ids) => managers.ask(of(arrId), 'containers', {ids}),
    profiles: (arrId) => managers.ask(of(arrId), 'qualityProfiles', {}),
    async setProfile(arrId, ids, profileId) {
      await managers.ask(of(arrId), 'setProfile', {ids, profileId})
    },
  }
}

/** For the journal: what it has now, and what it had before. */
function eventOf({arrId, kind, containerId, title, state, reason, ...row}: ProfileSwitch) {
  return {
    actor: systemActor('Searches'),
    subject: 'arr',
    verb: 'arr.profile',
    serverId: null,
    args: {
      id: arrId,
      item: `${kind}/${containerId}`,
      title,
      state,
      reason,
      original: row.originalName,
      temporary: row.temporaryName,
    },
  } as const
}

/** What servers and our own internet say about searches of an Arr. */
function serversOf({servers, isSearchOnly}: ActingParts, {rights}: Standing, {internet, lowDisks}: Facts) {
  const onlineOf = ({authority}: ActiveArr): readonly ServerView[] =>
    servers.list().filter((it) => it.health.status === 'online' && rights.reaches(authority, it.id))
  return {
    /** Where one server has a connection, this program has one. */
    internet(): InternetState {
      const states = servers.list().map(({id}) => internet.stateOf(id))
      return states.find((state) => state === 'well' || state === 'unknown') ?? states[0] ?? 'unknown'
    },
    hasServer: (arr: ActiveArr) => isSearchOnly || onlineOf(arr).length > 0,
    areServersFull(arr: ActiveArr) {
      const online = onlineOf(arr)
      return online.length > 0 && online.every(({id, stats}) => lowDisks.isLow(id, stats?.freeSpace) === true)
    },
  }
}
