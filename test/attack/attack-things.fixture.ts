/**
 * Things that come about only when several others did something before: decisions of rules that wait for an answer,
 * what rules did, servers at whose address another daemon answers. They are made in batches, as programs take their time
 * for each, and each is answered once.
 */
import {readFileSync, writeFileSync} from 'node:fs'
import {inventTorrent} from '#lab/simulators/population.ts'
import {seededRandom} from '#lab/simulators/random.ts'
import type {SimServer} from '#lab/simulators/sim-server.ts'
import {until} from '../program/program.fixture.ts'
import type {StateReader} from './attack-state.fixture.ts'
import {
  got,
  listed,
  ownerOf,
  places,
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
  move: {mode: 'ask', do: [{action: 'move', path: '/etc/approved'}]},
  address: {mode: 'ask', do: [{action: 'tracker.add', urls: ['http://169.254.169.254/announce']}]},
  acts: {mode: 'live', do: [{action: 'tag', names: ['by-a-rule']}]},
} as const
export type RuleKind = keyof typeof ruleKinds
/** What takes more than to command torrents only the administrator's rules want. */
const kindsOf = (owner: RuleOwner): readonly RuleKind[] =>
  owner === 'Ada' ? ['approve', 'decline', 'move', 'address', 'acts'] : ['approve', 'decline', 'acts']

/** Whether a rule of this person, of this kind, acts on that server. */
export function actsOn(kind: RuleKind, owner: RuleOwner, place: Place): boolean {
  return kindsOf(owner).includes(kind) && (reachOf[owner] as readonly Place[]).includes(place)
}

/** As many as may answer about one place, and one more, which nobody answers. */
const EACH = 5
/** Torrents of a server that another daemon takes the place of: of fewer nobody could say so. */
const FEW = 6

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
  #strangers: Map<Place, string[]> | null = null
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

  /** A server at whose address another daemon answers. */
  async stranger(place: Place): Promise<string> {
    this.#strangers ??= await this.#exchangeDaemons()
    return taken(this.#strangers, place)
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
    }
    return all
  }

  /** What waits, and what was done, of these rules. */
  async #decided(ruleIds: ReadonlyMap<string, string>) {
    const {approvals} = await this.#get<{approvals: (FoundItem & {rule: {id: string}})[]}>('/api/approvals')
    const waiting = approvals.map((it) => ({...it, ruleId: it.rule.id}))
    const done: (FoundItem & {ruleId: string})[] = []
    for (const [ruleId, tag] of ruleIds) {
      if (!tag.startsWith('acts')) continue
      const path = `/api/journal?limit=500&rule_id=${ruleId}&outcome=done`
      const {deeds} = await this.#get<{deeds: (FoundItem & {undo: {possible: boolean} | null})[]}>(path)
      done.push(...deeds.filter(({undo}) => undo?.possible === true).map((it) => ({...it, ruleId})))
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

  async #serverOf({server, username, password}: SimServer, place: Place): Promise<string> {
    const n = ++this.#count
    if (ownerOf[place] !== 'Ada') await this.#world.allow(ownerOf[place], server.url)
    const more = {Url: server.url, UserName: username, Password: password}
    const draft = {kind: 'qbittorrent', name: `${wordOf[place]} stranger ${n}`, url: server.url}
    return this.#configured('servers', place, `qBit-f-stranger-${n}`, more, {...draft, username, password})
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

function taken<K>(all: ReadonlyMap<K, string[]>, key: K): string {
  const id = all.get(key)?.shift()
  if (id === undefined) throw new Error(`there is none left of ${String(key)}`)
  return id
}
