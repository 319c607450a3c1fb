/**
 * The program as it is shipped, started as a process of its own, with simulated servers and Arrs around it and people
 * who came in as people do. Whatever belongs to somebody holds a word that stands nowhere else, so that an answer shows
 * whose things it tells of.
 */
import {createServer, request, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {fromTorrent} from '#lab/simulators/additions.ts'
import {inventTorrent} from '#lab/simulators/invented-torrent.ts'
import {seededRandom, type Random} from '#lab/simulators/random.ts'
import {startSimServer, type SimServer} from '#lab/simulators/sim-server.ts'
import type {SimTorrent} from '#lab/simulators/sim-torrent.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {WORLD_TIME, type WorldTime} from '#lab/world-clock.ts'
import {systemClock} from '#lib/clock.ts'
import type {EpochMs} from '#model/units.ts'
import {printedTokens} from '../program/access.fixture.ts'
import {newFolder, Program, until} from '../program/program.fixture.ts'

/* ───────────────────────────── whose things there are ───────────────────────────── */

/**
 * Of whom something is: `p` the program itself, `a` the administrators and shared with nobody, `f` declared by the file
 * and shared as it is shipped, `s` an administrator's and shared to be viewed, `l` shared to be controlled, `m` Mia's,
 * `n` Nick's, `v` Vic's, `o` the account of the requester.
 */
export const realms = ['p', 'a', 'f', 's', 'l', 'm', 'n', 'v', 'o'] as const
export type Realm = (typeof realms)[number]

/** Where servers and Arrs are. */
export const places = ['a', 'f', 's', 'l', 'm', 'n'] as const
export type Place = (typeof places)[number]

export const wordOf: Readonly<Record<Realm, string>> = {
  p: 'porcupine',
  a: 'aardvark',
  f: 'flamingo',
  s: 'sandpiper',
  l: 'lobster',
  m: 'mongoose',
  n: 'narwhal',
  v: 'vulture',
  o: 'ocelot',
}

/** In addresses of trackers: for those who may command the server. */
export function passkeyOf(place: Place): string {
  return `${Buffer.from(wordOf[place]).toString('hex')}00112233445566778899`.slice(0, 32)
}

/** Of servers and Arrs: for nobody. */
export function secretOf(place: Place): string {
  return `never-told-${Buffer.from(wordOf[place]).toString('hex')}`
}

/* ───────────────────────────── people ───────────────────────────── */

export const accounts = {
  Otto: 'administrator',
  Ada: 'administrator',
  Mia: 'member',
  Nick: 'member',
  Vic: 'viewer',
} as const
export type Name = keyof typeof accounts

export const realmOfUser: Readonly<Record<Name, Realm>> = {Otto: 'p', Ada: 'a', Mia: 'm', Nick: 'n', Vic: 'v'}
export const password = 'correct horse battery'

export type Headers = Readonly<Record<string, string>>

export interface Answer {
  readonly status: number
  /** Status, headers and body: all that somebody is told. */
  readonly reported: string
  readonly body: string
  readonly cookies: readonly string[]
}

/** Where whoever makes and looks at things comes from: refused attempts are counted by address. */
export const OWN_ADDRESS = '127.0.0.9'
/**
 * One request, with nothing of a browser but what is said here.
 * @param from which address of this machine it comes
 */
export async function ask(
  url: string,
  headers: Headers,
  method: string,
  path: string,
  body?: object | FormData,
  from = OWN_ADDRESS,
): Promise<Answer> {
  const sent = await sentAs(body)
  return new Promise((resolve, reject) => {
    const asked = request(
      `${url}${path}`,
      // Each by a connection of its own: one that is kept may be closed just when it is used again.
      {method, headers: {...sent.headers, ...headers}, agent: false, localAddress: from},
      (answer) => {
        const {date: _, ...heads} = answer.headers
        const read = text(answer).then((reported) => ({
          status: answer.statusCode!,
          reported: `${answer.statusCode} ${JSON.stringify(heads)} ${reported}`,
          body: reported,
          cookies: answer.headers['set-cookie'] ?? [],
        }))
        read.then(resolve, reject)
      },
    )
    asked.once('error', reject)
    asked.end(sent.bytes)
  })
}

async function sentAs(body: object | FormData | undefined): Promise<{headers: Headers; bytes?: Buffer}> {
  if (body === undefined) return {headers: {}}
  if (!(body instanceof FormData)) {
    const bytes = Buffer.from(JSON.stringify(body))
    return {headers: {'content-type': 'application/json', 'content-length': `${bytes.length}`}, bytes}
  }
  const form = new Response(body)
  const bytes = Buffer.from(await form.arrayBuffer())
  return {
    headers: {'content-type': form.headers.get('content-type')!, 'content-length': `${bytes.length}`},
    bytes,
  }
}

/** What was answered, which must be a good answer. @throws else */
export async function got<T>(
  url: string,
  headers: Headers,
  method: string,
  path: string,
  body?: object,
): Promise<T> {
  const answer = await ask(url, headers, method, path, body)
  if (answer.status < 200 || answer.status > 299) throw new Error(`${method} ${path}: ${answer.reported}`)
  return (answer.body === '' ? null : JSON.parse(answer.body)) as T
}

/** @param agent shown in the list of sessions. @returns what a browser sends that logged in */
export async function logInAs(url: string, username: string, agent: string): Promise<Headers> {
  const answer = await ask(url, {'user-agent': agent}, 'POST', '/api/session', {username, password})
  if (answer.status !== 200) throw new Error(`${username} is not let in: ${answer.reported}`)
  const {csrf_token: csrf} = JSON.parse(answer.body) as {csrf_token: string}
  const cookie = answer.cookies.find((it) => it.startsWith('commodarr_session='))!
  return {cookie: cookie.split(';')[0]!, 'x-csrf-token': csrf}
}

/* ───────────────────────────── the world ───────────────────────────── */

/** Torrents of each server: each request that succeeds takes one. */
const POOL = 440
/** Of the administrators' server and Mia's: Nick's server says that it has them, too. */
export const PRETENDED = 60
/** With a .torrent of their own, so that they can be put back: the last ones of each server. */
export const RESTORABLE = 12
/** Where the administrators' servers have their files; nobody sees it from here. */
const UNSEEN_DISK = 'unseen'
/** Sections of the file that may be changed and removed. */
const SPARE_SECTIONS = 16
const DAY = 86_400_000
const LEAP_MS = DAY + 3_600_000

/** An Arr of fixed answers, which knows what it was told to do. */
interface SimpleArr {
  readonly url: string
  readonly commands: string[]
}

export interface AttackWorld {
  /** Where it listens itself. */
  readonly url: string
  readonly configFile: string
  readonly sims: Readonly<Record<Place, SimServer>>
  readonly arrs: Readonly<Record<Place, SimpleArr>>
  /** Ids of servers and Arrs. */
  readonly servers: Readonly<Record<Place, string>>
  readonly arrIds: Readonly<Record<Place, string>>
  readonly userIds: Readonly<Record<Name, string>>
  readonly sessions: Readonly<Record<Name, Headers>>
  /** A session and a key of Mia that ended because their time was over. */
  readonly openMeanwhile: readonly string[]
  readonly expired: {readonly session: Headers; readonly key: Headers}
  /** Tokens that opened something once: of a link that nobody used in time, and of the set-up. */
  readonly oldTokens: {readonly invitation: string; readonly setUp: string}
  readonly program: Program
  /** Another torrent server, empty, with what logs in at that of this place. */
  startSim(place: Place): Promise<SimServer>
  /** As `WorldOptions` has it. */
  readonly isBeginning: boolean
  /** It is a day later, of a world that begins. */
  leap(): void
  /** The time of its program. */
  now(): EpochMs
  /** Lets somebody add what is at this address. */
  allow(name: Name, url: string): Promise<void>
  stop(): Promise<void>
}

/** What was begun, and how it ends: the last one first, and each, whatever becomes of the others. */
class Begun {
  readonly #ends: (() => unknown)[] = []

  endsBy(end: () => unknown): void {
    this.#ends.push(end)
  }

  /** @throws the first fault, when all have ended */
  async stop(): Promise<void> {
    const faults: unknown[] = []
    for (const end of this.#ends.splice(0).toReversed()) {
      await Promise.resolve()
        .then(end)
        .catch((fault: unknown) => faults.push(fault))
    }
    if (faults.length > 0) throw faults[0]
  }
}

interface WorldOptions {
  /** Torrents of each server; default: as many as the whole attack takes. */
  readonly pool?: number
  /** Told of each program that was started. */
  readonly onProgram?: (program: Program) => void
  /**
   * Its rules are only observed, its clock is not believed yet, and it can become a day later. A clock of another time is
   * put under the sources only, so what runs is not what was built.
   */
  readonly isBeginning?: boolean
}

/** A set-up that fails ends all that it began. */
export async function startAttackWorld(options: WorldOptions = {}): Promise<AttackWorld> {
  const begun = new Begun()
  try {
    return await startedWorld(begun, options)
  } catch (error) {
    await begun.stop()
    throw error
  }
}

async function startedWorld(
  begun: Begun,
  {pool = POOL, onProgram = () => {}, isBeginning = false}: WorldOptions,
): Promise<AttackWorld> {
  const folder = newFolder()
  begun.endsBy(() => rmSync(folder, {recursive: true, force: true}))
  const starts: Starts = (args, more = {}) => {
    const program = new Program(args, more)
    begun.endsBy(() => program.end('SIGTERM'))
    onProgram(program)
    return program
  }
  const configFile = join(folder, 'config.toml')
  const args = ['--config', configFile, '--data', join(folder, 'data'), '--port', '0']
  // What the file of one that begins lacks later is asked about.
  const protects = isBeginning ? '[Settings]\nFreeSpace = "1G"\n' : ''
  writeFileSync(configFile, `[WebUI]\nHost = "127.0.0.1"\n${protects}`)
  const sims = {} as Record<Place, SimServer>
  const random = seededRandom(7)
  const startSim = async (place: Place): Promise<SimServer> => {
    const kind = {kind: 'qbittorrent', version: '5.1.0'} as const
    const spec = {...kind, name: wordOf[place], count: 0, seed: 1, password: secretOf(place)}
    const sim = await startSimServer(spec, systemClock)
    begun.endsBy(() => sim.server.stop())
    return sim
  }
  for (const place of places) {
    sims[place] = await startSim(place)
    fill(sims[place], place, random, pool)
  }
  pretend(sims)
  const arrs = {} as Record<Place, SimpleArr>
  for (const place of places) {
    const {server, arr} = await startArr(place)
    begun.endsBy(() => {
      server.closeAllConnections()
      server.close()
    })
    arrs[place] = arr
  }
  // One that is set up without it acts permanently.
  const observed = isBeginning ? [...args, '--observe'] : args
  const {expired, oldTokens, userIds} = await longAgo(observed, starts)
  // Arrs that nobody reaches may keep their library anywhere: then no file is an orphan.
  const spare = isBeginning ? 0 : SPARE_SECTIONS
  writeFileSync(configFile, declared({sims, arrs, spare}))
  const program = isBeginning
    ? starts(observed, {preload: 'lab/program-clock.ts', env: timeOf(0)})
    : starts(args)
  const url = (await program.api()).url
  let leaps = 0
  // The machine was off for so long that its clock is not believed before somebody says that it is right.
  const openMeanwhile = await lettingIn(url, expired)
  if (!isBeginning) await got(url, await logInAs(url, 'Otto', wordOf.p), 'POST', '/api/clock/confirm')
  const sessions = {} as Record<Name, Headers>
  for (const name of Object.keys(accounts) as Name[])
    sessions[name] = await logInAs(url, name, wordOf[realmOfUser[name]])
  const {servers, arrIds} = await belongings({url, sessions, userIds, sims, arrs, spare})
  return {
    url,
    configFile,
    sims,
    arrs,
    servers,
    arrIds,
    userIds,
    sessions,
    expired,
    oldTokens,
    openMeanwhile,
    program,
    startSim,
    isBeginning,
    leap() {
      leaps++
      process.kill(program.pid, 'SIGUSR2')
    },
    now: () => Date.now() + leaps * LEAP_MS,
    allow: (name, at) => allow({url, sessions, userIds}, name, at),
    stop: () => begun.stop(),
  }
}

type Starts = (...given: ConstructorParameters<typeof Program>) => Program

/** Which of them are let in. */
async function lettingIn(url: string, proofs: Readonly<Record<string, Headers>>): Promise<readonly string[]> {
  const statuses = await Promise.all(
    Object.entries(proofs).map(async ([name, headers]) => {
      const {status} = await ask(url, headers, 'GET', '/api/servers')
      return {name, status}
    }),
  )
  return statuses
    .filter(({status}) => status === 200)
    .map(({name}) => `an ended ${name} lets in while the clock is in doubt`)
}

function fill({world}: SimServer, place: Place, random: Random, pool: number): void {
  const word = wordOf[place]
  const tracker = `https://${word}.example/${passkeyOf(place)}/announce`
  world.categories.set(`${word}-films`, `/srv/${word}/films`)
  world.tags.add(`${word}-tag`)
  for (let n = 0; n < pool; n++) {
    // What Nick's server says of them is what it knows itself.
    const isPretended = n < PRETENDED
    world.put({
      ...inventTorrent(world, random, 'stopped'),
      name: `${word} ${n}`,
      rootName: isPretended ? `data ${n}` : `${word} ${n}`,
      category: `${word}-films`,
      tags: [`${word}-tag`],
      savePath: isPretended ? `/srv/${place}` : `/srv/${word}`,
      comment: tracker,
      createdBy: word,
      autoManaged: false,
      isPrivate: false,
      fileCount: 2,
      trackers: [world.commands.tracker(tracker, 0), world.commands.tracker(`${tracker}/old`, 1)],
      webSeeds: [`https://${word}.example/${passkeyOf(place)}/seed`],
    })
  }
  for (let n = 0; n < RESTORABLE; n++) {
    const {torrent} = makeTorrent({name: `${word} file ${n}`, content: 1_000, trackers: [tracker]})
    const savePath = `/srv/${word}`
    world.put(fromTorrent(world, torrent, {state: 'stopped', running: false, savePath, addedAt: world.now()}))
  }
  world.settle()
}

/** Nick's server says of torrents of others that it has them, at the same places. */
function pretend(sims: Readonly<Record<Place, SimServer>>): void {
  for (const place of ['a', 'm'] as const) {
    for (const torrent of listed(sims[place]).slice(0, PRETENDED)) {
      const own = inventTorrent(sims.n.world, seededRandom(1), 'stopped')
      const {hash, size, sizeTotal, done, savePath} = torrent
      const name = `${wordOf.n} pretends`
      sims.n.world.put({...own, hash, size, sizeTotal, done, savePath, name, rootName: torrent.rootName})
    }
  }
}

export function listed({world}: SimServer): readonly SimTorrent[] {
  return [...world.list()]
}

function declared({sims, arrs, spare: count}: Pick<Moving, 'sims' | 'arrs' | 'spare'>): string {
  const ofFile = (['a', 'f'] as const).flatMap((place) => {
    const {server, password: secret, username} = sims[place]
    const word = wordOf[place]
    const spare = Array.from({length: count}, (_, n) => [
      `[qBit-${place}-${n}]`,
      `Url = "http://${word}-${n}.example:8080"`,
      'Disabled = true',
    ])
    const spareArr = Array.from({length: count}, (_, n) => [
      `[Radarr-${place}-${n}]`,
      `URI = "http://${word}-${n}.example:7878"`,
      `APIKey = "${secretOf(place)}"`,
      `Category = "spare-${place}-${n}"`,
      'Managed = false',
    ])
    return [
      [
        `[qBit-${place}]`,
        `Url = "${server.url}"`,
        `UserName = "${username}"`,
        `Password = "${secret}"`,
        `Storage = "${UNSEEN_DISK}"`,
      ],
      [
        `[Radarr-${place}]`,
        `URI = "${arrs[place].url}"`,
        `APIKey = "${secretOf(place)}"`,
        `Category = "arr-${place}"`,
        'Managed = true',
      ],
      ...spare,
      ...spareArr,
    ]
  })
  return `${[['[WebUI]', 'Host = "127.0.0.1"'], ...ofFile].map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** For a program so many days ago, which can become a day and an hour later at once. */
function timeOf(daysAgo: number): Readonly<Record<string, string>> {
  const realAt = performance.timeOrigin + performance.now()
  const time: WorldTime = {realAt, worldAt: Date.now() - daysAgo * DAY, factor: 1, leapMs: LEAP_MS}
  return {[WORLD_TIME]: JSON.stringify(time)}
}

/** Forty days ago people came, and somebody logged in and made a key; both have ended since. */
async function longAgo(args: readonly string[], starts: Starts) {
  const program = starts(args, {preload: 'lab/program-clock.ts', env: timeOf(40)})
  const api = await program.api()
  await api.setUp({username: 'Otto', password})
  const {url, headers} = api
  for (const [name, role] of Object.entries(accounts)) {
    if (name === 'Otto') continue
    // As people are asked in; a viewer gets an account without choosing anything.
    if (role === 'viewer') await got(url, headers, 'POST', '/api/users', {name, role, password})
    else {
      const {token} = await got<{token: string}>(url, headers, 'POST', '/api/invitations', {role})
      await got(url, {}, 'POST', '/api/invitations/accept', {token, username: name, password})
    }
  }
  const {users} = await got<{users: {id: string; name: Name}[]}>(url, headers, 'GET', '/api/users')
  const unused = await got<{token: string}>(url, headers, 'POST', '/api/invitations', {role: 'administrator'})
  const session = await logInAs(url, 'Mia', 'of old')
  const expires = Date.now() - 39 * DAY
  const {headers: key} = await makeKeyWithId(url, session, {
    name: 'of old',
    scopes: ['read', 'control', 'add'],
    expires_at: expires,
  })
  await program.end('SIGTERM')
  const userIds = Object.fromEntries(users.map(({id, name}) => [name, id])) as Record<Name, string>
  const oldTokens = {invitation: unused.token, setUp: printedTokens(program.out).setUp!}
  return {userIds, expired: {session, key}, oldTokens}
}

/** @returns its id, and the headers that prove it */
export async function makeKeyWithId(url: string, by: Headers, draft: object) {
  const {key, token} = await got<{key: {id: string}; token: string}>(url, by, 'POST', '/api/keys', {
    ...draft,
    password,
  })
  return {id: key.id, headers: {'x-api-token': token}}
}

interface Moving extends Pick<AttackWorld, 'url' | 'sessions' | 'userIds' | 'sims' | 'arrs'> {
  /** Sections of the file of each kind and place that may be changed. */
  readonly spare: number
}

/** The administrator and members add servers and Arrs, and share them; members where an administrator lets them. */
async function belongings({url, sessions, userIds, sims, arrs, spare}: Moving) {
  const servers = {a: 'qBit-a', f: 'qBit-f'} as Record<Place, string>
  const arrIds = {a: 'Radarr-a', f: 'Radarr-f'} as Record<Place, string>
  const share = async (place: 'a' | 's' | 'l') => {
    await got(url, sessions.Ada, 'PUT', `/api/servers/${servers[place]}/sharing`, sharingOf(place, userIds))
    await got(url, sessions.Ada, 'PUT', `/api/arrs/${arrIds[place]}/sharing`, sharingOf(place, userIds))
  }
  await share('a')
  for (const id of Array.from({length: spare}, (_, n) => `a-${n}`)) {
    await got(url, sessions.Ada, 'PUT', `/api/servers/qBit-${id}/sharing`, sharingOf('a', userIds))
    await got(url, sessions.Ada, 'PUT', `/api/arrs/Radarr-${id}/sharing`, sharingOf('a', userIds))
  }
  for (const place of ['a', 'f'] as const) {
    await got(url, sessions.Ada, 'PATCH', `/api/servers/${servers[place]}`, {tags: [wordOf[place]]})
  }
  for (const place of ['s', 'l', 'm', 'n'] as const) {
    const by = sessions[ownerOf[place]]
    const {server, username, password: secret} = sims[place]
    const name = wordOf[place]
    const own = ownerOf[place] === 'Ada' ? {storage: UNSEEN_DISK} : {}
    const draft = {kind: 'qbittorrent', name, url: server.url, username, password: secret, ...own}
    // Each member where the administrator lets this one.
    if (ownerOf[place] !== 'Ada') {
      for (const at of [server.url, arrs[place].url])
        await allow({url, sessions, userIds}, ownerOf[place], at)
    }
    servers[place] = (await got<{id: string}>(url, by, 'POST', '/api/servers', draft)).id
    const arr = {
      kind: 'radarr',
      name,
      url: arrs[place].url,
      api_key: secretOf(place),
      category: `arr-${place}`,
    }
    arrIds[place] = (await got<{id: string}>(url, by, 'POST', '/api/arrs', arr)).id
  }
  await share('s')
  await share('l')
  for (const place of places) {
    await until(
      () => got<{torrents: number}>(url, sessions.Otto, 'GET', `/api/servers/${servers[place]}`),
      ({torrents}) => torrents === sims[place].world.size,
    )
  }
  return {servers, arrIds}
}

async function allow(
  {url, sessions, userIds}: Pick<AttackWorld, 'url' | 'sessions' | 'userIds'>,
  name: Name,
  at: string,
): Promise<void> {
  const {member_addresses: known} = await got<{member_addresses: object[]}>(
    url,
    sessions.Otto,
    'GET',
    '/api/settings',
  )
  const added = {user_id: userIds[name], address: '127.0.0.1', port: Number(new URL(at).port)}
  await got(url, sessions.Otto, 'PATCH', '/api/settings', {member_addresses: [...known, added]})
}

export const ownerOf: Readonly<Record<Place, Name>> = {
  a: 'Ada',
  f: 'Ada',
  s: 'Ada',
  l: 'Ada',
  m: 'Mia',
  n: 'Nick',
}

/** What is shared with Mia and Vic; the file's own stays as it is shipped. */
export function sharingOf(place: 'a' | 's' | 'l', {Mia, Vic}: Readonly<Record<Name, string>>): object {
  if (place === 'a') return {everyone: null, users: []}
  const level = place === 's' ? 'view' : 'control'
  return {everyone: null, users: [Mia, Vic].map((user_id) => ({user_id, level}))}
}

/* ───────────────────────────── an Arr ───────────────────────────── */

const clientSettings = {
  id: 1,
  enableCompletedDownloadHandling: true,
  autoRedownloadFailed: true,
  autoRedownloadFailedFromInteractiveSearch: true,
}

/** So many its indexers have of its film, as each is grabbed once from a list. */
export const RELEASES = 40

/** Behind the address of an Arr, with a number: the same Arr, which another Commodarr looks after. */
export const HELD_ARR = '/held-'

/** How another Commodarr says in an Arr that it looks after it. Source: `#arr-client/api/webhook.ts`. */
const markOfAnother = {
  id: 1,
  implementation: 'Webhook',
  name: 'Commodarr looks after this (do not remove)',
  fields: [{name: 'url', value: 'http://commodarr.invalid/instance/another-one?run=elsewhere&at=1'}],
}

async function startArr(place: Place): Promise<{server: Server; arr: SimpleArr}> {
  const word = wordOf[place]
  const commands: string[] = []
  const marks = new Map<string, object>()
  const media = {id: 1, copyUsingHardlinks: false, recycleBin: ''}
  const answers: Readonly<Record<string, unknown>> = {
    '/api': {current: 'v3', deprecated: []},
    '/api/v3/system/status': {appName: 'Radarr', instanceName: word, version: '5.14.0', isDocker: false},
    '/api/v3/downloadclient': [],
    '/api/v3/remotepathmapping': [],
    '/api/v3/rootfolder': [{id: 1, path: `/${word}`, accessible: true, freeSpace: 1e12}],
    '/api/v3/qualityprofile': [],
    '/api/v3/indexer': [],
    '/api/v3/config/downloadclient': clientSettings,
    '/api/v3/config/mediamanagement': media,
    '/api/v3/queue/details': [],
    '/api/v3/queue': {page: 1, pageSize: 1000, totalRecords: 0, records: []},
    '/api/v3/movie': [],
    '/api/v3/movie/1': {id: 1, title: word, year: 2020, monitored: true, hasFile: false},
    '/api/v3/release': Array.from({length: RELEASES}, (_, weight) => ({
      guid: `${secretOf(place)} ${weight}`,
      indexerId: 1,
      title: `${word} ${weight}`,
      approved: true,
      releaseWeight: weight,
      rejections: [],
    })),
    '/api/v3/health': [],
    '/api/v3/notification': [],
    '/api/v3/history': {page: 1, pageSize: 1000, totalRecords: 0, records: []},
    '/api/v3/history/since': [],
    '/api/v3/tag': [],
    '/api/v3/customformat': [],
    '/api/v3/command': [],
    '/api/v3/wanted/missing': {page: 1, pageSize: 1000, totalRecords: 0, records: []},
    '/api/v3/wanted/cutoff': {page: 1, pageSize: 1000, totalRecords: 0, records: []},
  }
  const server = createServer((request, reply) => {
    const whole = new URL(request.url!, 'http://arr').pathname
    const held = /^\/held-\d+(?=\/)/.exec(whole)?.[0]
    const path = whole.slice(held?.length ?? 0)
    const isKnown = request.headers['x-api-key'] === secretOf(place)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const isChange = request.method !== 'GET'
      // It sets up how it is told of news itself.
      if (isKnown && isChange && !path.includes('/notification'))
        commands.push(`${request.method} ${path} ${body}`)
      const sent = isChange && body.startsWith('{') ? (JSON.parse(body) as object) : {}
      if (isKnown && isChange && held !== undefined && path.includes('/notification/')) marks.set(held, sent)
      const isMark = held !== undefined && path === '/api/v3/notification'
      const known = isMark ? [marks.get(held) ?? markOfAnother] : answers[path]
      const answer = isChange ? {id: 1, ...sent} : known
      const status = isKnown ? (answer === undefined ? 404 : 200) : 401
      reply.writeHead(status, {'content-type': 'application/json'})
      reply.end(isKnown ? JSON.stringify(answer ?? {}) : '')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {server, arr: {url, commands}}
}
