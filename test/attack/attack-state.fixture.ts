/**
 * All that can be changed, as an administrator whom nobody attacks sees it, as its owners see it, as the configuration
 * file has it, and as the torrent servers and Arrs were told. What a request did is the difference of two of these.
 */
import {readFileSync} from 'node:fs'
import {heardOf} from './attack-live.fixture.ts'
import {
  accounts,
  ask,
  got,
  places,
  realmOfUser,
  type AttackWorld,
  type Headers,
  type Name,
  type Place,
  type Realm,
} from './attack-world.fixture.ts'

/** By what a thing is called here: whose it is and how it is. */
export type State = ReadonlyMap<
  string,
  {readonly realm: Realm; readonly text: string; readonly part: Part | null}
>

/** Somebody who was made for one request, to change himself. */
export interface Twin {
  readonly userId: string
}

type Json = Readonly<Record<string, unknown>>

interface Defined extends Json {
  readonly sharing?: {readonly everyone: string | null; readonly users: readonly {readonly user_id: string}[]}
}

/** What changes without anybody: when something was used, how it does at the moment. */
const passing = new Set([
  'last_seen_at',
  'last_used_at',
  'last_used',
  'current',
  'expires_at',
  'restoring',
  'state_at',
  'message',
  'position',
  'state',
  'since',
  'last_end',
  'next_start_at',
  'pulse',
  'suspended',
  'cannot',
  'may',
  'obstacle',
])
/** Of servers and Arrs the list says how they do; what they are is this. */
const lasting = new Set([
  'server_name',
  'name',
  'kind',
  'server_type',
  'owner',
  'origin',
  'url',
  'enabled',
  'category',
  'server_tags',
  'colour',
  'icon',
  'default_for_adding',
])

function textOf(thing: Json, isKept: (name: string) => boolean = (name) => !passing.has(name)): string {
  return JSON.stringify(Object.fromEntries(Object.entries(thing).filter(([name]) => isKept(name))))
}

/** What is read together. */
const parts = [
  'program',
  'machine',
  'servers',
  'arrs',
  'rules',
  'trackers',
  'trash',
  'people',
  'own',
] as const
type Part = (typeof parts)[number]

/** Where the effect of a request shows first; whatever else it does is found when everything is read. */
const nearest: readonly (readonly [RegExp, readonly Part[]])[] = [
  [/^\/api\/(torrents|actions|trash)/, ['trash']],
  [/^\/api\/(servers|sections)/, ['servers']],
  [/^\/api\/arrs/, ['arrs']],
  [/^\/api\/(session|sessions|users|people|keys|setup)/, ['people']],
  [/^\/api\/invitations/, ['program', 'people']],
  [/^\/api\/two-step/, ['people', 'own']],
  [/^\/api\/(rules|approvals|journal)/, ['rules']],
  [/^\/api\/tracker/, ['trackers']],
  [/^\/api\/(views|preferences)/, ['own']],
  [/^\/api\/orphans/, ['machine', 'trash']],
  [/^\/api\/(disks|departed-servers|clock|move-in|configuration)/, ['machine']],
  [/^/, ['program']],
]

export class StateReader {
  readonly #world: AttackWorld
  /** Whose accounts are looked at beside the standing ones. */
  readonly #twins: Twin[] = []
  /** Where what was made is, by its id. */
  readonly #placed = new Map<string, Place>()
  /** What was made last, whose definition is looked at. */
  readonly #watched = new Map<
    string,
    {readonly what: 'servers' | 'arrs'; readonly id: string; readonly place: Place}
  >()
  #last: State = new Map()

  constructor(world: AttackWorld) {
    this.#world = world
    for (const place of places) {
      this.#placed.set(world.servers[place], place)
      this.#placed.set(world.arrIds[place], place)
    }
  }

  /** Its definition and with whom it is shared count from now on, until another one is made there. */
  watch(what: 'servers' | 'arrs', id: string, place: Place): void {
    this.#placed.set(id, place)
    this.#watched.set(`${what} ${place}`, {what, id, place})
  }

  /** What was made for one request is of this place. */
  place(id: string, place: Place): void {
    this.#placed.set(id, place)
  }

  watchTwin(twin: Twin): void {
    this.#twins.push(twin)
  }

