/**
 * Requests made from the program's own OpenAPI document: whatever a schema asks for is filled in, and each id in a path
 * is that of something that was made right before, so that a request that succeeds takes nothing from the next one.
 * What a schema does not say enough of stands in `hints`.
 */
import {generateSync} from 'otplib'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {leastSample, type Json} from '../http/least-sample.fixture.ts'
import {until} from '../program/program.fixture.ts'
import {
  accounts,
  ask,
  got,
  listed,
  logInAs,
  makeKeyWithId,
  ownerOf,
  passkeyOf,
  password,
  places,
  PRETENDED,
  RELEASES,
  realmOfUser,
  RESTORABLE,
  sharingOf,
  wordOf,
  type AttackWorld,
  type Headers,
  type Name,
  type Place,
  type Realm,
} from './attack-world.fixture.ts'
import type {Difference, StateReader, Twin} from './attack-state.fixture.ts'
import {
  actsOn,
  ruleOwners,
  Things,
  type Orphan,
  type RuleKind,
  type RuleOwner,
  type Timer,
  type TimerAnswer,
} from './attack-things.fixture.ts'

/* ───────────────────────────── the document ───────────────────────────── */

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly {name: string; in: string; required?: boolean; schema?: Json}[]
  readonly requestBody?: {readonly content: Readonly<Record<string, {readonly schema?: Json}>>}
}

/** Nobody was shown it. */
const noPreview = '00000000-0000-4000-8000-000000000000'

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {readonly schemas: Readonly<Record<string, Json>>}
}

export interface AttackedRoute {
  readonly operation: string
  readonly method: string
  readonly path: string
  readonly described: Operation
}

export function routesOf(document: Document): readonly AttackedRoute[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, described]) => ({
      operation: described.operationId,
      method: method.toUpperCase(),
      path,
      described,
    })),
  )
}

/* ───────────────────────────── who asks ───────────────────────────── */

export interface Asker {
  readonly who: string
  /** Whose account it is; `null` = nobody's that is known. */
  readonly account: Name | null
  readonly headers: Headers
  /** Of this machine, from which requests come. */
  readonly address: string
  /** One like him with an account of his own, which may be ended. */
  twin(): Promise<{readonly headers: Headers; readonly twin: Twin | null}>
}

export interface Asked {
  /** The line that it counts in. */
  readonly as: string
  /** Whose thing it is about. */
  readonly on: Realm
  readonly url: string
  readonly body: object | FormData | undefined
  readonly headers: Headers
  /** Address of this machine that it comes from; default: that of the asker. */
  readonly from?: string | undefined
}

/* ───────────────────────────── what is made for requests ───────────────────────────── */

/** What a request names. It stays until it was changed. */
interface Thing {
  readonly id: string
  readonly [more: string]: unknown
}

const owners = {a: 'Ada', m: 'Mia', n: 'Nick', v: 'Vic'} as const
type Owner = keyof typeof owners

export class Maker {
  readonly world: AttackWorld
  readonly #reader: StateReader
  readonly #things: Things
  readonly #made = new Map<string, Thing>()
  readonly #nextTorrent: Record<Place, number>
  readonly #spare = {a: 0, f: 0}
  readonly #spareArr = {a: 0, f: 0}
  /** What a rule did that was asked for last: it is spent when its server is told something. */
  #undone = ''
  #count = 0
  #removed: readonly Thing[] | null = null
  /** Arrs that were made last: by what they are for, and their place. */
  readonly #lastArrs = new Map<string, string>()
  /** Ids of lists, by account and place; `null` = it may have none. */
  readonly #releases = new Map<string, string | null>()

