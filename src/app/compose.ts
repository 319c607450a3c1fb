/**
 * The composition root: what the program is made of, in stages of which each knows those before it, and the order in which
 * all of it starts and stops. Nothing in here decides anything.
 *
 *   base ─▶ servers ─▶ standing ─▶ commands ─▶ surroundings ─▶ acting ─▶ pages
 *   (what is kept)     (state, rules)          (webhooks)      (rules act)
 */
import type {Suspensions} from '#automation-state/suspensions.ts'
import {usualSettings} from '#config/load.ts'
import type {WebUi} from '#config/schema/schema.ts'
import type {Fleet} from '#fleet/fleet.ts'
import {Listener} from '#http/listener.ts'
import type {HttpServer} from '#http/parts.ts'
import {sleep} from '#lib/clock.ts'
import {Lifecycle} from '#lib/lifecycle.ts'
import type {Links} from '#links/links.ts'
import type {ArrId} from '#model/arr.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {ArrSections} from '#registry/arrs/directory.ts'
import {looksOf, openBase, type AppDeps, type FileRules} from './compose-base.ts'
import {openCommands} from './compose-commands.ts'
import {surroundingsOf} from './compose-http.ts'
import {openActing} from './compose-managers.ts'
import {actionsFor, openPages, type Built, type Pages} from './compose-pages.ts'
import type {PeopleOfApp} from './compose-people.ts'
import {openServers} from './compose-servers.ts'
import {openStanding, standingPartsOf} from './compose-standing.ts'
import {openSurroundings} from './compose-surroundings.ts'

/** How long requests under way may go on when the program ends. */
const GRACE_MS = 3_000

export interface App {
  readonly http: HttpServer
  readonly links: Links
  readonly fleet: Fleet
  readonly people: PeopleOfApp
  /** What holds rules up; the demo has one of them held up again. */
  readonly suspensions: Pick<Suspensions, 'of' | 'suspend'>
  /**
   * The configuration changed: servers and Arrs appear, change and go.
   * @param isByUs people changed it on the pages, and we wrote the file
   */
  configure(
    servers: readonly ServerDefinition[],
    webui: WebUi,
    arrs?: ArrSections,
    rules?: FileRules,
    isByUs?: boolean,
  ): Promise<void>
  /** Ends everything in order: no new requests, no new polls, the list on disk, the database closed. */
  stop(): Promise<void>
}

/** What answers before `composeApp` has put anything together. */
export function listenerFor(webui: WebUi): Listener {
  return new Listener(surroundingsOf(webui), webui.UrlBase)
}

/** @throws {StorageFault}, or config_invalid for a sealing key that is none */
export async function composeApp(parts: AppDeps): Promise<App> {
  let settings = parts.rules?.settings ?? usualSettings
  const base = await openBase(parts)
  const {people, lostSettings} = base
  const servers = await openServers(parts, base, () => settings)
  const {links} = servers
  const deps = standingPartsOf(parts, base, servers)
  const standing = await openStanding(deps)
  const commands = await openCommands(parts, base, servers, standing)
  const surroundings = await openSurroundings(parts, base, servers, () => settings)
  const {instances, webhooks} = surroundings
  // Before any rule acts by it.
  void lostSettings.follow(parts.rules ?? {named: {}, isRead: true})
  const {executor, unconfirmed: removalsUnderWay} = commands
  const arrAnswers = (id: ArrId) => {
    instances.answers(id)
    webhooks.answers(id)
  }
  const acting = await openActing({...deps, executor, removalsUnderWay, instances, arrAnswers}, standing)
  const built: Built = {base, servers, commands, surroundings, acting}
  const ofPeople = actionsFor(parts, built)
  followActing(parts, built)
  // Before the routes are put together: an Arr that is near has answered by the time we look for our mark there.
  await acting.start()
  const pages = await openPages(parts, built, ofPeople)
  const life = lifeOfApp(parts, built, pages)
  await life.start()
  const {http} = pages
  return {
    http: {
      ...http,
      async listen(where) {
        const addresses = await http.listen(where)
        // An Arr calls at once to try it.
        void instances.evidence.then(() => webhooks.start())
        return addresses
      },
    },
    links,
    fleet: base.fleet,
    people,
    suspensions: base.memory.suspensions,
    async configure(servers, changed, arrs, rules, isByUs) {
      // First, as all that follows may have rules act.
      if (rules) void lostSettings.follow(rules, isByUs)
      settings = rules?.settings ?? settings
      people.preferences.follow(looksOf(changed, rules?.said))
      await people.follow(servers, changed, arrs)
      if (rules) await acting.configure(rules)
      webhooks.follow()
    },
    stop: () => life.stop(),
  }
}