  /** @returns whether there were any, whose accounts stand in what was read last */
  forgetTwins(): boolean {
    return this.#twins.splice(0).length > 0
  }

  /** @param path where only what is near it has to be read again; default: everything is */
  async read(path?: string): Promise<State> {
    const wanted = path === undefined ? parts : nearest.find(([of]) => of.test(path))![1]
    const kept = [...this.#last].filter(([, {part}]) => part !== null && !wanted.includes(part))
    const state = new Map(kept)
    const putOf =
      (part: Part | null): Put =>
      (name, realm, thing) =>
        state.set(name, {realm, part, text: typeof thing === 'string' ? thing : textOf(thing)})
    const readers: Readonly<Record<Part, (put: Put) => Promise<void>>> = {
      program: (put) => this.#program(put),
      machine: (put) => this.#machine(put),
      servers: (put) => this.#belongings(put, 'servers'),
      arrs: (put) => this.#belongings(put, 'arrs'),
      rules: async (put) => {
        await Promise.all([this.#belongings(put, 'rules'), this.#approvals(put)])
      },
      trackers: (put) => this.#trackerProfiles(put),
      trash: async (put) => {
        await Promise.all([this.#trash(put), this.#timers(put)])
      },
      people: (put) => this.#people(put),
      own: (put) => this.#own(put),
    }
    await Promise.all(wanted.map((part) => readers[part](putOf(part))))
    this.#outside(putOf(null))
    this.#last = state
    return state
  }

  #get<T>(path: string, by: Headers = this.#world.sessions.Otto): Promise<T> {
    return got<T>(this.#world.url, by, 'GET', path)
  }

  /** Whose a server, an Arr or a rule is. */
  #realmOf({id, server_id: serverId, owner}: Json): Realm {
    const known = this.#placeOf(String(serverId ?? id))
    if (known !== undefined) return known
    if (owner === null || owner === undefined) return 'a'
    return this.#realmOfUser((owner as {id: string}).id)
  }

  #placeOf(id: string): Place | undefined {
    const ofFile = /^(?:qBit|Radarr)-([af])\b/.exec(id)?.[1] as Place | undefined
    return this.#placed.get(id) ?? ofFile
  }

  #realmOfUser(id: string): Realm {
    const {userIds} = this.#world
    const name = (Object.keys(accounts) as Name[]).find((it) => userIds[it] === id)
    if (name !== undefined) return realmOfUser[name]
    return this.#twins.some(({userId}) => userId === id) ? 'o' : 'p'
  }

  /**
   * Epoch ms; `null` = it is no thread, or one that was made for a request and may still start. Where days pass in a
   * moment threads count as silent, and begin again.
   */
  #runsSince({id, state, since}: Json): unknown {
    const {arrIds, isBeginning} = this.#world
    const isStanding = !isBeginning && Object.values(arrIds).includes(String(id))
    return isStanding && state === 'running' ? since : null
  }

  async #program(put: Put): Promise<void> {
    const lists: readonly (readonly [path: string, list: string, key: string])[] = [
      ['/api/invitations', 'invitations', 'id'],
      ['/api/processes', 'processes', 'id'],
    ]
    await Promise.all([
      ...lists.map(async ([path, list, key]) => {
        const answer = await this.#get<Record<string, Json[]>>(path)
        // Some threads come when there is work for them.
        for (const one of answer[list]!.filter((it) => it['kind'] !== 'fleet'))
          // How often one began again is of the last minutes; those that are there all the time run since then.
          put(`${path} ${String(one[key])}`, 'p', {...one, restarts: 0, runs_since: this.#runsSince(one)})
      }),
      this.#get<Json>('/api/settings').then((it) => put('settings', 'p', it)),
    ])
  }

  /** The machine that it runs on, and what it knows of others. */
  async #machine(put: Put): Promise<void> {
    const {url, sessions, isBeginning} = this.#world
    const {disks} = await this.#get<{disks: Json[]}>('/api/disks')
    for (const one of disks) put(`disk ${String(one['path'])}`, 'p', 'known')
    const {servers} = await this.#get<{servers: Json[]}>('/api/departed-servers')
    for (const one of servers) put(`departed server ${String(one['id'])}`, 'p', 'kept')
    // Nothing of this happens elsewhere, but for what is looked for of itself.
    if (!isBeginning) return
    const {orphans, ended_at: lookedAt} = await this.#get<{orphans: Json[]; ended_at: number}>('/api/orphans')
    for (const one of orphans) put(`orphan ${String(one['id'])}`, 'p', 'lies there')
    put('looked for orphans', 'p', `${lookedAt}`)
    const {observing} = await this.#get<Json>('/api/move-in')
    const {until = null} = (observing ?? {}) as {until?: number | null}
    put('rules of the configuration', 'p', observing === null ? 'act' : `are observed until ${until}`)
    const {lost} = await this.#get<{lost: {settings: string[]} | null}>('/api/configuration')
    put('the configuration lacks', 'p', lost?.settings.join(', ') ?? 'nothing')
    const reported = await heardOf(url, sessions.Otto, 'attention')
    put('clock', 'p', reported.includes('"clock":null') ? 'believed' : 'in doubt')
  }

  async #trackerProfiles(put: Put): Promise<void> {
    const {profiles} = await this.#get<{profiles: Json[]}>('/api/tracker-profiles')
    for (const one of profiles.filter((it) => it['origin'] === 'user'))
      put(`tracker profile ${String(one['id'])}`, this.#realmOf(one), textOf(one))
  }

  async #belongings(put: Put, list: 'servers' | 'arrs' | 'rules'): Promise<void> {
    const all = (await this.#get<Record<string, Json[]>>(`/api/${list}`))[list]!
    // Presets follow the settings of Arrs and of the file in their own time.
    for (const one of all.filter((it) => it['origin'] !== 'preset')) {
      const text = textOf(one, list === 'rules' ? undefined : (name) => lasting.has(name))
      const id = String(one['server_id'] ?? one['id'])
      put(`${list} ${id}`, this.#realmOf(one), text)
      if (list === 'servers') {
        const {reason} = one['health'] as {reason: string}
        const is = reason === 'another_server' ? 'another one' : 'the one that it was'
        put(`daemon of ${id}`, this.#realmOf(one), is)
      }
      if (list === 'arrs') {
        const is = one['other_instance'] === undefined ? 'by this one' : 'by another one'
        put(`looked after ${id}`, this.#realmOf(one), is)
      }
      if (list !== 'rules') continue
      const rests = (one['suspended'] as {reason: string} | null)?.reason === 'key_revoked'
      put(`suspension of ${String(one['id'])}`, this.#realmOf(one), rests ? 'rests' : 'goes on')
    }
    const standing = Object.values(this.#world.servers)
    const order = all.map((it) => String(it['server_id'])).filter((id) => standing.includes(id))
    if (list === 'servers') put('order of servers', 'p', order.join(' '))
    const watched = [...this.#watched.values()].filter(({what}) => what === list)
    await Promise.all(
      watched.map(async ({what, id, place}) => {
        const answer = await this.#get<Defined>(`/api/${what}/${id}/definition`).catch((): Defined => ({}))
        const users = answer.sharing?.users.toSorted((a, b) => (a.user_id < b.user_id ? -1 : 1))
        put(`definition of ${what} ${id}`, place, {...answer, sharing: {...answer.sharing, users}})
      }),
    )
  }

  async #approvals(put: Put): Promise<void> {
    const {approvals} = await this.#get<{approvals: Json[]}>('/api/approvals')
    for (const one of approvals) {
      // What was declined when it was made waits again only where somebody took the answer back.
      const what = / reopen /.test(String(one['name'])) ? 'reopened' : 'approval'
      put(`${what} ${String(one['id'])}`, this.#realmOf({id: one['server_id']}), 'waits')
    }
  }

  async #trash(put: Put): Promise<void> {
    const {items} = await this.#get<{items: Json[]}>('/api/trash')
    for (const it of items) {
      const isOver = Number(it['until']) <= this.#world.now()
      const {state, verb, name, message} = it
      const text = isOver ? 'over' : state === 'kept' ? 'kept' : JSON.stringify({state, verb, name, message})
      const realm = it['server_id'] === null ? 'p' : this.#realmOf({id: it['server_id']})
      put(`trash ${String(it['id'])}`, realm, text)
    }
  }

  /** What people said of rules whose time ran. */
  async #timers(put: Put): Promise<void> {
    const path = '/api/journal?limit=500&verb=wait&verb=doNow&outcome=done'
    for (const one of (await this.#get<{entries: Json[]}>(path)).entries)
      put(`${String(one['verb'])} ${String(one['info_hash'])}`, this.#realmOf({id: one['server_id']}), 'said')
  }

  async #people(put: Put): Promise<void> {
    const {users} = await this.#get<{users: Json[]}>('/api/users')
    for (const user of users) put(`user ${String(user['id'])}`, this.#realmOfUser(String(user['id'])), user)
    const ids = [...Object.values(this.#world.userIds), ...this.#twins.map(({userId}) => userId)]
    await Promise.all(
      ids.flatMap((id) =>
        (['keys', 'sessions'] as const).map(async (list) => {
          const path = `/api/${list}?user_id=${id}`
          const {status, body} = await ask(this.#world.url, this.#world.sessions.Otto, 'GET', path)
          // A twin may have been removed.
          if (status === 404) return
          if (status !== 200) throw new Error(`GET ${path}: ${status} ${body}`)
          for (const one of (JSON.parse(body) as Record<string, Json[]>)[list]!)
            put(`${list} ${String(one['id'])}`, this.#realmOfUser(id), one)
        }),
      ),
    )
  }

  /** What nobody else can see. */
  async #own(put: Put): Promise<void> {
    const {sessions} = this.#world
    const people = (Object.keys(accounts) as Name[]).map(
      (name) => [name, sessions[name], realmOfUser[name]] as const,
    )
    await Promise.all(
      people.flatMap(([name, session, realm]) =>
        ['views', 'preferences', 'two-step'].map(async (what) => {
          const answer = await this.#get<Json>(`/api/${what}`, session).catch(() => 'nobody')
          put(`${what} of ${name}`, realm, JSON.stringify(answer))
        }),
      ),
    )
  }

  #outside(put: Put): void {
    const {sims, arrs, configFile} = this.#world
    for (const place of places) {
      const {world} = sims[place]
      const {limits, preferences, size} = world
      const received = world.commands.received.filter((it) => !isOfArrs(it))
      put(`limits at ${place}`, place, JSON.stringify([limits, [...preferences]]))
      put(`torrents at ${place}`, place, `${size}`)
      put(`told to ${place}`, place, `${received.length} ${received.at(-1)?.verb}`)
      put(
        `told to the Arr at ${place}`,
        place,
        `${arrs[place].commands.filter((it) => !/Refresh/.test(it)).length}`,
      )
    }
    for (const section of readFileSync(configFile, 'utf8').split(/^(?=\[)/m)) {
      const name = /^\[([^\]]*)\]/.exec(section)?.[1] ?? ''
      put(`section ${name}`, this.#placeOf(name) ?? 'p', section.trim())
    }
  }
}

type Put = (name: string, realm: Realm, thing: Json | string) => void

/** The program keeps the categories of Arrs and of sections on every server that it may command, in its own time. */
function isOfArrs({verb, args}: {verb: string; args: unknown}): boolean {
  return verb === 'createCategory' && /^(arr|spare|made|changed|managed)-/.test((args as {name: string}).name)
}

export interface Difference {
  readonly name: string
  readonly realm: Realm
  readonly before: string | undefined
  readonly after: string | undefined
}

/**
 * What is removed comes into the trash in its own time, and goes from there when its days are over; only what lies there
 * can be taken out. A rule asks again when
 * its time comes, a server that is replaced is kept, and a disk that is looked at is known; only what is there can be
 * answered or forgotten.
 */
function isAfterwards(name: string, was: string | undefined, is: string | undefined): boolean {
  if (/^(approval|departed server|disk) /.test(name)) return was === undefined
  return name.startsWith('trash ') && (was !== 'kept' || is === 'kept' || is === 'over')
}

export function differences(before: State, after: State): readonly Difference[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)]
    if (was?.text === is?.text || isAfterwards(name, was?.text, is?.text)) return []
    return [{name, realm: (is ?? was)!.realm, before: was?.text, after: is?.text}]
  })
}