  constructor(world: AttackWorld, reader: StateReader) {
    this.world = world
    this.#reader = reader
    this.#things = new Things(world, reader)
    this.#nextTorrent = {a: PRETENDED, f: 0, s: 0, l: 0, m: PRETENDED, n: 0}
    this.#torrents = Object.fromEntries(
      places.map((place) => [place, ownOf(world, place)]),
    ) as unknown as Record<Place, readonly string[]>
  }

  readonly #torrents: Readonly<Record<Place, readonly string[]>>
  /** Called before anything is made: what was asked until then is looked at first. */
  beforeMaking: () => Promise<void> = async () => {}
  /** What was made since, and how far from what is asked about: what others did for it may lie anywhere. */
  madeSince: 'nothing' | 'near' | 'anywhere' = 'nothing'

  /** Another one with each call. */
  number(): number {
    return ++this.#count
  }

  /** What was changed is not asked for again. */
  spend(found: readonly Difference[]): void {
    const changed = JSON.stringify(found)
    for (const [name, {id}] of this.#made) {
      if (changed.includes(id)) this.#made.delete(name)
    }
    for (const place of places) {
      if (!found.some(({name}) => name === `told to ${place}` || name === `torrents at ${place}`)) continue
      this.#nextTorrent[place]++
      for (const name of [`action ${place}`, `failed ${place}`, this.#undone]) this.#made.delete(name)
    }
  }

  /** One that this server alone has. */
  torrent(place: Place): string {
    return this.#torrents[place][this.#nextTorrent[place]]!
  }

  /** One that Nick's server claims to have, too. */
  pretended(place: 'a' | 'm'): string {
    return this.#torrents[place][this.#nextTorrent[place] % PRETENDED]!
  }

  async making<T>(make: () => Promise<T>, where: 'near' | 'anywhere' = 'near'): Promise<T> {
    await this.beforeMaking()
    const made = await make()
    if (this.madeSince !== 'anywhere') this.madeSince = where
    return made
  }

  async #make(name: string, make: () => Promise<Thing>, where?: 'anywhere'): Promise<Thing> {
    const known = this.#made.get(name)
    if (known !== undefined) return known
    const made = await this.making(make, where)
    this.#made.set(name, made)
    return made
  }

  #by<T>(who: Name, method: string, path: string, body?: object): Promise<T> {
    return got<T>(this.world.url, this.world.sessions[who], method, path, body)
  }

  /** One that may be changed and removed; it is switched off. */
  server(place: Place): Promise<Thing> {
    return this.#make(`server ${place}`, async () => {
      if (place === 'a' || place === 'f') {
        const id = `qBit-${place}-${this.#spare[place]++}`
        this.#reader.watch('servers', id, place)
        return {id}
      }
      const n = this.number()
      const draft = {
        kind: 'qbittorrent',
        name: `${wordOf[place]} ${n}`,
        url: `http://spare-${n}.example:8080`,
      }
      const {id} = await this.#by<Thing>(ownerOf[place], 'POST', '/api/servers', {...draft, enabled: false})
      await this.#shareLike('servers', id, place)
      return {id}
    })
  }

  arr(place: Place): Promise<Thing> {
    return this.#make(`arr ${place}`, async () => {
      if (place === 'a' || place === 'f') {
        const id = `Radarr-${place}-${this.#spareArr[place]++}`
        this.#reader.watch('arrs', id, place)
        return {id}
      }
      const n = this.number()
      const draft = {kind: 'radarr', name: `${wordOf[place]} ${n}`, url: `http://spare-arr-${n}.example:7878`}
      const more = {category: `spare-${n}`, api_key: 'x', enabled: false}
      await this.#removeSpentArr('spare', place)
      const {id} = await this.#by<Thing>(ownerOf[place], 'POST', '/api/arrs', {...draft, ...more})
      this.#lastArrs.set(`spare ${place}`, id)
      await this.#shareLike('arrs', id, place)
      return {id}
    })
  }

  /** A member may have ten Arrs: one that was changed goes before the next one comes. */
  async #removeSpentArr(what: 'spare' | 'held', place: Place): Promise<void> {
    const id = this.#lastArrs.get(`${what} ${place}`)
    if (id === undefined) return
    const {url, sessions} = this.world
    const {status, body} = await ask(url, sessions[ownerOf[place]], 'DELETE', `/api/arrs/${id}`)
    if (status > 299 && status !== 404) throw new Error(`DELETE /api/arrs/${id}: ${status} ${body}`)
  }

  async #shareLike(what: 'servers' | 'arrs', id: string, place: Place): Promise<void> {
    this.#reader.watch(what, id, place)
    if (place !== 's' && place !== 'l') return
    await this.#by('Ada', 'PUT', `/api/${what}/${id}/sharing`, sharingOf(place, this.world.userIds))
  }

  rule(owner: 'a' | 'm' | 'n'): Promise<Thing> {
    return this.#make(`rule ${owner}`, async () => {
      const yaml = ruleText(`${wordOf[owner]} ${this.number()}`)
      return this.#by<Thing>(owners[owner], 'POST', '/api/rules', {yaml})
    })
  }

  removedRule(owner: 'a' | 'm' | 'n'): Promise<Thing> {
    return this.#make(`removed rule ${owner}`, async () => {
      const yaml = ruleText(`${wordOf[owner]} ${this.number()}`)
      const rule = await this.#by<Thing>(owners[owner], 'POST', '/api/rules', {yaml})
      await this.#by(owners[owner], 'DELETE', `/api/rules/${rule.id}`)
      return rule
    })
  }

  trackerProfile(owner: 'a' | 'm' | 'n'): Promise<Thing> {
    return this.#make(`tracker profile ${owner}`, async () => {
      const body = trackerProfile(`${wordOf[owner]} ${this.number()}`)
      const {profile} = await this.#by<{profile: Thing}>(owners[owner], 'POST', '/api/tracker-profiles', body)
      return profile
    })
  }

  /** A rule whose key was revoked: it rests until somebody looked. */
  suspended(owner: 'a' | 'm' | 'n'): Promise<Thing> {
    return this.#make(`suspended ${owner}`, async () => {
      const {url, sessions} = this.world
      const by = sessions[owners[owner]]
      const draft = {name: `of a rule ${this.number()}`, scopes: ['read', 'control', 'manage']}
      const key = await makeKeyWithId(url, by, draft)
      const yaml = ruleText(`${wordOf[owner]} ${this.number()}`)
      const rule = await got<Thing>(url, key.headers, 'POST', '/api/rules', {yaml})
      await got(url, by, 'DELETE', `/api/keys/${key.id}`)
      return {id: rule.id}
    })
  }

  /** Somebody who has an account and nothing else. */
  user(): Promise<Thing> {
    return this.#make('user', () => {
      const name = `${wordOf.p} ${this.number()}`
      return this.#by<Thing>('Otto', 'POST', '/api/users', {name, role: 'viewer'})
    })
  }

  /** Somebody who logs in with a second step. */
  userWithTwoStep(): Promise<Thing> {
    return this.#make('user with a second step', async () => {
      const name = `${wordOf.p} ${this.number()}`
      const user = await this.#by<Thing>('Otto', 'POST', '/api/users', {name, role: 'viewer', password})
      const session = await logInAs(this.world.url, name, name)
      await switchOnTwoStep(this.world.url, session)
      return user
    })
  }

  session(owner: Owner): Promise<Thing> {
    return this.#make(`session ${owner}`, async () => {
      const ids = async () => {
        const path = `/api/sessions?user_id=${this.world.userIds[owners[owner]]}`
        const {sessions} = await this.#by<{sessions: {id: string}[]}>('Otto', 'GET', path)
        return sessions.map(({id}) => id)
      }
      const before = new Set(await ids())
      await logInAs(this.world.url, owners[owner], `${wordOf[owner]} ${this.number()}`)
      return {id: (await ids()).find((id) => !before.has(id))!}
    })
  }

  key(owner: Owner): Promise<Thing> {
    return this.#make(`key ${owner}`, () => {
      const draft = {name: `${wordOf[owner]} ${this.number()}`, scopes: ['read']}
      return makeKeyWithId(this.world.url, this.world.sessions[owners[owner]], draft)
    })
  }

  view(owner: Owner): Promise<Thing> {
    return this.#make(`view ${owner}`, () =>
      this.#by<Thing>(owners[owner], 'POST', '/api/views', {
        name: `${wordOf[owner]} ${this.number()}`,
        definition: {},
      }),
    )
  }

  /** Two servers that are shared, the other way round than they stand. */
  async serversTurned(): Promise<readonly string[]> {
    const {servers} = await this.#by<{servers: {server_id: string}[]}>('Otto', 'GET', '/api/servers')
    const {s, l} = this.world.servers
    const ids = servers.map((it) => it.server_id)
    return ids.indexOf(s) < ids.indexOf(l) ? [l, s] : [s, l]
  }

  /** Ids of what views he has, two at least, the other way round than they stand. */
  async viewsTurned(who: Name): Promise<readonly string[]> {
    const {url, sessions} = this.world
    const list = async () =>
      (await got<{views: {id: string}[]}>(url, sessions[who], 'GET', '/api/views')).views.map(({id}) => id)
    const ids = await list()
    if (ids.length > 1) return ids.toReversed()
    const word = wordOf[realmOfUser[who]]
    await this.making(async () => {
      for (const at of [1, 2])
        await this.#by(who, 'POST', '/api/views', {name: `${word} ${at} ${this.number()}`, definition: {}})
    })
    return (await list()).toReversed()
  }

  invitation(): Promise<Thing> {
    return this.#make('invitation', async () => {
      const draft = {role: 'viewer', name: `${wordOf.p} ${this.number()}`}
      return (await this.#by<{invitation: Thing}>('Otto', 'POST', '/api/invitations', draft)).invitation
    })
  }

  /** A link that was given away, with which somebody becomes a user. It works. */
  link(): Promise<string> {
    return this.making(() => this.#newLink('/api/invitations'))
  }

  /** One with which somebody who has an account chooses a new password. */
  async resetLink(): Promise<string> {
    const {id} = await this.making(() => this.#newUser())
    this.#reader.watchTwin({userId: id})
    return this.making(() => this.#newLink(`/api/users/${id}/reset`))
  }

  /** Links that opened something once, or that never did. */
  async deadLinks(): Promise<readonly string[]> {
    const invitation = await this.invitation()
    const {id: withdrawn} = await this.#make('withdrawn link', async () => {
      const {invitation: made, token} = await this.#by<{invitation: Thing; token: string}>(
        'Otto',
        'POST',
        '/api/invitations',
        {role: 'administrator'},
      )
      await this.#by('Otto', 'DELETE', `/api/invitations/${made.id}`)
      return {id: token}
    })
    const {id: used} = await this.#make('used link', async () => {
      const token = await this.#newLink('/api/invitations')
      const body = {token, username: `${wordOf.p} ${this.number()}`, password}
      await got(this.world.url, {}, 'POST', '/api/invitations/accept', body)
      return {id: token}
    })
    const {id: replaced} = await this.#make('replaced link', async () => {
      const {id} = await this.#newUser()
      const token = await this.#newLink(`/api/users/${id}/reset`)
      await this.#newLink(`/api/users/${id}/reset`)
      return {id: token}
    })
    return [invitation.id, withdrawn, used, replaced, this.world.oldTokens.invitation, 'a guess']
  }

  async #newLink(path: string): Promise<string> {
    return (
      await this.#by<{token: string}>('Otto', 'POST', path, path.endsWith('/reset') ? {} : {role: 'viewer'})
    ).token
  }

  #newUser(more: object = {}): Promise<Thing & {name: string}> {
    const name = `${wordOf.p} ${this.number()}`
    return this.#by('Otto', 'POST', '/api/users', {name, role: 'viewer', ...more})
  }

  /** Whoever logs in is logged out before, in his browser: so he does it in that of one like him. */
  async browserOf(asker: Asker): Promise<Headers> {
    if (asker.account === null || !('cookie' in asker.headers)) return asker.headers
    const {headers, twin} = await this.making(() => asker.twin())
    if (twin !== null) this.#reader.watchTwin(twin)
    return headers
  }

  /** Somebody whose password is known to whoever asks. */
  async knownPassword(): Promise<{readonly username: string; readonly password: string}> {
    const {id, name} = await this.making(() => this.#newUser({password}))
    this.#reader.watchTwin({userId: id})
    return {username: name, password}
  }

  /** Passwords that open nothing: of somebody who got another one, is switched off, is gone, or has a second step. */
  async deadPasswords(): Promise<readonly string[]> {
    const ends: readonly (readonly [string, (id: string) => Promise<unknown>])[] = [
      [
        'replaced',
        (id) => this.#by('Otto', 'PUT', `/api/users/${id}/password`, {password: `another ${password}`}),
      ],
      ['switched off', (id) => this.#by('Otto', 'PATCH', `/api/users/${id}`, {disabled: true})],
      ['gone', (id) => this.#by('Otto', 'DELETE', `/api/users/${id}`)],
    ]
    const names: string[] = []
    for (const [what, end] of ends) {
      const made = await this.#make(`password ${what}`, async () => {
        const user = await this.#newUser({password})
        await end(user.id)
        return user
      })
      names.push(String(made['name']))
    }
    return [...names, String((await this.userWithTwoStep())['name'])]
  }

  /** What the configuration had before, and lacks. */
  async lostSettings(): Promise<readonly string[]> {
    const {url, sessions} = this.world
    const asked = '/api/configuration'
    const {lost} = await got<{lost: {settings: string[]} | null}>(url, sessions.Otto, 'GET', asked)
    return lost?.settings ?? []
  }

  /**
   * What the indexers of an Arr have: a list of the account that is asked with, as far as it may have one, else of Ada.
   * Indexers are asked only so often, so that each account has one of each Arr.
   */
  async releases(asker: Asker, place: Place): Promise<string> {
    const of = async (name: Name): Promise<string | null> => {
      const before = this.#releases.get(`${name} ${place}`)
      if (before !== undefined) return before
      const list = await this.#newReleases(name, place)
      this.#releases.set(`${name} ${place}`, list)
      return list
    }
    return (asker.account === null ? null : await of(asker.account)) ?? (await of('Ada'))!
  }

  /** @returns `null` = this account may not have the Arr asked */
  async #newReleases(name: Name, place: Place): Promise<string | null> {
    const {url, sessions, arrIds} = this.world
    const path = `/api/arrs/${arrIds[place]}/releases`
    const {status, body} = await ask(url, sessions[name], 'POST', path, {unit: 'movie/1'})
    if (status !== 202) return null
    const {list} = JSON.parse(body) as {list: string}
    await until(
      () => got<{state: string}>(url, sessions[name], 'GET', `${path}/${list}`),
      ({state}) => state !== 'searching',
    )
    return list
  }

  selection(owner: 'a' | 'm' | 'n'): Promise<Thing> {
    return this.#make(`selection ${owner}`, async () => {
      const body = {q: '', servers: [this.world.servers[owner]]}
      const {selection_id: id} = await this.#by<{selection_id: string}>(
        owners[owner],
        'POST',
        selections,
        body,
      )
      return {id}
    })
  }

  /** Something that its owner did and can undo. */
  action(owner: 'a' | 'm' | 'n'): Promise<Thing> {
    return this.#make(`action ${owner}`, async () => {
      const keys = [{server_id: this.world.servers[owner], info_hash: this.torrent(owner)}]
      const body = {verb: 'addTags', args: {tags: [`tag-${this.number()}`]}, keys}
      const {action_id: id} = await this.#by<{action_id: string}>(owners[owner], 'POST', actions, body)
      return {id}
    })
  }

  /** What its owner ordered, and what failed then. */
  failed(owner: 'a' | 'm' | 'n'): Promise<Thing> {
    const make = async () => ({id: await this.#things.failedAction(owners[owner], owner)})
    return this.#make(`failed ${owner}`, make, 'anywhere')
  }

  /** A decision of somebody's rule that waits, or what it did; `null` = no rule of his acts there. */
  async ofRule(kind: RuleKind, owner: RuleOwner, place: Place): Promise<Thing | null> {
    if (!actsOn(kind, owner, place)) return null
    if (kind === 'acts') this.#undone = `${kind} ${owner} ${place}`
    const make = async () => ({id: await this.#things.ofRule(kind, owner, place)})
    return this.#make(`${kind} ${owner} ${place}`, make, 'anywhere')
  }

  /** A torrent for which the time of a rule runs; until somebody says something of it. */
  async timer(answer: TimerAnswer, place: Place): Promise<Timer> {
    const make = async () => {
      const timer = await this.#things.timer(answer, place)
      return {id: timer.hash, ...timer}
    }
    return (await this.#make(`${answer} ${place}`, make, 'anywhere')) as unknown as Timer
  }

  /** A server at whose address another daemon answers. */
  stranger(place: Place): Promise<Thing> {
    const make = async () => ({id: await this.#things.stranger(place)})
    return this.#make(`stranger ${place}`, make, 'anywhere')
  }

  /** A disk whose folder is known. */
  disk(): Promise<Thing> {
    return this.#make('disk', async () => ({id: await this.#things.disk()}), 'anywhere')
  }

  /** A server that its owner took away, with what it has. */
  departed(owner: 'Ada' | 'Mia'): Promise<Thing> {
    const make = async () => ({id: await this.#things.departed(owner)})
    return this.#make(`departed ${owner}`, make, 'anywhere')
  }

  /** Files that no torrent claims: found just now, or a day ago. */
  async orphan(which: 'a new' | 'an old'): Promise<Orphan> {
    const make = async () => ({...(await this.#things.orphan(which === 'an old'))})
    const found = await this.#make(`${which} orphan`, make, 'anywhere')
    return found as unknown as Orphan
  }

  /** An Arr that another Commodarr looks after. */
  heldArr(place: Place): Promise<Thing> {
    const make = async () => {
      if (place !== 'f') await this.#removeSpentArr('held', place)
      const id = await this.#things.heldArr(place)
      this.#lastArrs.set(`held ${place}`, id)
      return {id}
    }
    return this.#make(`held ${place}`, make, 'anywhere')
  }

  /** Each of them does something now. @returns by what it is known */
  async actedNow(): Promise<ReadonlyMap<Realm, string>> {
    const ids = new Map<Realm, string>()
    for (const owner of ['a', 'm', 'n'] as const) {
      const keys = [{server_id: this.world.servers[owner], info_hash: this.torrent(owner)}]
      const body = {verb: 'addTags', args: {tags: [`tag-${this.number()}`]}, keys}
      ids.set(owner, (await this.#by<{action_id: string}>(owners[owner], 'POST', actions, body)).action_id)
    }
    return ids
  }

  /** A torrent that an administrator removed. Many go at once, as each server has to tell that they went. */
  async trash(place: Place): Promise<Thing> {
    if (this.#removed === null) {
      this.#removed = await this.making(() => this.#removeSome())
    }
    return this.#make(`trash ${place}`, async () => {
      const found = this.#removed!.find(({server_id: id}) => id === this.world.servers[place])
      if (found === undefined) throw new Error(`nothing more lies in the trash of ${place}`)
      this.#removed = this.#removed!.filter((it) => it !== found)
      return found
    })
  }

  async #removeSome(): Promise<readonly Thing[]> {
    const keys = places.flatMap((place) =>
      this.#torrents[place]
        .slice(-RESTORABLE)
        .map((hash) => ({server_id: this.world.servers[place], info_hash: hash})),
    )
    await this.#by('Otto', 'POST', actions, {verb: 'remove', keys})
    const hashes = new Set(keys.map((it) => it.info_hash))
    const {items} = await until(
      () => this.#by<{items: readonly Removed[]}>('Otto', 'GET', '/api/trash'),
      (seen) => seen.items.filter((it) => hashes.has(it.info_hash) && isThere(it)).length === keys.length,
    )
    return items.filter((it) => hashes.has(it.info_hash))
  }
}

/** @returns a code of the second step that waits; `null` = he may not begin one */
async function codeOfTwoStep(url: string, headers: Headers): Promise<string | null> {
  const {status, body} = await ask(url, headers, 'POST', '/api/two-step/start', {password})
  return status === 200 ? generateSync({secret: (JSON.parse(body) as {secret: string}).secret}) : null
}

/** @returns codes of recovery; none = he may not have a second step */
async function switchOnTwoStep(url: string, headers: Headers): Promise<readonly string[]> {
  const code = await codeOfTwoStep(url, headers)
  if (code === null) return []
  const path = '/api/two-step/confirm'
  return (await got<{recovery_codes: string[]}>(url, headers, 'POST', path, {code})).recovery_codes
}

/** Without what Nick's server pretends to have, which comes last there. */
function ownOf({sims}: AttackWorld, place: Place): readonly string[] {
  const all = listed(sims[place]).map((it) => it.hash)
  return place === 'n' ? all.slice(0, -2 * PRETENDED) : all
}

interface Removed extends Thing {
  readonly info_hash: string
  readonly state: string
  readonly under_way: boolean
}

const isThere = ({state, under_way: isUnderWay}: Removed): boolean => state === 'kept' && !isUnderWay

const selections = '/api/torrents/selections'
const actions = '/api/torrents/actions'

const trackerProfile = (name: string): object => ({
  name,
  hosts: [`${name.replaceAll(' ', '-')}.example`],
  obligation: {need: 'either', ratio: 1, time: 3_600},
})
const ruleText = (name: string): string =>
  `name: ${name}\nwhen: {fact: complete, op: eq, value: true}\ndo: [{action: stop}]\n`

/* ───────────────────────────── hints ───────────────────────────── */

interface Target {
  readonly maker: Maker
  readonly asker: Asker
  readonly place: Place
  /** Unlike that of any other request. */
  readonly n: number
  readonly hash: string
  readonly serverId: string
}

interface Wish {
  readonly id?: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object | FormData
  readonly params?: Readonly<Record<string, string>>
  readonly on?: Realm
  /** What is a right of its own has a line of its own. */
  readonly as?: string
  /** Address of this machine that it comes from: refused proofs are counted by address, and end all others there. */
  readonly from?: string
  /** Default: those of whoever asks. */
  readonly headers?: Headers
}

/** `null` = there is nothing to ask about this. */
type Of<T> = (target: T) => Wish | null | Promise<Wish | null>

interface About extends Pick<Target, 'maker' | 'asker' | 'n'> {
  /** By what he comes in who asks: the asker, or his twin. */
  readonly headers: Headers
}

/**
 * `each`: what is asked about each place. `about`: what is asked about other things. `twin`: it changes something of the
 * asker's own account. `isOnce`: it takes a program that begins, or a day, and can be done once, so that whoever may do
 * it is asked last.
 */
type Hint =
  | {readonly each: readonly Of<Target>[]}
  | {readonly about: readonly Of<About>[]; readonly twin?: true; readonly isOnce?: true}

const each = (...wishes: readonly Of<Target>[]): Hint => ({each: wishes})
const about = (...wishes: readonly Of<About>[]): Hint => ({about: wishes})
const once = (...wishes: readonly Of<About>[]): Hint => ({about: wishes, isOnce: true})
const ofSelf = (body?: Of<About>): Hint => ({about: [body ?? (() => ({}))], twin: true})

type Kind =
  | 'failed'
  | 'rule'
  | 'removedRule'
  | 'trackerProfile'
  | 'suspended'
  | 'session'
  | 'key'
  | 'view'
  | 'selection'
  | 'action'
const of = (kind: Kind, whose: string, wish: Of<Pick<Target, 'n'>> = () => ({})): Hint =>
  about(
    ...Array.from(whose, (owner) => async ({maker, n}: {maker: Maker; n: number}) => ({
      ...(await wish({n})),
      id: (await maker[kind](owner as never)).id,
      on: owner as Realm,
    })),
  )
const ofUser = (...bodies: readonly ((n: number) => object)[]): Hint =>
  about(
    ...(bodies.length === 0 ? [() => undefined] : bodies).map(
      (body) =>
        async ({maker, n}: {maker: Maker; n: number}): Promise<Wish> => ({
          id: (await maker.user()).id,
          body: body(n) as object,
        }),
    ),
  )
const ofVictims = (body?: (n: number) => object): Hint => ({
  about: [
    ({asker, n}) => ({
      on: asker.account === null ? 'p' : realmOfUser[asker.account],
      ...(body && {body: body(n)}),
    }),
    ...(['a', 'm', 'n', 'v'] as const).map((owner): Of<Pick<Target, 'maker' | 'n'>> => ({maker, n}) => ({
      on: owner,
      query: {user_id: maker.world.userIds[owners[owner]]},
      ...(body && {body: body(n)}),
    })),
  ],
})

const ofRules = (...wanted: readonly (readonly [RuleKind, as?: string])[]): readonly Of<Target>[] =>
  wanted.flatMap(([kind, as]) =>
    ruleOwners.map((owner): Of<Target> => async ({maker, place}) => {
      const made = await maker.ofRule(kind, owner, place)
      return made && {id: made.id, ...(as !== undefined && {as})}
    }),
  )

const ofTimer =
  (answer: TimerAnswer): Of<Target> =>
  async ({maker, place}) => {
    const {hash, ruleId} = await maker.timer(answer, place)
    return {params: {hash}, body: {rule_id: ruleId}}
  }

const tracker = (place: Place) => `https://${wordOf[place]}.example/${passkeyOf(place)}/announce`
const newServer = (n: number) => ({
  kind: 'qbittorrent',
  name: `made ${n}`,
  url: `http://made-${n}.example:8080`,
  enabled: false,
})
const newArr = (n: number) => ({
  kind: 'radarr',
  name: `made ${n}`,
  url: `http://made-arr-${n}.example:7878`,
  api_key: 'x',
  category: `made-${n}`,
  enabled: false,
})
const spareServer =
  (wish: (n: number, ids: AttackWorld['userIds']) => object | undefined): Of<Target> =>
  async ({maker, place, n}) => ({id: (await maker.server(place)).id, ...bodyOf(wish(n, maker.world.userIds))})
const spareArr =
  (wish: (n: number, ids: AttackWorld['userIds']) => object | undefined): Of<Target> =>
  async ({maker, place, n}) => ({id: (await maker.arr(place)).id, ...bodyOf(wish(n, maker.world.userIds))})
const bodyOf = (body: object | undefined): Wish => (body === undefined ? {} : {body})
const acts =
  (verb: string, args?: (target: Target) => object, more: object = {}): Of<Target> =>
  (target) => ({
    body: {
      verb,
      ...more,
      keys: [{server_id: target.serverId, info_hash: target.hash}],
      ...(args && {args: args(target)}),
    },
  })

/** About what Nick's server says that it has, too: that changes nothing for anybody. */
function copyOn(serverId: string, hash: string): object {
  return {
    keys: [{server_id: serverId, info_hash: hash}],
    server_id: serverId,
    source: 'trash',
    download: true,
  }
}

function pretended(operation: string, wish: Of<Target>): Of<Target> {
  return async (target) => {
    const {maker, place} = target
    if (place !== 'a' && place !== 'm') return null
    const wished = await wish({...target, hash: maker.pretended(place)})
    return wished && {...wished, as: `${operation}: pretended`}
  }
}

/** Whose server he owns. */
function ownPlaceOf({account}: Asker): Place | null {
  if (account === 'Mia') return 'm'
  return account === 'Nick' ? 'n' : null
}

const spellings = [
  '127.0.0.1',
  'localhost',
  '127.1',
  '0x7f000001',
  '2130706433',
  '[::ffff:127.0.0.1]',
  '[::1]',
]

/**
 * Where somebody else's server is, with what logs in there, by one of the names of that address. Not for
 * administrators: they may, and from then on it would be theirs.
 */
function taken(
  {maker, asker, place, n}: Target,
  operation: string,
  bodyOf: (address: {
    readonly url: string
    readonly username: string | null
    readonly password: string | null
  }) => object,
): Wish | null {
  if (asker.account === 'Ada' || ownPlaceOf(asker) === place) return null
  const {server, username, password: secret} = maker.world.sims[place]
  const url = server.url.replace('127.0.0.1', spellings[n % spellings.length]!)
  return {as: `${operation}: taken`, body: bodyOf({url, username, password: secret})}
}

const orderOf = ({id, files, bytes}: Orphan) => ({ids: [id], confirm: {files, bytes}})
const addresses = (text: string) => ({format: 'addresses', text, preview: false})

function formOf(n: number, fields: Readonly<Record<string, string>>): FormData {
  const {torrent} = makeTorrent({name: `made ${n}`, content: 1_000})
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', new Blob([new Uint8Array(torrent)]), 'made.torrent')
  return form
}

const categoryAt = (place: Place, path: string) => ({
  name: `${wordOf[place]}-films`,
  save_path: path,
  accepts_moves: true,
})
const magnetOf = (n: number) => `magnet:?xt=urn:btih:${n.toString(16).padStart(40, 'e')}`
const sections = (settings: (n: number) => object) => ({
  write: ({n}: {n: number}): Wish => ({body: {settings: settings(n)}}),
})

/** An address of this machine that nothing else comes from. */
const elsewhere = (n: number) => `127.${2 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`

/**
 * By operation. Folders that no torrent has are other ones each time, as those that are in use are open to others.
 * A new route whose request is refused as `bad_request` needs a line here.
 */
const hints: Readonly<Record<string, Hint>> = {
  identifyServer: each(async ({maker, place, n}) => ({
    id: (await maker.stranger(place)).id,
    body: {is: n % 2 === 0 ? 'same' : 'another'},
  })),
  createServerCategory: each(({n}) => ({body: {name: `category-${n}`}})),
  editServerCategory: each(
    ({place, n}) => ({body: categoryAt(place, `/srv/${wordOf[place]}/${n}`)}),
    ({place, n}) => ({as: 'editServerCategory: anywhere', body: categoryAt(place, `/etc/category-${n}`)}),
  ),
  removeServerCategories: each(({place}) => ({query: {name: `${wordOf[place]}-gone`}})),
  createServerTags: each(({n}) => ({body: {tags: [`tag-${n}`]}})),
  deleteServerTags: each(({place}) => ({query: {tag: `${wordOf[place]}-gone`}})),
  setServerLimits: each(({n}) => ({body: {down: 100_000 + n}})),
  setServerPreferences: each(
    ({n}) => ({body: {refresh_interval: 1_500 + n}}),
    ({n}) => ({as: 'setServerPreferences: programs', body: {autorun_program: `/bin/touch ${n}`}}),
  ),
  getServerFreeSpace: each(
    () => ({}),
    () => ({query: {path: '/srv'}}),
  ),
  banPeers: each(({n}) => ({body: {peers: [`203.0.113.${n % 250}:${1_000 + n}`]}})),
  listTorrents: about(
    () => ({}),
    () => ({query: {q: 'sandpiper or lobster or aardvark', facets: 'category,tag,tracker'}}),
    ...places.map((place): Of<{maker: Maker}> => ({maker}) => ({
      query: {server_id: maker.world.servers[place]},
    })),
  ),
  addTorrent: each(
    ({serverId, n}) => ({body: {server_id: serverId, magnet: magnetOf(n), start: false}}),
    ({serverId, n}) => ({
      as: 'addTorrent: anywhere',
      body: {server_id: serverId, magnet: magnetOf(n), start: false, save_path: `/etc/added-${n}`},
    }),
  ),
  uploadTorrents: each(({serverId, n}) => ({body: formOf(n, {server_id: serverId, start: 'false'})})),
  inspectTorrents: about(({n}) => ({body: formOf(n, {})})),
  removeTorrent: each(
    () => ({}),
    () => ({query: {delete_data: 'true', free_at_once: 'true', accepts_doubt: 'true'}}),
  ),
  changeTorrent: each(({n}) => ({body: {tags: [`tag-${n}`], up_limit: 50_000 + n}})),
  actOnTorrents: each(
    acts('start'),
    acts('addTags', ({n}) => ({tags: [`tag-${n}`]})),
    async (target) => ({
      ...(await acts('setLocation', ({n}) => ({
        path: `/etc/moved-${n}`,
        move_data: false,
        accepts_others: true,
        accepts_doubt: true,
      }))(target)),
      as: 'actOnTorrents: anywhere',
    }),
    acts('remove'),
    acts('removeWithData', () => ({accepts_doubt: true})),
    pretended(
      'actOnTorrents',
      acts('addTags', ({n}) => ({tags: [`tag-${n}`]})),
    ),
    pretended('actOnTorrents', acts('remove')),
    pretended('actOnTorrents', acts('removeWithData')),
    acts('remove', undefined, {hold_seconds: 1}),
  ),
  // To the server that it is on: what goes on for minutes would be seen during other requests.
  copyTorrents: each(({serverId, hash}) => ({body: copyOn(serverId, hash)})),
  previewCopies: each(({serverId, hash}) => ({body: copyOn(serverId, hash)})),
  selectTorrents: each(
    () => ({body: {q: ''}}),
    ({serverId, hash}) => ({body: {only: [{server_id: serverId, info_hash: hash}]}}),
  ),
  previewRemoval: each(
    ({serverId, hash}) => ({body: {keys: [{server_id: serverId, info_hash: hash}]}}),
    pretended('previewRemoval', ({serverId, hash}) => ({
      on: 'n',
      body: {keys: [{server_id: serverId, info_hash: hash}]},
    })),
  ),
  getSelection: of('selection', 'amn'),
  getAction: of('action', 'amn'),
  undoAction: of('action', 'amn'),
  cancelAction: of('action', 'amn'),
  retryAction: of('failed', 'amn'),
  setFilePriority: each(() => ({body: {files: [0], priority: 'skip'}})),
  addTrackers: each(({n}) => ({body: {tiers: [[`https://added.example/${n}/announce`]]}})),
  editTracker: each(({place, n}) => ({
    body: {from: `${tracker(place)}/old`, to: `https://edited.example/${n}/announce`},
  })),
  removeTrackers: each(({place}) => ({body: {urls: [`${tracker(place)}/old`]}})),
  waitWithRule: each(ofTimer('wait')),
  doRuleNow: each(ofTimer('do now')),
  addPeers: each(({n}) => ({body: {peers: [`9.9.9.9:${1_000 + n}`]}})),
  addWebSeeds: each(({n}) => ({body: {urls: [`https://seed.example/${n}`]}})),
  removeWebSeeds: each(({place}) => ({
    body: {urls: [`https://${wordOf[place]}.example/${passkeyOf(place)}/seed`]},
  })),

  setUp: about(
    ({n}) => ({body: {username: `set up ${n}`, password}}),
    ({maker, n}) => ({
      from: elsewhere(n),
      body: {username: `set up ${n}`, password, token: maker.world.oldTokens.setUp},
    }),
  ),
  logIn: about(
    ({n}) => ({body: {username: 'Vic', password: `a guess ${n}`}}),
    ...Array.from({length: 4}, (_, at): Of<About> => async ({maker, n}) => ({
      from: elsewhere(n),
      body: {username: (await maker.deadPasswords())[at], password},
    })),
    async ({maker, asker, n}) => ({
      as: 'logIn: known',
      on: 'o',
      headers: await maker.browserOf(asker),
      from: elsewhere(n),
      body: await maker.knownPassword(),
    }),
  ),
  logInLocally: about(({n}) => ({body: {token: `a guess ${n}`}})),
  acceptInvitation: about(
    ...Array.from({length: 6}, (_, at): Of<About> => async ({maker, n}) => ({
      from: elsewhere(n),
      body: {token: (await maker.deadLinks())[at], username: `accepted ${n}`, password},
    })),
    async ({maker, asker, n}) => ({
      as: 'acceptInvitation: given',
      headers: await maker.browserOf(asker),
      from: elsewhere(n),
      body: {token: await maker.link(), username: `accepted ${n}`, password},
    }),
    async ({maker, asker, n}) => ({
      as: 'acceptInvitation: reset',
      on: 'o',
      headers: await maker.browserOf(asker),
      from: elsewhere(n),
      body: {token: await maker.resetLink(), password},
    }),
  ),
  logOut: ofSelf(),
  listSessions: ofVictims(),
  listKeys: ofVictims(),
  endSessions: ofSelf(),
  endSession: of('session', 'amnv'),
  createKey: ofVictims((n) => ({name: `made ${n}`, scopes: ['read'], password})),
  changeKey: of('key', 'amnv', ({n}) => ({body: {name: `renamed ${n}`}})),
  revokeKey: of('key', 'amnv'),
  getUser: ofUser(),
  createUser: about(({n}) => ({body: {name: `${wordOf.p} ${n}`, role: 'administrator', password}})),
  changeUser: ofUser(
    (n) => ({name: `${wordOf.p} renamed ${n}`}),
    () => ({role: 'administrator'}),
    () => ({disabled: true}),
  ),
  removeUser: ofUser(),
  setPassword: ofUser((n) => ({password: `another horse battery ${n}`})),
  offerReset: ofUser(),
  resetTwoStep: about(async ({maker}) => ({id: (await maker.userWithTwoStep()).id})),
  changeOwnPassword: {
    about: [
      ({n}) => ({body: {current: password, next: `another horse battery ${n}`}}),
      ({n}) => ({
        as: 'changeOwnPassword: guess',
        from: elsewhere(n),
        body: {current: `a guess ${n}`, next: `another horse battery ${n}`},
      }),
    ],
    twin: true,
  },
  startTwoStep: ofSelf(() => ({body: {password}})),
  confirmTwoStep: ofSelf(async ({maker, headers}) => ({
    body: {code: (await codeOfTwoStep(maker.world.url, headers)) ?? '000000'},
  })),
  endTwoStep: ofSelf(async ({maker, headers}) => ({
    body: {password, code: (await switchOnTwoStep(maker.world.url, headers))[0] ?? '000000'},
  })),
  invite: about(({n}) => ({body: {role: 'administrator', name: `${wordOf.p} ${n}`}})),
  withdrawInvitation: about(async ({maker}) => ({id: (await maker.invitation()).id})),

  addServer: each(
    ({place, n}) => (place === 'f' ? {body: newServer(n)} : null),
    (target) => taken(target, 'addServer', (address) => ({...newServer(target.n), ...address})),
  ),
  replaceServer: each(spareServer(newServer), async (target) => {
    const own = target.maker.world.servers[ownPlaceOf(target.asker) ?? 'f']
    const wish = taken(target, 'replaceServer', (address) => ({...newServer(target.n), ...address}))
    return wish && {...wish, id: own}
  }),
  changeServer: each(spareServer((n) => ({colour: `#${(n % 0xffffff).toString(16).padStart(6, '0')}`}))),
  removeServer: each(spareServer(() => undefined)),
  shareServer: each(spareServer((_, {Otto}) => ({everyone: null, users: [{user_id: Otto, level: 'view'}]}))),
  orderServers: about(async ({maker}) => ({body: {ids: await maker.serversTurned()}})),
  changeServerSection: each(sections((n) => ({ManagedCategories: [`managed-${n}`]})).write),
  changeSettingsSection: about(sections((n) => ({FreeSpace: `${n}G`})).write),
  tryServer: each((target) =>
    taken(target, 'tryServer', (address) => ({...newServer(target.n), ...address})),
  ),
  importServers: each(
    ({place, n}) => (place === 'f' ? {body: addresses(`http://made-${n}.example:8080 made ${n}`)} : null),
    (target) => taken(target, 'importServers', ({url}) => addresses(`${url} taken ${target.n}`)),
  ),
  exportServersWithSecrets: about(() => ({body: {passphrase: password}})),
  discoverServers: about(({n}) => ({body: {url: `http://made-arr-${n}.example:7878`, api_key: 'x'}})),
  addArr: about(({n}) => ({body: newArr(n)})),
  changeArr: each(spareArr((n) => ({category: `changed-${n}`}))),
  removeArr: each(spareArr(() => undefined)),
  shareArr: each(spareArr((_, {Otto}) => ({everyone: null, users: [{user_id: Otto, level: 'view'}]}))),
  discoverArr: about(({n}) => ({body: {url: `http://made-arr-${n}.example:7878`, api_key: 'x'}})),
  readFile: each(() => ({params: {index: '0'}})),
  getFileMedia: each(() => ({params: {index: '0'}})),
  fixArr: each(() => ({params: {code: 'hard_links_off'}, body: {about: ''}})),
  takeOverArr: each(async ({maker, place}) => ({id: (await maker.heldArr(place)).id})),
  actOnArr: each(() => ({body: {action: 'rss_sync'}})),
  searchReleases: each(() => ({body: {unit: 'movie/1'}})),
  getReleases: each(async ({maker, asker, place}) => ({params: {list: await maker.releases(asker, place)}})),
  grabRelease: each(async ({maker, asker, place, n}) => ({
    params: {list: await maker.releases(asker, place), place: `${n % RELEASES}`},
    body: {},
  })),
  holdSearches: each(({maker: {world}, place}) => ({
    body: {items: [{arr_id: world.arrIds[place], unit: 'movie/1'}], hold: true},
  })),
  searchNow: each(({maker: {world}, place}) => ({
    body: {items: [{arr_id: world.arrIds[place], unit: 'movie/404'}]},
  })),
  pauseSearches: each(() => ({body: {until: null}})),
  answerArrTriage: each(() => ({body: {items: [{queue_id: 1, action: 'leave'}]}})),
  getLibraryItem: each(({maker: {world}, place}) => ({
    params: {arr: world.arrIds[place], kind: 'movie', id: '1'},
  })),

  // Nothing has a temporary profile there.
  restoreProfileSwitch: about(() => ({id: 'none'})),
  restartProcess: about(() => ({id: 'Radarr-f'})),
  forgetDisk: once(async ({maker}) => ({body: {path: (await maker.disk()).id}})),
  forgetDepartedServer: once(
    async ({maker}) => ({body: {id: (await maker.departed('Ada')).id}}),
    async ({maker}) => ({body: {id: (await maker.departed('Mia')).id}}),
  ),
  confirmClock: once(() => ({})),
  confirmMoveIn: once(() => ({})),
  watchMoveIn: once(() => ({})),
  confirmConfiguration: once(async ({maker}) => ({body: {settings: await maker.lostSettings()}})),
  lookForOrphans: once(() => ({})),
  cancelOrphanLook: about(() => ({})),
  undoEntry: each(...ofRules(['acts'])),
  approveDecision: each(
    ...ofRules(['approve'], ['move', 'approveDecision: anywhere'], ['address', 'approveDecision: anywhere']),
  ),
  declineDecision: each(...ofRules(['decline'])),
  reopenDecision: each(...ofRules(['reopen'])),
  restoreTrash: each(async ({maker, place}) => ({id: (await maker.trash(place)).id})),
  purgeTrash: each(async ({maker, place}) => ({id: (await maker.trash(place)).id})),
  recycleOrphans: once(async ({maker}) => ({body: orderOf(await maker.orphan('a new'))})),
  deleteOrphans: once(async ({maker}) => ({body: orderOf(await maker.orphan('an old'))})),

  addRule: about(({n}) => ({body: {yaml: ruleText(`made ${n}`)}})),
  previewRule: about(({n}) => ({body: {yaml: ruleText(`made ${n}`)}})),
  getRule: of('rule', 'amn'),
  listRuleVersions: of('rule', 'amn'),
  replaceRule: of('rule', 'amn', ({n}) => ({body: {yaml: ruleText(`replaced ${n}`)}})),
  changeRule: of('rule', 'amn', () => ({body: {mode: 'off'}})),
  removeRule: of('rule', 'amn'),
  resumeRule: of('suspended', 'amn'),
  restoreRule: of('removedRule', 'amn'),
  runRules: about(
    ...Array.from('amn' as const, (owner) => async ({maker}: {maker: Maker}) => ({
      on: owner as Realm,
      body: {
        rules: [{id: (await maker.rule(owner as never)).id, revision: 1, mode: 'simulate', shown: noPreview}],
      },
    })),
  ),

  addTrackerProfile: about(({n}) => ({body: trackerProfile(`made ${n}`)})),
  importTrackerProfiles: about(({n}) => ({body: {profiles: [trackerProfile(`brought ${n}`)]}})),
  previewLeavingTracker: about(() => ({query: {tracker: 'nowhere.example'}})),
  getTrackerProfile: of('trackerProfile', 'amn'),
  changeTrackerProfile: of('trackerProfile', 'amn', ({n}) => ({body: {name: `changed ${n}`}})),
  removeTrackerProfile: of('trackerProfile', 'amn'),

  changeSettings: about(({n}) => ({body: {audit_days: 366 + (n % 3_000)}})),
  saveView: about(({n}) => ({body: {name: `made ${n}`, definition: {}}})),
  getSharedView: of('view', 'amnv'),
  changeView: of('view', 'amnv', ({n}) => ({body: {name: `renamed ${n}`}})),
  removeView: of('view', 'amnv'),
  orderViews: about(async ({maker, asker}) => {
    const {account} = asker
    if (account === null) return {body: {ids: []}}
    return {on: realmOfUser[account], body: {ids: await maker.viewsTurned(account)}}
  }),
  changePreferences: about(({n}) => ({body: {theme: n % 2 === 0 ? 'dark' : 'light'}})),
}

/** What is done once is left to the first of them, Ada, when all others have tried. */
export function inTurn(route: AttackedRoute, askers: readonly Asker[]): readonly Asker[] {
  return isDoneOnce(route) ? askers.toReversed() : askers
}

/** It takes a program that begins, or a day. */
export function isDoneOnce({operation}: AttackedRoute): boolean {
  const hint = hints[operation]
  return hint !== undefined && 'isOnce' in hint
}

/** Hints that no route needs any more. */
export function needlessHints(routes: readonly AttackedRoute[]): readonly string[] {
  return Object.keys(hints).filter((name) => !routes.some(({operation}) => operation === name))
}

/* ───────────────────────────── requests ───────────────────────────── */

/** Requests to be made one after the other: each is put together when its turn comes. */
export function requestsTo(
  route: AttackedRoute,
  document: Document,
  maker: Maker,
  asker: Asker,
  onTwin: (twin: Twin) => void,
): readonly (() => Promise<Asked | null>)[] {
  const hint = hints[route.operation] ?? (isOfPlace(route) ? each(() => ({})) : about(() => ({})))
  if ('about' in hint) {
    return hint.about.map((wishOf) => async () => {
      const whole = {maker, asker, headers: asker.headers, n: maker.number()}
      if (!('twin' in hint)) {
        const wish = await wishOf(whole)
        return wish && assembled(route, document, wish, {}, 'p', asker.headers)
      }
      const {headers, wish} = await maker.making(async () => {
        const {headers, twin} = await asker.twin()
        if (twin !== null) onTwin(twin)
        return {headers, wish: await wishOf({...whole, headers})}
      })
      return wish && assembled(route, document, wish, {}, 'o', headers)
    })
  }
  // Who is nobody is refused before anything is looked at: two places are enough.
  const asks = asker.account === null ? (['f', 'm'] as const) : places
  return asks.flatMap((place) =>
    hint.each.flatMap((wishOf) => {
      const about = async (isPretended: boolean, isNamed: boolean) => {
        const serverId = maker.world.servers[place]
        const hash = isPretended ? maker.pretended(place as 'a' | 'm') : maker.torrent(place)
        prepare(route, maker, place)
        // Whatever is said of a torrent that Nick's server claims to have is his.
        const whose = isPretended && asker.account === 'Nick' ? 'n' : place
        const wish = await wishOf({maker, asker, place: whose, n: maker.number(), hash, serverId})
        if (wish === null) return null
        const named = {hash, server_id: serverId, info_hash: hash, id: wish.id ?? idAt(route, maker, place)}
        const query = isNamed ? {server_id: serverId} : {}
        const whole = {...wish, query: {...query, ...wish.query}}
        return assembled(route, document, whole, named, whose, asker.headers)
      }
      if (!route.path.includes('{hash}')) return [() => about(false, false)]
      const isElsewhere = place === 'a' || place === 'm'
      return [
        () => about(false, true),
        () => about(false, false),
        ...(isElsewhere ? [() => about(true, false)] : []),
      ]
    }),
  )
}

/** What is to be removed must be there. */
function prepare({operation}: AttackedRoute, maker: Maker, place: Place): void {
  const {world} = maker.world.sims[place]
  if (operation === 'removeServerCategories') world.categories.set(`${wordOf[place]}-gone`, '')
  if (operation === 'deleteServerTags') world.tags.add(`${wordOf[place]}-gone`)
}

function isOfPlace({path}: AttackedRoute): boolean {
  return /\{hash\}|^\/api\/(servers|arrs)\/\{id\}/.test(path)
}

function idAt({path}: AttackedRoute, {world}: Maker, place: Place): string {
  return path.startsWith('/api/arrs/') ? world.arrIds[place] : world.servers[place]
}

export function assembled(
  route: AttackedRoute,
  document: Document,
  wish: Wish,
  named: Readonly<Record<string, string>>,
  on: Realm,
  headers: Headers,
): Asked {
  const known: Readonly<Record<string, string>> = {
    ...named,
    ...(wish.id !== undefined && {id: wish.id}),
    ...wish.params,
  }
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(known[name] ?? 'x'))
  const query = new URLSearchParams(wish.query).toString()
  const schema = route.described.requestBody?.content['application/json']?.schema
  const sample = () => leastSample(schema!, '', (name) => known[name], document.components.schemas) as object
  const body = wish.body ?? (schema === undefined ? undefined : sample())
  return {
    as: wish.as ?? route.operation,
    on: wish.on ?? on,
    url: `${path}${query && `?${query}`}`,
    body,
    headers: wish.headers ?? headers,
    from: wish.from,
  }
}

/* ───────────────────────────── who attacks ───────────────────────────── */

/** Everybody who asks, in the order of the table. */
export async function askersOf(world: AttackWorld, maker: Maker): Promise<readonly Asker[]> {
  const {url, sessions, servers, expired} = world
  const twinOf = async (role: string) => {
    const name = `${wordOf.o} ${maker.number()}`
    const {id} = await got<{id: string}>(url, sessions.Otto, 'POST', '/api/users', {name, role, password})
    // A browser elsewhere, which can be logged out from here.
    await logInAs(url, name, name)
    return {twin: {userId: id}, session: await logInAs(url, name, name)}
  }
  const person = (who: Name): Omit<Asker, 'address'> => ({
    who,
    account: who,
    headers: sessions[who],
    async twin() {
      const {twin, session} = await twinOf(accounts[who])
      return {headers: session, twin}
    },
  })
  const key = async (who: string, of: Name, draft: object): Promise<Omit<Asker, 'address'>> => ({
    who,
    account: of,
    headers: (await makeKeyWithId(url, sessions[of], {name: who, ...draft})).headers,
    async twin() {
      const {twin, session} = await twinOf(accounts[of])
      const mine = 'servers' in draft ? {...draft, servers: undefined} : draft
      const {headers} = await makeKeyWithId(url, session, {name: who, ...mine})
      return {headers, twin}
    },
  })
  const none = (who: string, headers: Headers): Omit<Asker, 'address'> => ({
    who,
    account: null,
    headers,
    twin: async () => ({headers, twin: null}),
  })
  const gone = await makeKeyWithId(url, sessions.Mia, {name: 'revoked', scopes: ['read', 'control']})
  await got(url, sessions.Mia, 'DELETE', `/api/keys/${gone.id}`)
  const some = [servers.m, servers.l]
  const all = [
    person('Ada'),
    await key("Ada's key", 'Ada', {scopes: ['read', 'control', 'manage']}),
    person('Mia'),
    await key("Mia's key, reads", 'Mia', {scopes: ['read']}),
    await key("Mia's key, adds", 'Mia', {scopes: ['add']}),
    await key("Mia's key, some servers", 'Mia', {
      scopes: ['read', 'control', 'add', 'manage'],
      servers: some,
    }),
    person('Nick'),
    person('Vic'),
    none('a foreign page', {
      ...sessions.Ada,
      origin: 'https://elsewhere.example',
      'sec-fetch-site': 'cross-site',
    }),
    none('a session that ended', expired.session),
    none('a key that ended', expired.key),
    none('a revoked key', gone.headers),
    none('a stranger', {}),
  ]
  return all.map((asker, n) => ({...asker, address: `127.0.1.${n + 1}`}))
}
