/** The attack itself: everybody asks everything, and what each request told and did is written down. */
import {
  ask,
  got,
  passkeyOf,
  places,
  PRETENDED,
  realms,
  secretOf,
  startAttackWorld,
  wordOf,
  type AttackWorld,
  type Realm,
} from './attack-world.fixture.ts'
import {
  askersOf,
  inTurn,
  isDoneOnce,
  Maker,
  requestsTo,
  routesOf,
  type Asked,
  type Asker,
  type AttackedRoute,
  type Document,
} from './attack-requests.fixture.ts'
import {attackLive, attackTopic, type Said} from './attack-live.fixture.ts'
import {differences, StateReader, type Difference, type State} from './attack-state.fixture.ts'
import {until} from '../program/program.fixture.ts'
import {marks} from './marks.ts'

/** What one kind of request told somebody of whom, and what it changed of whom. */
export interface Effect {
  readonly seen: Set<Realm>
  readonly changed: Set<Realm>
  /** Passkeys that somebody saw, by whose server it is. */
  readonly passkeys: Set<Realm>
  /** One request for each thing seen or changed, to do it again by hand. */
  readonly examples: Map<string, string>
}

/** By operation, then by who asked. */
type Effects = Map<string, Map<string, Effect>>

export interface Attack {
  readonly effects: Effects
  readonly routes: readonly AttackedRoute[]
  readonly askers: readonly string[]
  /** What happened although every request was refused, or nobody asked for. */
  readonly unexplained: readonly string[]
  /** Passwords and keys of servers, which nobody is ever told. */
  readonly secrets: readonly string[]
  readonly requests: number
}

export interface AttackOptions {
  /** Where requests go: the program itself, or what stands in front of it. */
  readonly front: string
  /** Only these operations. */
  readonly only?: (route: AttackedRoute) => boolean
  readonly onRoute?: (
    run: {effects: Effects; requests: number; unexplained: readonly string[]},
    route: AttackedRoute,
  ) => void
}

/** All that this world is for: what is done once to one that begins, all else to one that runs. */
export async function attack(world: AttackWorld, {front, only, onRoute}: AttackOptions): Promise<Attack> {
  const document = JSON.parse((await ask(world.url, {}, 'GET', '/api/openapi.json')).body) as Document
  const reader = new StateReader(world)
  const maker = new Maker(world, reader)
  const askers = await askersOf(world, maker)
  const run = new Run(front, reader, maker)
  await run.begin()
  const routes = routesOf(document)
    .filter((route) => isDoneOnce(route) === world.isBeginning && (only?.(route) ?? true))
    .toSorted((one, other) => turnOf(one) - turnOf(other))
  for (const route of routes) {
    for (const asker of inTurn(route, askers)) {
      const requests = requestsTo(route, document, maker, asker, (twin) => reader.watchTwin(twin))
      for (const request of requests) await run.one(route, asker, request)
    }
    if (route.operation === 'restoreTrash') await run.restored()
    await run.verify()
    if (reader.forgetTwins()) await run.begin()
    onRoute?.(run, route)
  }
  if (!world.isBeginning) await run.live(askers)
  return {
    effects: run.effects,
    routes,
    askers: askers.map(({who}) => who),
    unexplained: run.unexplained,
    secrets: run.secrets,
    requests: run.requests,
  }
}

/**
 * The whole API: of a program that runs, as it is shipped, and of one that begins, whose clock is ours.
 * @param frontOf told of each world as soon as it is there; gives where its requests go
 */
export async function attackWhole(frontOf: (world: AttackWorld) => Promise<string>): Promise<Attack> {
  const running = await startAttackWorld()
  const found = await attack(running, {front: await frontOf(running)})
  const beginning = await startAttackWorld({pool: PRETENDED + 1, isBeginning: true})
  return together(found, await attack(beginning, {front: await frontOf(beginning)}))
}

/** What two attacks found by the same people, as one. */
function together(one: Attack, other: Attack): Attack {
  return {
    effects: new Map([...one.effects, ...other.effects]),
    routes: [...one.routes, ...other.routes],
    askers: one.askers,
    unexplained: [...one.unexplained, ...other.unexplained],
    secrets: [...one.secrets, ...other.secrets],
    requests: one.requests + other.requests,
  }
}

/**
 * In which order they come: rules are only watched as long as nobody has them act, their time stands once most servers
 * are some that nobody reaches, and servers of which nobody knows what they have hold back what is done to files.
 */
const turnOf = ({operation}: AttackedRoute): number => turns[operation] ?? 0
const turns: Readonly<Record<string, number>> = {
  watchMoveIn: -1,
  waitWithRule: -1,
  doRuleNow: -1,
  identifyServer: 1,
}

/** What the file declares is called by its section. */
const wordsOfFile: Partial<Record<Realm, readonly string[]>> = {
  a: ['Radarr-a"', 'qBit-a"'],
  f: ['Radarr-f"', 'qBit-f"', 'Radarr-f-held-'],
}