/** Whoever has to hear of what rules do, and whom they have to hear. */
function followActing(parts: AppDeps, {base, servers, commands, surroundings, acting}: Built): void {
  const {instances, webhooks} = surroundings
  servers.departed.ask({isInTrash: (id) => acting.trash.holdsOf(id)})
  servers.links.onTurnover((id) => void acting.forgetServer(id))
  base.quota.chargeRules(acting.ruleOwner)
  commands.commandJournal.onWritten((entries) => acting.manualActions(entries))
  commands.unconfirmed.onNotRemoved(({id}) => acting.trash.neverWent(id))
  webhooks.onHint((id) => acting.managers.hint(id))
  instances.onChanged((id) => {
    acting.managers.hint(id)
    webhooks.follow()
  })
  parts.moveIn?.onChange(() => {
    void acting.configure()
    instances.follow()
    webhooks.follow()
  })
  base.people.arrDirectory.onChange(() => instances.follow())
}

/** In which order all of it starts and stops, and why. */
function lifeOfApp(parts: AppDeps, built: Built, pages: Pages): Lifecycle {
  const {log, store} = parts
  const {base, servers, commands, surroundings, acting} = built
  const {clock, lastSeen, people, lostSettings, memory, journal, snapshots, requestThread, stopSettling} =
    base
  const {health, links, departed} = servers
  const {executor, lateEffects, unconfirmed} = commands
  const {instances, webhooks} = surroundings
  const {actions, journalRetention, sampler, http, liveViews} = pages
  const life = new Lifecycle(log)
  life.put({name: 'database', stop: () => store.close()})
  life.put({name: 'last seen', stop: () => lastSeen.stop()})
  life.put({name: 'people', stop: () => people.close()})
  life.put({name: 'lost settings', stop: () => lostSettings.stop()})
  life.put({name: 'automation state', stop: () => memory.close()})
  life.put({name: 'journal', stop: () => journal.close()})
  // What they write of actions that nobody takes any more.
  life.put({name: 'held actions', stop: () => actions.close()})
  const keepsSamples = parts.keepsSamples !== false
  life.put({
    name: 'journal retention',
    start: () => journalRetention.start(),
    stop: () => journalRetention.stop(),
  })
  life.put({name: 'samples', ...(keepsSamples && {start: () => sampler.start()}), stop: () => sampler.stop()})
  life.put({name: 'snapshot', start: () => snapshots.start(), stop: () => snapshots.stop()})
  // What is still asked of a server has its end with the links.
  life.put({name: 'requests', stop: () => http.close()})
  life.put({name: 'health of servers', stop: () => health.close()})
  life.put({name: 'links', stop: () => links.stop()})
  life.put({name: 'departed servers', stop: () => departed.stop()})
  life.put({name: 'work of requests', stop: () => requestThread.stop()})
  // It runs already, see `composeApp`.
  life.put({name: 'automation', stop: () => acting.stop()})
  life.put({name: 'executor', stop: () => executor.stop()})
  life.put({name: 'late effects', start: () => lateEffects.start(), stop: () => lateEffects.stop()})
  life.put({name: 'unconfirmed removals', start: () => unconfirmed.start(), stop: () => unconfirmed.stop()})
  life.put({name: 'what the journal left open', stop: stopSettling})
  // Once all that hear of servers are there.
  life.put({name: 'servers', start: () => links.configure(people.directory.definitions())})
  // Not before: a start that fails leaves for the next one what the database lacks.
  life.put({name: 'this run', start: () => lastSeen.start(clock)})
  life.put({name: 'marks at Arrs', start: () => instances.start(), stop: () => instances.stop()})
  life.put({name: 'webhooks', stop: () => webhooks.stop()})
  life.put({name: 'live views', stop: () => liveViews.close()})
  // Commands under way get a moment. Then their links end under them, they come out as unconfirmed, and whoever
  // stopped us does not have to wait for a silent server.
  life.put({name: 'new requests', stop: () => Promise.race([http.close(), sleep(clock, GRACE_MS)])})
  // One entry of the trash for each that was sent, and none for others.
  life.put({name: 'removals', stop: () => acting.removals.stop()})
  // First: what is held is not sent any more. What they write has its time until the journal closes.
  life.put({name: 'actions', stop: () => void actions.close()})
  return life
}
