/**
 * Things that come about only when several others did something before: decisions of rules that wait for an answer,
 * what rules did, servers at whose address another daemon answers, Arrs that another Commodarr looks after, files of
 * nobody. Most are made in batches, as programs take their time for each, and each is answered once.
 */
import {mkdirSync, readFileSync, utimesSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {inventTorrent} from '#lab/simulators/invented-torrent.ts'
import {seededRandom} from '#lab/simulators/random.ts'
import type {SimServer} from '#lab/simulators/sim-server.ts'
import {until} from '../program/program.fixture.ts'
import type {StateReader} from './attack-state.fixture.ts'
import {
  got,
  HELD_ARR,
  listed,
  ownerOf,
  places,
  secretOf,
  sharingOf,
  wordOf,
  type AttackWorld,
  type Name,
  type Place,
} from './attack-world.fixture.ts'

/** Whose rules there are, and on which servers each acts. */
const reachOf = {Ada: places, Mia: ['l', 'm'], Nick: ['n']} as const satisfies Partial<
  Record<Name, readonly Place[]>
>
export type RuleOwner = keyof typeof reachOf
export const ruleOwners = Object.keys(reachOf) as readonly RuleOwner[]

/** What a rule does with the torrents that are put there for it: it asks first, or acts. */
const ruleKinds = {
  approve: {mode: 'ask', do: [{action: 'tag', names: ['approved']}]},
  decline: {mode: 'ask', do: [{action: 'tag', names: ['declined']}]},
  /** Declined already: whoever may can have it asked again. */
  reopen: {mode: 'ask', do: [{action: 'tag', names: ['reopened']}]},
  move: {mode: 'ask', do: [{action: 'move', path: '/etc/approved'}]},
  address: {mode: 'ask', do: [{action: 'tracker.add', urls: ['http://169.254.169.254/announce']}]},
  acts: {mode: 'live', do: [{action: 'tag', names: ['by-a-rule']}]},
} as const
export type RuleKind = keyof typeof ruleKinds
/** What a rule of Ada does in a month, so that its time runs until somebody says otherwise. */
const timed = {mode: 'live', hold: {for: 30 * 86_400}, do: [{action: 'note', template: 'late'}]} as const
/** What people say of it: each torrent is answered once. */
export type TimerAnswer = 'wait' | 'do now'
const timerAnswers: readonly TimerAnswer[] = ['wait', 'do now']
/** What takes more than to command torrents only the administrator's rules want. */
const kindsOf = (owner: RuleOwner): readonly RuleKind[] =>
  owner === 'Ada'
    ? ['approve', 'decline', 'reopen', 'move', 'address', 'acts']
    : ['approve', 'decline', 'reopen', 'acts']

/** Whether a rule of this person, of this kind, acts on that server. */
export function actsOn(kind: RuleKind, owner: RuleOwner, place: Place): boolean {
  return kindsOf(owner).includes(kind) && (reachOf[owner] as readonly Place[]).includes(place)
}

/** A file of nobody, or a whole folder. */
export interface Orphan {
  readonly id: string
  readonly path: string
  readonly files: number
  readonly bytes: number
  readonly deletable_at: number
}

interface OrphanLook {
  readonly is_looking: boolean
  readonly ended_at: number
  readonly folders: readonly {readonly held: object | null}[]
  readonly orphans: readonly Orphan[]
}

/** Sessions last for a month without use. */
const MOST_DAYS = 20
/** As many as may answer about one place, and one more, which nobody answers. */
const EACH = 5
/** As many as may say something about one place, in each way to ask for it. */
const TIMED = 40
/** Torrents of a server that another daemon takes the place of: of fewer nobody could say so. */
const FEW = 6

export interface Timer {
  readonly ruleId: string
  readonly hash: string
  readonly serverId: string
}

interface FoundItem {
  readonly id: string
  readonly server_id: string | null
}

export class Things {
  readonly #world: AttackWorld
  readonly #reader: StateReader
  readonly #random = seededRandom(11)
  /** Ids that nobody used yet, by what it is and where. */
  #ofRules: Map<string, string[]> | null = null
  #timers: Map<string, Timer[]> | null = null
  #strangers: Map<Place, string[]> | null = null
  #disk: string | null = null
  #count = 0

  constructor(world: AttackWorld, reader: StateReader) {
    this.#world = world
    this.#reader = reader
  }

  /** A decision that waits for an answer, or what a rule did, where `actsOn` says that there is one. */
  async ofRule(kind: RuleKind, owner: RuleOwner, place: Place): Promise<string> {
    this.#ofRules ??= await this.#letRulesDecide()
    return taken(this.#ofRules, `${kind} ${owner} ${place}`)
  }

  /** A torrent for which the time of a rule of Ada runs. */
  async timer(answer: TimerAnswer, place: Place): Promise<Timer> {
    this.#timers ??= await this.#letTimeRun()
    return taken(this.#timers, `${answer} ${place}`)
  }

  /** A server at whose address another daemon answers. */
  async stranger(place: Place): Promise<string> {
    this.#strangers ??= await this.#exchangeDaemons()
    return taken(this.#strangers, place)
  }

  /** An Arr that another Commodarr looks after. */
  async heldArr(place: Place): Promise<string> {
    const n = ++this.#count
    const url = `${this.#world.arrs[place].url}${HELD_ARR}${n}`
    const more = {URI: url, APIKey: secretOf(place), Category: `arr-held-${n}`, Managed: true}
    const draft = {kind: 'radarr', name: `${wordOf[place]} held ${n}`, url, api_key: secretOf(place)}
    const id = await this.#configured('arrs', place, `Radarr-f-held-${n}`, more, {
      ...draft,
      category: `arr-held-${n}`,
    })
    await until(
      () => this.#get<{other_instance?: object}>(`/api/arrs/${id}`),
      (it: {other_instance?: object}) => it.other_instance !== undefined,
    )
    return id
  }

  /** What its owner ordered, and what failed as its server could not do it: now it can. */
  async failedAction(owner: RuleOwner, place: Place): Promise<string> {
    const sim = this.#world.sims[place]
    const torrent = this.#invented(sim, {name: `${wordOf[place]} failing`, tags: []})
    sim.world.put(torrent)
    await this.#isListed(place)
    const keys = [{server_id: this.#world.servers[place], info_hash: torrent.hash}]
    const body = {verb: 'addTags', args: {tags: ['tried-again']}, keys}
    const fault = sim.server.faults.add({kind: 'status', status: 500, path: 'addTags'})
    const action = await this.#by<{action_id: string}>(owner, 'POST', '/api/torrents/actions', body)
    sim.server.faults.clear(fault)
    return action.action_id
  }

  /* ── the machine ── */

  /** Files that no torrent claims. @param isOld nobody has claimed them for a day */
  async orphan(isOld: boolean): Promise<Orphan> {
    const name = `Lost ${++this.#count}`
    const folder = join(await this.#diskOfAda(), 'films')
    writeOld(join(folder, name, 'film.mkv'), 10)
    const find = async () => {
      const {orphans, ended_at: now} = await this.#lookForOrphans()
      const found = orphans.find(({path}) => path === join(folder, name)) ?? null
      return found && {...found, isDue: found.deletable_at <= now}
    }
    const found = await until(find, (it) => it !== null)
    if (!isOld) return found!
    await this.#letADayPass()
    return (await until(find, (it) => it?.isDue === true))!
  }

  async #lookForOrphans() {
    await this.#by('Otto', 'POST', '/api/orphans/look')
    return until(
      () => this.#get<OrphanLook>('/api/orphans'),
      ({is_looking: isLooking}) => !isLooking,
    )
  }

  /** What was heard of servers for a moment only proves nothing of their files, and a day may interrupt a question. */
  async #letADayPass(): Promise<void> {
    for (let days = 0; days < MOST_DAYS; days++) {
      this.#world.leap()
      const {folders} = await this.#lookForOrphans()
      if (folders.some(({held}) => held === null)) return
    }
    throw new Error(`after ${MOST_DAYS} days nobody knows what is an orphan`)
  }

  /** @returns the path of a folder of which it is known on which disk it lies */
  async disk(): Promise<string> {
    await this.orphan(false)
    const {disks} = await this.#get<{disks: {path: string}[]}>('/api/disks')
    return disks[0]!.path
  }

  /** A server that its owner took away with what it had. */
  async departed(owner: 'Ada' | 'Mia'): Promise<string> {
    const place = owner === 'Ada' ? 'a' : 'm'
    const sim = await this.#world.startSim(place)
    this.#fill(sim)
    const id = await this.#serverOf(sim, place)
    await until(
      () => this.#server(id),
      ({torrents, health}) => torrents === FEW && health.status === 'online',
    )
    await this.#by(owner, 'DELETE', `/api/servers/${id}`)
    const {servers} = await until(
      () => this.#get<{servers: {id: string; url: string}[]}>('/api/departed-servers'),
      (it) => it.servers.some(({url}) => url === sim.server.url),
    )
    return servers.find(({url}) => url === sim.server.url)!.id
  }

  /** A server of Ada whose files lie on a disk that we see. @returns our path of it */
  async #diskOfAda(): Promise<string> {
    if (this.#disk !== null) return this.#disk
    const disk = join(dirname(this.#world.configFile), 'disk')
    const sim = await this.#world.startSim('a')
    for (let n = 0; n < FEW; n++) {
      const name = `Film ${n}`
      writeOld(join(disk, 'films', name, 'film.mkv'), 1_000)
      const file = {path: `${name}/film.mkv`, size: 1_000, done: 1_000, priority: 'normal'} as const
      const empty = {path: `${name}/empty.nfo`, size: 0, done: 0, priority: 'normal'} as const
      const sizes = {size: 1_000, sizeTotal: 1_000, done: 1_000}
      const torrent = {...this.#invented(sim, {name, tags: []}), ...sizes, savePath: '/data/films'}
      sim.world.put({...torrent, files: [file, empty], fileCount: 2})
    }
    const id = await this.#serverOf(sim, 'a', {
      storage: 'seen',
      path_mappings: [{server: '/data', ours: disk}],
    })
    await until(
      () => this.#server(id),
      ({torrents, health}) => torrents === FEW && health.status === 'online',
    )
    await this.#letADayPass()
    this.#disk = disk
    return disk
  }

  /* ── rules ── */

  async #letRulesDecide(): Promise<Map<string, string[]>> {
    const {servers, sims} = this.#world
    const ruleIds = new Map<string, string>()
    for (const owner of ruleOwners) {
      for (const kind of kindsOf(owner)) {
        const tag = `${kind} ${owner}`
        const reach: readonly Place[] = reachOf[owner]
        for (const place of reach) {
          const {world} = sims[place]
          world.tags.add(tag)
          for (let n = 0; n < EACH; n++)
            world.put(this.#invented(sims[place], {name: `${wordOf[place]} ${tag} ${n}`, tags: [tag]}))
        }
        const rule = {
          id: 'own',
          // Whoever may answer is told what asks, so no word of its owner stands in it.
          name: tag,
          scope: {servers: reach.map((place) => servers[place])},
          when: {fact: 'tags', op: 'hasAny', value: [tag]},
          ...ruleKinds[kind],
        }
        const {id} = await this.#by<FoundItem>(owner, 'POST', '/api/rules', {rule, confirm: true})
        ruleIds.set(id, tag)
      }
    }
    for (const place of places) await this.#isListed(place)
    const wanted = ruleOwners.reduce((sum, it) => sum + kindsOf(it).length * reachOf[it].length, 0) * EACH
    const found = await until(
      () => this.#decided(ruleIds),
      (it) => it.length === wanted,
    )
    const placeOf = new Map(places.map((place) => [servers[place], place]))
    const all = new Map<string, string[]>()
    for (const {id, tag, serverId} of found) {
      const name = `${tag} ${placeOf.get(serverId)}`
      all.set(name, [...(all.get(name) ?? []), id])
      if (tag.startsWith('reopen ')) await this.#by('Ada', 'POST', `/api/approvals/${id}/decline`)
    }
    return all
  }

  async #letTimeRun(): Promise<Map<string, Timer[]>> {
    const {servers, sims} = this.#world
    const tag = 'late'
    const all = new Map<string, Timer[]>()
    // Servers of members it has to name.
    const scope = {servers: places.map((place) => servers[place])}
    const when = {fact: 'tags', op: 'hasAny', value: [tag]}
    const rule = {id: 'own', name: tag, scope, when, ...timed}
    const {id: ruleId} = await this.#by<FoundItem>('Ada', 'POST', '/api/rules', {rule, confirm: true})
    for (const place of places) {
      sims[place].world.tags.add(tag)
      for (const answer of timerAnswers) {
        const its = Array.from({length: TIMED}, (_, n): Timer => {
          const torrent = this.#invented(sims[place], {name: `${wordOf[place]} ${answer} ${n}`, tags: [tag]})
          sims[place].world.put(torrent)
          return {ruleId, hash: torrent.hash, serverId: servers[place]}
        })
        all.set(`${answer} ${place}`, its)
      }
      await this.#isListed(place)
    }
    const last = [...all.values()].map((its) => its.at(-1)!)
    await until(
      () => Promise.all(last.map((it) => this.#standing(it))),
      (standings) => standings.every((it) => it === 'held'),
    )
    return all
  }

  /** What this rule says of this torrent. */
  async #standing({ruleId, hash, serverId}: Timer): Promise<string | undefined> {
    const path = `/api/torrents/${hash}/explain?server_id=${encodeURIComponent(serverId)}`
    interface Reported {
      readonly rules: readonly {readonly rule_id: string; readonly outcome: string}[]
    }
    // Nobody looked at it yet.
    const reported = await this.#get<Reported>(path).catch(() => null)
    return reported?.rules.find(({rule_id: id}) => id === ruleId)?.outcome
  }

  /** What waits, and what was done, of these rules. */
  async #decided(ruleIds: ReadonlyMap<string, string>) {
    const {approvals} = await this.#get<{approvals: (FoundItem & {rule: {id: string}})[]}>('/api/approvals')
    const waiting = approvals.map((it) => ({...it, ruleId: it.rule.id}))
    const done: (FoundItem & {ruleId: string})[] = []
    for (const [ruleId, tag] of ruleIds) {
      if (!tag.startsWith('acts')) continue
      const path = `/api/journal?limit=500&rule_id=${ruleId}&outcome=done`
      const {entries} = await this.#get<{entries: (FoundItem & {undo: {possible: boolean} | null})[]}>(path)
      done.push(...entries.filter(({undo}) => undo?.possible === true).map((it) => ({...it, ruleId})))
    }
    return [...waiting, ...done].flatMap(({id, server_id: serverId, ruleId}) => {
      const tag = ruleIds.get(ruleId)
      return tag === undefined || serverId === null ? [] : [{id, tag, serverId}]
    })
  }

  /* ── servers and Arrs ── */

  async #exchangeDaemons(): Promise<Map<Place, string[]>> {
    const sims: SimServer[] = []
    const all = new Map<Place, string[]>()
    for (const place of places) {
      for (let n = 0; n < EACH - 1; n++) {
        const sim = await this.#world.startSim(place)
        this.#fill(sim)
        sims.push(sim)
        const id = await this.#serverOf(sim, place)
        all.set(place, [...(all.get(place) ?? []), id])
      }
    }
    const ids = [...all.values()].flat()
    await until(
      () => Promise.all(ids.map((id) => this.#server(id))),
      (seen) => seen.every(({torrents, health}) => torrents === FEW && health.status === 'online'),
    )
    for (const sim of sims) {
      for (const torrent of listed(sim)) sim.world.drop(torrent)
      this.#fill(sim)
      sim.world.restart()
    }
    await until(
      () => Promise.all(ids.map((id) => this.#server(id))),
      (seen) => seen.every(({health}) => health.reason === 'another_server'),
    )
    return all
  }

  #fill(sim: SimServer): void {
    for (let n = 0; n < FEW; n++) sim.world.put(this.#invented(sim, {name: `one of a few ${n}`, tags: []}))
  }

  async #serverOf({server, username, password}: SimServer, place: Place, extra = {}): Promise<string> {
    const n = ++this.#count
    if (ownerOf[place] !== 'Ada') await this.#world.allow(ownerOf[place], server.url)
    const more = {Url: server.url, UserName: username, Password: password}
    const draft = {kind: 'qbittorrent', name: `${wordOf[place]} stranger ${n}`, url: server.url}
    return this.#configured('servers', place, `qBit-f-stranger-${n}`, more, {
      ...draft,
      ...extra,
      username,
      password,
    })
  }

  /** One of the file stands in the file; all others are added, and shared as those of this place are. */
  async #configured(
    what: 'servers' | 'arrs',
    place: Place,
    section: string,
    keys: object,
    draft: object,
  ): Promise<string> {
    if (place === 'f') {
      const {configFile} = this.#world
      const lines = Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
      writeFileSync(configFile, `${readFileSync(configFile, 'utf8')}\n[${section}]\n${lines.join('\n')}\n`)
      await until(
        () => this.#get<object>(`/api/${what}/${section}`).catch(() => null),
        (it) => it !== null,
      )
      this.#reader.place(section, place)
      return section
    }
    const {id} = await this.#by<FoundItem>(ownerOf[place], 'POST', `/api/${what}`, draft)
    this.#reader.place(id, place)
    if (place !== 'm' && place !== 'n')
      await this.#by('Ada', 'PUT', `/api/${what}/${id}/sharing`, sharingOf(place, this.#world.userIds))
    return id
  }

  #server(id: string) {
    return this.#get<{torrents: number; health: {status: string; reason: string}}>(`/api/servers/${id}`)
  }

  #isListed(place: Place): Promise<unknown> {
    return until(
      () => this.#server(this.#world.servers[place]),
      ({torrents}) => torrents === this.#world.sims[place].world.size,
    )
  }

  #invented({world}: SimServer, {name, tags}: {readonly name: string; readonly tags: readonly string[]}) {
    const place = {savePath: world.defaultSavePath, rootName: name, autoManaged: false, isPrivate: false}
    return {...inventTorrent(world, this.#random, 'stopped'), ...place, name, tags: [...tags], category: ''}
  }

  #by<T>(who: Name, method: string, path: string, body?: object): Promise<T> {
    return got<T>(this.#world.url, this.#world.sessions[who], method, path, body)
  }

  #get<T>(path: string): Promise<T> {
    return this.#by<T>('Otto', 'GET', path)
  }
}

/** A file that was changed three days ago: what is new may be somebody's in a moment. */
function writeOld(path: string, bytes: number): void {
  mkdirSync(dirname(path), {recursive: true})
  writeFileSync(path, 'x'.repeat(bytes))
  const at = Date.now() / 1_000 - 3 * 86_400
  utimesSync(path, at, at)
}

function taken<K, T>(all: ReadonlyMap<K, T[]>, key: K): T {
  const one = all.get(key)?.shift()
  if (one === undefined) throw new Error(`there is none left of ${String(key)}`)
  return one
}