interface Thread {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly since: number
}

class Run {
  readonly effects: Effects = new Map()
  readonly unexplained: string[] = []
  readonly secrets: string[] = []
  requests = 0
  readonly #front: string
  readonly #reader: StateReader
  readonly #maker: Maker
  /** As it was before the requests that are not looked at yet. */
  #state: State = new Map()
  #pending: string[] = []
  /** Done last, and looked at near what it is about. */
  #lastDone = ''
  #path = ''

  constructor(front: string, reader: StateReader, maker: Maker) {
    this.#front = front
    this.#reader = reader
    this.#maker = maker
    maker.beforeMaking = () => this.verify(this.#path)
  }

  /** What there is now was there before. */
  async begin(): Promise<void> {
    this.#state = await this.#reader.read()
  }

  async one(route: AttackedRoute, asker: Asker, request: () => Promise<Asked | null>): Promise<void> {
    this.#path = route.path
    const asked = await request()
    await this.#knowMade(this.#path)
    if (asked === null) return
    const {method} = route
    const askedAt = Date.now()
    const answer = await ask(
      this.#front,
      asked.headers,
      method,
      asked.url,
      asked.body,
      asked.from ?? asker.address,
    )
    this.requests++
    const said = `${asker.who}: ${method} ${asked.url} ${bodyText(asked.body)} → ${answer.status}`
    const effect = this.#effectOf(asked.as, asker.who)
    this.#listen(effect, asked, answer.reported, route.operation, said)
    this.#pending.push(`${said} ${answer.status > 299 ? answer.body.slice(0, 160) : ''}`)
    const isDone = answer.status < 300 && method !== 'GET'
    if (!isDone) return
    this.#lastDone = said
    await this.#settled(asked, askedAt)
    for (const {realm, name, before, after} of await this.#look(route.path)) {
      effect.changed.add(realm)
      const how = reportedOf({realm, name, before, after})
      if (!effect.examples.has(`changed ${realm}`)) effect.examples.set(`changed ${realm}`, `${said}; ${how}`)
    }
  }

  /** Every live message, and what is told of what happens meanwhile. */
  async live(askers: readonly Asker[]): Promise<void> {
    const {world} = this.#maker
    const hear = (asker: Asker, {as, on, sent, reported, seen = []}: Said) => {
      this.requests++
      const said = `${asker.who}: ${as} ${JSON.stringify(sent)}`
      this.#pending.push(said)
      const effect = this.#effectOf(as, asker.who)
      this.#listen(effect, {as, on, url: '', body: sent, headers: asker.headers}, reported, as, said)
      for (const realm of seen) {
        effect.seen.add(realm)
        effect.examples.set(`seen ${realm}`, said)
      }
    }
    const nothing = async () => new Map<Realm, string>()
    for (const owner of ['a', 'm', 'n'] as const) await this.#maker.suspended(owner)
    await this.#knowMade()
    await attackLive(world, this.#maker, this.#front, askers, hear)
    await attackTopic('servers', this.#front, askers, nothing, hear)
    await attackTopic('attention', this.#front, askers, nothing, hear)
    await this.verify()
    await attackTopic('actions', this.#front, askers, () => this.#maker.actedNow(), hear)
    this.#state = await this.#reader.read()
  }

  /** What was made to be asked about is no change of whoever asks. */
  async #knowMade(path?: string): Promise<void> {
    const {madeSince} = this.#maker
    if (madeSince === 'nothing') return
    this.#state = await this.#reader.read(madeSince === 'near' ? path : undefined)
    this.#maker.madeSince = 'nothing'
  }

  /** What was begun has ended, also commands that were held. */
  async #settled({headers, url}: Asked, askedAt: number): Promise<void> {
    const {world} = this.#maker
    const identified = /^(\/api\/servers\/[^/]+)\/identity$/.exec(url)?.[1]
    if (identified !== undefined) {
      await until(
        () => got<{health: {reason: string}}>(world.url, world.sessions.Otto, 'GET', identified),
        ({health}) => health.reason !== 'another_server',
      )
    }
    const restarted = /^\/api\/processes\/(?:([^/]+)\/)?restart$/.exec(url)
    if (restarted !== null) {
      await until(
        () => got<{processes: Thread[]}>(world.url, world.sessions.Otto, 'GET', '/api/processes'),
        ({processes}) =>
          processes
            .filter(({id, kind}) => (restarted[1] === undefined ? kind !== 'fleet' : id === restarted[1]))
            .every((it) => it.state === 'running' && it.since >= askedAt),
      )
    }
    if (url.startsWith('/api/move-in/')) {
      // They begin again with what the rules may do now.
      await until(
        () => got<{processes: Thread[]}>(world.url, world.sessions.Otto, 'GET', '/api/processes'),
        ({processes}) => Object.values(world.arrIds).every((arr) => processes.some(({id}) => id === arr)),
      )
    }
    if (/^\/api\/orphans\/(recycle|delete)/.test(url)) {
      // They go through the trash, one step after the other.
      await until(
        () =>
          got<{items: {under_way: boolean; state: string}[]}>(
            world.url,
            world.sessions.Otto,
            'GET',
            '/api/trash',
          ),
        ({items}) => items.every(({under_way: isUnderWay, state}) => !isUnderWay && state !== 'purging'),
      )
    }
    if (url === '/api/orphans/look') {
      await until(
        () => got<{is_looking: boolean}>(world.url, world.sessions.Otto, 'GET', '/api/orphans'),
        ({is_looking: isLooking}) => !isLooking,
      )
    }
    if (!/^\/api\/(torrents|actions|trash)/.test(url)) return
    const asks = async () =>
      JSON.parse((await ask(world.url, headers, 'GET', '/api/actions')).body) as {actions?: {state: string}[]}
    await until(asks, ({actions = []}) => actions.every(({state}) => state !== 'held' && state !== 'running'))
  }

  /** What was put back is there again: servers check it, which takes their time. */
  async restored(): Promise<void> {
    const {sims, sessions, url} = this.#maker.world
    const trash = async () => {
      for (const {motion} of Object.values(sims)) motion.tick(60)
      return got<{items: {state: string}[]}>(url, sessions.Otto, 'GET', '/api/trash')
    }
    await until(trash, ({items}) => items.every(({state}) => state !== 'restoring'))
  }

  /** What was refused, or only read, must have changed nothing. */
  async verify(path?: string): Promise<void> {
    if (path !== undefined && this.#pending.length === 0) return
    const requests = this.#pending
    const found = (await this.#look(path)).filter(({realm}) => realm !== 'o')
    if (found.length === 0) return
    // Without any that was refused or only read, what was done last did more than near what it is about.
    const after = requests.length === 0 ? [this.#lastDone] : requests.slice(-6)
    this.unexplained.push(
      `${found.map(reportedOf).join('; ').slice(0, 1_000)} after\n    ${after.join('\n    ')}`,
    )
  }

  async #look(path?: string) {
    const after = await this.#reader.read(path)
    // What comes back from the trash, or leaves it, does so in its own time.
    const isOfTrash = this.#path.startsWith('/api/trash')
    const found = differences(this.#state, after).filter(
      ({name}) => !isOfTrash || !/^(torrents at|told to) /.test(name),
    )
    this.#state = after
    this.#pending = []
    this.#maker.spend(found)
    return found
  }

  #effectOf(operation: string, who: string): Effect {
    const ofOperation = this.effects.get(operation) ?? new Map<string, Effect>()
    this.effects.set(operation, ofOperation)
    const known = ofOperation.get(who)
    if (known !== undefined) return known
    const effect: Effect = {seen: new Set(), changed: new Set(), passkeys: new Set(), examples: new Map()}
    ofOperation.set(who, effect)
    return effect
  }

  #listen(effect: Effect, asked: Asked, reported: string, operation: string, said: string): void {
    const sent = `${asked.url} ${bodyText(asked.body)}`
    const sees = (set: Set<Realm>, realm: Realm, what: string, where = '') => {
      if (!set.has(realm)) effect.examples.set(`${what} ${realm}`, `${said} ${where}`)
      set.add(realm)
    }
    for (const realm of realms) {
      const words = [wordOf[realm], ...(wordsOfFile[realm] ?? [])]
      const word = words.find((it) => reported.includes(it) && !sent.includes(it.replace('"', '')))
      if (word !== undefined) sees(effect.seen, realm, 'seen', around(reported, word))
    }
    if ((marks[asked.as] ?? marks[operation])?.test(reported) === true) sees(effect.seen, asked.on, 'seen')
    for (const place of places) {
      if (reported.includes(passkeyOf(place)) && !sent.includes(passkeyOf(place)))
        sees(effect.passkeys, place, 'passkey', around(reported, passkeyOf(place)))
      if (reported.includes(secretOf(place))) this.secrets.push(said)
    }
  }
}

/** What is another, from where it begins to be. */
function reportedOf({name, before = 'nothing', after = 'nothing'}: Difference): string {
  const at = Array.from(before).findIndex((letter, n) => letter !== after[n])
  const from = Math.max(0, at - 40)
  return `${name}: ${before.slice(from, from + 160)} → ${after.slice(from, from + 160)}`
}

function around(reported: string, word: string): string {
  const at = reported.indexOf(word)
  return `…${reported.slice(Math.max(0, at - 120), at + 60)}…`
}

function bodyText(body: object | FormData | undefined): string {
  if (body === undefined) return ''
  return body instanceof FormData ? '(form)' : JSON.stringify(body)
}
