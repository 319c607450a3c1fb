/**
 * A field that is the same whoever asks, and however servers and Arrs do, tells nothing: `arrs: []` was one. Every GET
 * is asked in states that differ, by people who see different things; what is the same in all of them has its reason
 * below. What is told of servers and torrents is compared with what they have themselves.
 */
import {rmSync} from 'node:fs'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {inventTorrent} from '#lab/simulators/invented-torrent.ts'
import {seededRandom} from '#lab/simulators/random.ts'
import type {NewTorrent, SimTorrent} from '#lab/simulators/sim-torrent.ts'
import type {World} from '#lab/simulators/world.ts'
import {isFull} from '../proof.ts'
import {
  A,
  B,
  hashAt,
  HOUR,
  MINUTE,
  ScenarioHarness,
  trackerOf,
} from '../scenarios/scenario-harness.fixture.ts'
import {filmRelease} from './acting-harness.fixture.ts'
import {newFolder, type Answer, type Api} from './program.fixture.ts'

const T = 'Transmission-A'
const R = 'rTorrent-A'
const HOLDS = 20
/** bytes/s that each kind of server can say exactly. */
const UNIT = 1_024_000
const password = 'an ample password'
const film = filmRelease('Some.Film.2020.1080p')
const random = seededRandom(3)

let harness: ScenarioHarness
const started: ScenarioHarness[] = []
let disk = ''
beforeEach(() => {
  disk = newFolder()
})
afterEach(async () => {
  for (const one of started.splice(0)) await one.stop()
  rmSync(disk, {recursive: true, force: true})
})

/* ───────────────────────────── what may be the same ───────────────────────────── */

/** Fields that differ in none of the states of this test, and why. Each pattern stands for at least one field. */
const reasons: readonly (readonly [pattern: RegExp, why: string])[] = [
  [
    /^getStatus\.(webui|version|demo|ready|observing) |^getSession\.(demo|setup_needed|ways\.\w+) /,
    'one program, started once',
  ],
  [/^getStatus\.qbit\.(host|port|version) /, 'the first server, for tools that know one'],
  [
    /^(listTorrents\.(offset|limit)|getHistory\.span|\w+\.next_(before|after)) /,
    'nobody asked for another page',
  ],
  [
    /^listArrs\.new_rules |^(listNext\.waiting\[\]|listActions\.actions\[\]|getAction)\.progress /,
    'nobody set how careful rules of new Arrs are, and no data is moved here: `set-up.test.ts`, `data-progress.test.ts`',
  ],
  [/^getHistory\.(reporting|sum|servers\[\]\.values) /, 'no samples are kept here: `history.test.ts`'],
  [
    /^getTrackerHistory\.(span|trackers|reporting) |^getTorrentHistory\.(span|downloaded|uploaded|progress|marks\[\]\.arr_id) /,
    'none of traffic either: `traffic.stores.test.ts`, `torrent-history.test.ts`',
  ],
  [
    /^(listActivity\.stories\[\]|countActivity|countActivity\.hidden|getToday|getToday\.lines\[\])\.(complete|actor|rule_id|reason|bytes|began_at|outages) /,
    'a few actions of one person in one hour: `activity.test.ts`, `today.test.ts`, `day-summary.test.ts`',
  ],
  [
    /^listNext\.waiting\[\]\.(message|until|waits_for_arr|step|ended_by|arr_id) /,
    'nothing that waits failed before, and no action of several steps is under way: `activity-next.test.ts`',
  ],
  [/^listNext\.waiting\[\]\.(by|undone) /, 'nobody had a rule wait: `activity-next.test.ts`'],
  [
    /^listSharedViews\.views\[\]\.(icon|definition\.\w+|shared_with|updated_at) /,
    'each user shares one view of one kind: `saved-views.test.ts`',
  ],
  [
    /^listSeenTrackers\.trackers\[\]\.(profile_id|colour|servers|asks) /,
    'nobody gave a tracker a profile: `trackers.test.ts`',
  ],
  [/^explainTorrent\.media /, 'a torrent of no Arr: `torrent-explanation.test.ts`'],
  [/^explainTorrent\.moved /, 'none came from another server: `copies-by-hand.lab.test.ts`'],
  [
    /^getLinks\.(content|torrents|torrents_hidden|library\[\]\.\w+|removal\.[\w.[\]]+) /,
    'torrents that share nothing, on disks that are not seen: `torrent-links.test.ts`, `removal-preview.test.ts`',
  ],
  [
    /^countRuleActions\.(is_all|rules\[\]\.(matched|tallies\[\]\.day)) /,
    'a few actions of one day: `rules.test.ts`, `rule-tallies.stores.test.ts`',
  ],
  [
    /^listAbsentRules\.presets\[\]\.rules\[\]\.rule\./,
    'the rules of a preset, of one configuration: `src/rules/presets`',
  ],
  [
    /^explainTorrent\.verdict\.(says|follows|reasons\[\]\.says)\.values\.\w+\.unit /,
    'each value has one unit: `torrent-verdict.test.ts`',
  ],
  [/\.(evidence|decided)\./, 'what a rule saw; its own tests have the rest: `src/rules`'],
  [
    /^(getRule|listRules\.rules\[\])\.((configured_)?mode|mode_then|origin|may|trial_until|suspended|obstacle|gone|cannot|subject|(created|revised|changed)_at|actions|arrs|rule(\.[\w[\]]+)*) /,
    'the rules of one configuration, and none that failed: `rules.test.ts`',
  ],
  [
    /^explainTorrent\.rules\[\]\.(acts_in|kept_back_by) /,
    'none of them waits: `torrent-explanation.test.ts`',
  ],
  [/\.pending = /, 'for the moments of a command'],
  [/\.queued_check = /, 'simulated servers check at once'],
  [
    /^getTorrent\.torrents\[\]\.(size|size_total|has_metadata) |^getMore\.file_count |^listPeers\.peers\[\]\.down_speed /,
    'twelve torrents that were made alike',
  ],
  [
    /^getTimeline\.(milestones\[\]\.arr_id|entries\[\]\.(user_id|address|origin|subject|code|message|cause_id|there|repeated|undo)) /,
    'nobody but one rule did anything to these torrents: `journal.test.ts`',
  ],
  [/^listJournal\.entries\[\]\.cause_id /, 'nothing here was an answer to something else: `journal.test.ts`'],
  [
    /^(listActions\.actions\[\]|getAction)\.(held_until|retry_of|cancelled|confirmable|counts\.unconfirmed|problems_omitted|undo\.(unknown|slow)) /,
    'all that people did was answered at once, and refused for nothing that can be confirmed: `actions.test.ts`',
  ],
  [
    /^(listSessions\.sessions\[\]\.(via|address|user_agent|current)|(listUsers\.users\[\]|getUser|getOwnUser)\.(origin|two_step|disabled|has_password)) /,
    'all came in with a password, from here: `session.test.ts`, `two-step.test.ts`',
  ],
  [
    /^listInvitations\.invitations\[\]\.(created_by|created_at|expires_at) |^listViews\.views\[\]\.(created_at|updated_at) /,
    'made by one person in one moment',
  ],
  [
    /^listTrash\.items\[\]\.(server_id|server_name|verb|files|under_way|restoring|failed|found|message|not_restored|in_library|arr_id|library_away|rule|user_name) /,
    'one removal without its data: `trash.test.ts`',
  ],
  [
    /^listApprovals\.approvals\[\]\.(rule|reason|subject|server_id|server_name|arr_id|at|until|actions|evidence|hold|message) /,
    'all asked by one rule: `approvals.fleet.test.ts`',
  ],
  [
    /^listOrphans\.(progress|started_at|ended_at|folders) /,
    'no scan goes on or went on before: `orphan-watch.test.ts`',
  ],
  [
    /^listOrphans\.(is_looking|orphans|spared|left_off|folders\[\]\.(servers|held|claimed|orphans|spared|bytes)) /,
    'one disk, of which no server says that it has files there: `s09-orphans.fleet.test.ts`',
  ],
  [/^listLibrary\.(items\[\]\.\w+|counts\.\w+|offset|limit) /, 'one film of one Arr: `library.test.ts`'],
  [/^listWanted\./, 'what is searched of one Arr: `wanted.test.ts`'],
  [/^listRequests\./, 'no Arr takes requests there: `requests.test.ts`'],
  [
    /^(listSearches|getSearch)\.|^getStatus\.arrs\[\]\.searches[. ]/,
    'what one Arr searched: `searches.test.ts`, `fleet.test.ts`',
  ],
  [
    /^getArrQueue\.rows\[\]\.(row|torrents\[\]|next|waits|triage)[. ]/,
    'one download of one Arr: `arrs.test.ts`',
  ],
  [/^(listArrs\.arrs\[\]|getArr)\.manager\.checks\[\]\./, 'one check of one Arr: `arrs.test.ts`'],
  [
    /^listRuleOverlaps\.overlaps\[\]\.(rule_id|other_id) /,
    'two rules alone are about the same torrents: `rules/overlaps.test.ts`',
  ],
  [/\.obstacle = /, 'nothing is in the way of any of them: `secrets.test.ts`, `clashes.test.ts`'],
  [
    /^getServerDefinition\.(secrets\.http_proxy|tls\.ca|path_mappings\[\]\.ours) |^getArrDefinition\.(access|skip_tls_verify|as_toml|secrets|sharing\.users|sources\[\]\.(from|variable|value)) /,
    'as one person wrote it: `send-back.fleet.test.ts`',
  ],
  [
    /^listPathMappings\.path_mappings\[\]\.(to|verdict) /,
    'one mapping, to an empty folder: `s56-wrong-mapping.fleet.test.ts`',
  ],
  [/^getServerSection\.settings = \{\}/, 'this program has no file: `server-editing.test.ts`'],
  [/^getSettings\.password_log_in /, 'it takes another way to log in to be off: `settings.test.ts`'],
  [
    /^listProcesses\.(media_probe|processes\[\]\.(state|since|restarts|last_end|next_start_at|pulse\.heap_used)) /,
    'managers are no threads here: `processes.test.ts`',
  ],
]

/* ───────────────────────────── sources that differ ───────────────────────────── */

const states = [
  'downloading',
  'seeding',
  'error',
  'checking',
  'stopped',
  'metadata',
  'queued',
  'missingFiles',
] as const

/** No two are alike in any field. */
function odd(server: string, index: number, world: World): Partial<NewTorrent> {
  const isOdd = index % 2 === 1
  const state = states[index % states.length]!
  const isWhole = state === 'seeding' || state === 'stopped'
  const files = [0, 1, 2].map((at) => ({
    path: `${server} ${index}/${at}.mkv`,
    size: 1_000_000 * (at + 1),
    done: isWhole ? 1_000_000 * (at + 1) : 500_000 * at,
    priority: at === 1 ? ('high' as const) : ('normal' as const),
  }))
  return {
    ...inventTorrent(world, random, 'lively', state),
    ...(state !== 'metadata' && {
      files,
      fileCount: files.length,
      size: 6_000_000,
      sizeTotal: 6_000_000,
      done: isWhole ? 6_000_000 : 1_500_000,
      completedAt: isWhole ? world.now() - index * HOUR : null,
      seedingTime: isWhole ? index * HOUR : 0,
    }),
    hash: hashAt(server, index),
    hashV2: isOdd && server === A ? hashAt(server, index) + 'c'.repeat(24) : null,
    priority: isOdd ? 'high' : 'normal',
    downLimit: isOdd ? (index + 1) * UNIT : null,
    upLimit: isOdd ? null : (index + 2) * UNIT,
    ratioLimit: isOdd ? 2 + index : 'inherit',
    seedingTimeLimit: isOdd ? 6_000 * (index + 1) : 'inherit',
    idleLimit: isOdd ? 600 * (index + 1) : 'inherit',
    superSeeding: isOdd,
    sequential: isOdd,
    firstLast: isOdd,
    autoManaged: isOdd,
    sessionDownloaded: index * 1_000,
    sessionUploaded: index * 3_000,
    wasted: index,
    seedsConnected: index,
    peersConnected: index + 1,
    pieceSize: isOdd ? 1_048_576 : 4_194_304,
    incompletePath: isOdd ? `/srv/incomplete/${index}` : null,
    availability: index / 4,
    errorText: state === 'error' ? `disk ${index} is full` : '',
    trackers: [
      Object.assign(trackerOf(world, `t${index}.example`, isOdd ? `refused ${index}` : '', 0), {
        seeds: index,
        leeches: index + 3,
        downloaded: index,
        ...(isOdd && {mayAnnounceAt: world.now() + 60}),
      }),
      trackerOf(world, `other${index}.example`, '', 1),
    ],
  }
}

const sections = `
[Settings]
Tagless = false
[Radarr-films]
Managed = true
Category = "films"
URI = "http://radarr"
APIKey = "KEY-radarr"
ReSearch = false
[Sonarr-off]
Managed = false
Category = "tv"
URI = "http://elsewhere"
APIKey = "KEY-radarr"
`

const configOf = () => `${sections}
["${A}".PathMappings]
"/srv/downloads" = ${JSON.stringify(disk)}
["${A}".CategorySeeding]
MaxUploadRatio = 3.5
`

async function start(config: string): Promise<void> {
  const each = (server: string) => (index: number, world: World) => odd(server, index, world)
  harness = await ScenarioHarness.start({
    settled: 5,
    servers: [
      {name: A, torrents: HOLDS, each: each(A)},
      {name: B, torrents: 3, version: '4.6.7'},
      {name: T, kind: 'transmission', torrents: 6, each: each(T)},
      {name: R, kind: 'rtorrent', torrents: 6, each: each(R)},
    ],
    releases: [film],
    arrs: [
      {
        name: 'radarr',
        app: 'radarr',
        downloadClients: [{name: A, category: 'films'}],
        library: [{title: 'Some Film', year: 2020}],
      },
      {name: 'sonarr', app: 'sonarr', downloadClients: [{name: A, category: 'mine'}]},
    ],
    config,
  })
  started.push(harness)
}

/** Each server has other figures than the others, and than before. */
function stir(round: number): void {
  for (const [at, {world}] of [...harness.acting.servers.values()].entries()) {
    const n = at + 10 * round + 1
    const [down, up, altDown, altUp] = [4, 3, 2, 1].map((times) => times * n * UNIT)
    world.limits = {down: down!, up: up!, altDown: altDown!, altUp: altUp!, altOn: n % 2 === 0}
    world.free = n * 1e11
    Object.assign(world.allTime, {downloaded: n * 1e12, uploaded: n * 2e12})
    Object.assign(world.session, {downloaded: n * 1e9, uploaded: n * 2e9})
    world.swarm = {connection: n % 2 === 0 ? 'firewalled' : 'connected', dhtNodes: n * 10, peers: n}
  }
}

/* ───────────────────────────── asking ───────────────────────────── */

async function ask(by: Api, method: string, path: string, body?: object): Promise<Answer> {
  const answer = (await harness.acting.answered(by.send(method, path, body)))!
  return answer
}

/** @throws when it is refused */
async function made<T>(by: Api, method: string, path: string, body?: object): Promise<T> {
  const {status, body: reported} = await ask(by, method, path, body)
  if (status > 299) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(reported)}`)
  return reported as T
}

/** What one field was, each time. */
interface Field {
  readonly values: Set<string>
  times: number
}

/** By operation and path. Of what is in lists and maps all are one. */
type Fields = Map<string, Field>

/** Described by themselves, and no state of anything. */
const notAsked = /^\/api\/(docs|openapi|live|oidc)|\/rules\/(vocabulary|examples)$|keys$|\/export$/

/** Everything that somebody may read, of all there is. */
async function readAll(by: Api, fields: Fields): Promise<void> {
  const idsAt = async (path: string, of: string, name: string) => {
    const {status, body} = await ask(by, 'GET', path)
    const all = status === 200 ? (body as Record<string, readonly Record<string, string>[]>)[of]! : []
    return all.map((it) => it[name]!)
  }
  const ids: Readonly<Record<string, readonly string[]>> = {
    servers: await idsAt('/api/servers', 'servers', 'server_id'),
    arrs: await idsAt('/api/arrs', 'arrs', 'id'),
    rules: (await idsAt('/api/rules', 'rules', 'id')).filter((_, at, all) => at < 2 || at === all.length - 1),
    users: await idsAt('/api/users', 'users', 'id'),
    actions: await idsAt('/api/actions', 'actions', 'action_id'),
  }
  const torrents = [A, T, R].flatMap((server) =>
    [0, 1, 2, 3].map((index) => ({server, hash: hashAt(server, index)})),
  )
  for (const {method, url, schema} of harness.acting.app.http.routes) {
    if (method !== 'GET' || !url.startsWith('/api/') || notAsked.test(url)) continue
    const urls = url.includes(':hash')
      ? torrents.map(({server, hash}) => `${url.replace(':hash', hash)}?server_id=${server}`)
      : url.includes(':id')
        ? (ids[url.split('/')[2]!] ?? []).map((id) => url.replace(':id', encodeURIComponent(id)))
        : [url]
    const operation = 'operationId' in schema ? schema.operationId : url
    for (const one of urls) {
      const {status, body} = await readOne(by, one)
      if (status === 200) note(fields, operation, body)
    }
  }
}

/** `null` for what is no JSON. */
async function readOne(by: Api, url: string): Promise<Answer> {
  const asked = harness.acting.app.http.app.inject({method: 'GET', url, headers: by.headers})
  const answer = (await harness.acting.answered(Promise.resolve(asked)))!
  const isJson = String(answer.headers['content-type']).includes('json')
  return {status: answer.statusCode, body: isJson ? answer.json() : null}
}

function note(fields: Fields, path: string, value: unknown): void {
  const field = fields.get(path) ?? {values: new Set(), times: 0}
  fields.set(path, field)
  field.values.add(JSON.stringify(value))
  field.times++
  if (Array.isArray(value)) for (const one of value) note(fields, `${path}[]`, one)
  else if (value !== null && typeof value === 'object') {
    for (const [name, one] of Object.entries(value)) note(fields, childOf(path, name), one)
  }
}

const maps = /\.(qbitInstances|distribution|distribution\[\])$/

/** One field; of maps by names of servers and categories all are one. */
function childOf(path: string, name: string): string {
  return maps.test(path) || !/^[a-z][a-z0-9_]*$/i.test(name) ? `${path}[]` : `${path}.${name}`
}

/**
 * Fields that were the same each time, and always there. What is within a thing that was the same as a whole says
 * nothing of its own; of a list with one thing in it nothing can be compared.
 */
function sameIn(fields: Fields): readonly string[] {
  return [...fields].flatMap(([path, {values, times}]) => {
    const parent = fields.get(path.replace(/(\[\]|\.[^.[]*)$/, ''))
    const isAlone = path.endsWith('[]') || parent === undefined
    if (values.size > 1 || isAlone || parent.values.size === 1 || times < parent.times) return []
    return [`${path} = ${[...values][0]!.slice(0, 100)}`]
  })
}

test.runIf(isFull)(
  'every field of every answer differs somewhere, or it is said why not',
  {timeout: 900_000},
  async () => {
    await start(configOf())
    const fields: Fields = new Map()
    const {api} = harness.acting
    await readAll(api, fields)
    const ada = await person('ada', 'administrator')
    const vic = await person('vic', 'viewer')
    const mia = await person('mia', 'member')
    await keep(ada.api, 1)
    await keep(vic.api, 2)
    const limited = await keyOf(vic.api)
    await happen(ada.api)
    await change(ada.api, vic.id)
    stir(1)
    await harness.pass(2 * MINUTE)
    await readAll(ada.api, fields)
    const {items} = await made<{items: readonly {id: string}[]}>(ada.api, 'GET', '/api/trash')
    await made(ada.api, 'DELETE', `/api/trash/${items[0]!.id}`)
    const tagged = await act(ada.api, 'addTags', [A, 5], [A, 6], [T, 5])
    await made(ada.api, 'POST', `/api/actions/${tagged.action_id}/undo`)
    await harness.pass(MINUTE)
    await readAll(ada.api, fields)
    // What takes its time: questions of rules, looks at disks, a server and an Arr that are away, one that left.
    stir(2)
    harness.acting.arr('radarr').arr.faults.add({kind: '500'})
    await harness.away(T)
    harness.world(A).restart({from: 3, shortListFor: 5 * MINUTE})
    await harness.acting.reconfigure(configOf(), {[B]: null})
    await ask(ada.api, 'POST', '/api/orphans/look')
    await harness.pass(45 * MINUTE)
    await act(ada.api, 'recheck', [T, 0], [T, 1])
    for (const by of [ada.api, mia.api, vic.api, limited]) await readAll(by, fields)
    harness.acting.arr('radarr').arr.faults.clear()
    for (const server of [A, R]) await harness.away(server)
    await harness.pass(10 * MINUTE)
    await readAll(ada.api, fields)

    const same = sameIn(fields)
    expect(same.filter((it) => !reasons.some(([pattern]) => pattern.test(it)))).toEqual([])
    expect(fields.size).toBeGreaterThan(1_500)
    const all = Array.from(fields.keys(), (path) => `${path} = {}`)
    const stale = reasons.filter(([pattern]) => !all.some((path) => pattern.test(path)))
    expect(stale.map(([, why]) => why)).toEqual([])
  },
)

test('a list that is always empty is a field that is always the same', () => {
  const fields: Fields = new Map()
  const answer = {arrs: [], at: 1, server: {name: 'a', port: 1}, servers: [{id: 'a', kind: 'x'}]}
  note(fields, 'one', answer)
  note(fields, 'one', {...answer, at: 2, server: {name: 'b', port: 1}, servers: [{id: 'b', kind: 'x'}]})
  expect(sameIn(fields)).toEqual(['one.arrs = []', 'one.server.port = 1', 'one.servers[].kind = "x"'])
})

/* ───────────────────────────── as they have it themselves ───────────────────────────── */

interface Reported {
  readonly server_id: string
  readonly torrents: number
  readonly stale: number
  readonly stats: object | null
  readonly last_stats: object | null
  readonly health: {readonly status: string}
}

type Rows = {
  readonly total: number
  readonly torrents: readonly (Readonly<Record<string, unknown>> & {readonly server_id: string})[]
}

/** A server, as somebody who asked it now would tell. */
function figuresOf(server: string, {limits, free, session, downSpeed, upSpeed}: World): object {
  // rTorrent has no second set of limits, and does not tell how much room it has.
  const [down, up] = limits.altOn && server !== R ? [limits.altDown, limits.altUp] : [limits.down, limits.up]
  return {
    down_speed: downSpeed,
    up_speed: upSpeed,
    down_limit: down,
    up_limit: up,
    ...(server !== R && {free_space: free}),
    session_downloaded: session.downloaded,
    session_uploaded: session.uploaded,
  }
}

function rowOf(server: string, it: SimTorrent): object {
  const {name, size, done, uploaded, category, tags, downLimit, upLimit} = it
  const row = {server_id: server, info_hash: it.hash, name, size, completed: done, uploaded, category}
  // Without its metadata each kind has another name for it, and no size.
  if (!it.hasMetadata) return {server_id: server, info_hash: it.hash, category}
  // rTorrent has groups with limits, and none of a torrent.
  const limits = server === R ? {} : {down_limit: downLimit, up_limit: upLimit}
  return {...row, tags: tags.toSorted(), ...limits}
}

/** @param seen servers that they see, with the status of each that is not online */
async function expectTrue(by: Api, seen: Readonly<Record<string, string>>): Promise<void> {
  const names = Object.keys(seen).toSorted()
  const isOnline = (name: string) => seen[name] === 'online'
  const worldOf = (name: string) => harness.acting.servers.get(name)?.world ?? null
  const {servers} = await made<{servers: readonly Reported[]}>(by, 'GET', '/api/servers')
  expect(Object.fromEntries(servers.map((it) => [it.server_id, it.health.status]))).toEqual(seen)
  for (const it of servers) {
    const world = worldOf(it.server_id)
    expect({...it}).toMatchObject({server_id: it.server_id, torrents: world?.size ?? 0})
    if (isOnline(it.server_id)) expect(it.stats).toMatchObject(figuresOf(it.server_id, world!))
    else expect({stats: it.stats, last: it.last_stats !== null}).toEqual({stats: null, last: world !== null})
    const {status, body} = await ask(by, 'GET', `/api/servers/${it.server_id}/limits`)
    if (isOnline(it.server_id)) expect(body).toMatchObject({down: world!.limits.down, up: world!.limits.up})
    else expect(status).toBe(503)
  }
  const {total, torrents} = await made<Rows>(by, 'GET', '/api/torrents?limit=1000')
  const expected = names.flatMap((name) => [...(worldOf(name)?.list() ?? [])].map((it) => rowOf(name, it)))
  const reported = torrents.map(
    ({server_id, info_hash, name, size, completed, uploaded, category, ...more}) => {
      if (more['has_metadata'] === false) return {server_id, info_hash, category}
      const row = {server_id, info_hash, name, size, completed, uploaded, category}
      const limits = server_id === R ? {} : {down_limit: more['down_limit'], up_limit: more['up_limit']}
      return {...row, tags: (more['tags'] as string[]).toSorted(), ...limits}
    },
  )
  const byHash = (all: readonly object[]) => all.map((it) => JSON.stringify(it)).toSorted()
  expect([total, byHash(reported)]).toEqual([expected.length, byHash(expected)])
  for (const row of torrents)
    expect([row.server_id, row['stale']]).toEqual([row.server_id, !isOnline(row.server_id)])
  const {totals} = await made<{totals: Readonly<Record<string, number>>}>(by, 'GET', '/api/transfer')
  const online = names.filter(isOnline).map((name) => worldOf(name)!)
  const sum = (of: (world: World) => number) => online.reduce((all, world) => all + of(world), 0)
  expect(totals).toMatchObject({
    down_speed: sum((it) => it.downSpeed),
    session_uploaded: sum((it) => it.session.uploaded),
  })
  const status = await made<{qbitInstances: Readonly<Record<string, {alive: boolean; torrents: number}>>}>(
    by,
    'GET',
    '/api/status',
  )
  const alive = Object.entries(status.qbitInstances).map(([name, it]) => [name, it.alive])
  expect(Object.fromEntries(alive)).toEqual(Object.fromEntries(names.map((name) => [name, isOnline(name)])))
  const {distribution} = await made<{
    distribution: Readonly<Record<string, Readonly<Record<string, number>>>>
  }>(by, 'GET', '/api/torrents/distribution')
  const counted = Object.values(distribution)
    .flatMap((of) => Object.values(of))
    .reduce((all, it) => all + it, 0)
  expect(counted).toBe(expected.length)
}

test('servers are shown as they are: online, warming, away, never seen and gone, to users who see them', async () => {
  await start('')
  const {api} = harness.acting
  stir(1)
  const vic = await person('vic', 'viewer')
  const limited = await keyOf(vic.api)
  await made(api, 'POST', '/api/servers', {
    kind: 'rtorrent',
    name: 'Mine',
    url: 'http://192.168.7.7:8000/RPC2',
  })
  const {servers} = await made<{servers: readonly Reported[]}>(api, 'GET', '/api/servers')
  const never = servers.find((it) => !harness.acting.servers.has(it.server_id))!.server_id
  await harness.pass(MINUTE)
  const all = {[A]: 'online', [B]: 'online', [T]: 'online', [R]: 'online'}
  await expectTrue(api, {...all, [never]: 'unreachable'})
  await expectTrue(vic.api, all)
  await expectTrue(limited, {[A]: 'online'})
  stir(2)
  await harness.away(T)
  await harness.pass(2 * MINUTE)
  await expectTrue(vic.api, {...all, [T]: 'unreachable'})
  await expectTrue(limited, {[A]: 'online'})
  harness.world(B).restart({from: 1, shortListFor: 10 * MINUTE})
  await harness.pass(10)
  // What it does not list yet is kept, and nothing of it is told as if it were so now.
  const warming = await made<Reported>(api, 'GET', `/api/servers/${B}`)
  expect(warming).toMatchObject({torrents: 3, health: {status: 'warming'}})
  const {torrents} = await made<Rows>(api, 'GET', `/api/torrents?server_id=${B}`)
  expect(torrents.filter((it) => it['stale'])).toHaveLength(2)
  await harness.acting.reconfigure('', {[A]: null, [B]: null, [T]: null, [R]: null})
  await made(api, 'DELETE', `/api/servers/${never}`)
  await harness.pass(MINUTE)
  for (const by of [api, vic.api]) await expectTrue(by, {})
})

/* ───────────────────────────── what people keep ───────────────────────────── */

async function person(name: string, role: string): Promise<{readonly api: Api; readonly id: string}> {
  const {id} = await made<{id: string}>(harness.acting.api, 'POST', '/api/users', {name, role, password})
  const api = harness.acting.api.as()
  await api.logIn(name, password)
  return {api, id}
}

async function keyOf(by: Api): Promise<Api> {
  const key = {name: 'k', scopes: ['read'], servers: [A], password}
  return by.as({'x-api-token': (await made<{token: string}>(by, 'POST', '/api/keys', key)).token})
}

/** Views, and what goes with them, as somebody has them. */
async function keep(by: Api, n: number): Promise<void> {
  for (const at of [n, n + 10]) {
    await made(by, 'POST', '/api/views', {
      name: `View ${at}`,
      ...(at > 10 && {icon: 'star', shared_with: 'everyone'}),
      definition: {
        q: `ratio>${at}`,
        sort: at > 10 ? ['-added_at', 'name'] : ['name'],
        ...(at > 10 && {
          servers: [A],
          group: 'category',
          columns: [{id: 'name', width: 100 + at, pinned: true}, {id: 'size'}],
          density: 'compact',
          layout: 'cards',
        }),
      },
    })
  }
}

async function change(ada: Api, vic: string): Promise<void> {
  await made(ada, 'POST', '/api/servers', {
    kind: 'rtorrent',
    name: 'Mine',
    url: 'http://192.168.7.7:8000/RPC2',
    path_mappings: [{server: '/data', ours: disk}],
    storage: 'attic',
    category_source: 'path',
    allow_execute: true,
    download_roots: ['/data'],
    poll_seconds: 30,
    timeout_seconds: 20,
    tags: ['home'],
    colour: '#010203',
    icon: 'home',
    default_for_adding: true,
    tls: {ca: null, skip_verify: true},
  })
  await made(ada, 'POST', '/api/servers', {
    kind: 'qbittorrent',
    name: 'Off',
    url: 'http://192.168.7.7:8080',
    enabled: false,
    basic_auth: {username: 'proxy', password: 'hidden'},
    api_key: 'hidden',
  })
  await made(ada, 'POST', '/api/arrs', {
    kind: 'sonarr',
    name: 'Mine',
    url: 'http://sonarr',
    category: 'mine',
    api_key: harness.acting.arr('sonarr').apiKey,
  })
  await made(ada, 'PATCH', '/api/settings', {
    audit_days: 30,
    members_public_only: false,
    session_idle_days: 7,
    session_absolute_days: 90,
    history_days: {minutes: 3, hours: 30, days: 300},
    member_addresses: [{user_id: null, address: '10.0.0.1', port: 80}],
    allowed_folders: [{server_id: A, folder: '/data'}],
  })
  await made(ada, 'PUT', `/api/servers/${R}/sharing`, {
    everyone: null,
    users: [{user_id: vic, level: 'control'}],
  })
  await made(ada, 'POST', '/api/users', {name: 'zoe', role: 'viewer'})
  const users = (await made<{users: readonly {id: string; name: string}[]}>(ada, 'GET', '/api/users')).users
  await made(ada, 'PATCH', `/api/users/${users.find(({name}) => name === 'zoe')!.id}`, {disabled: true})
}

type Ordered = {readonly action_id: string}

function act(
  by: Api,
  verb: string,
  ...torrents: readonly (readonly [server: string, index: number])[]
): Promise<Ordered> {
  const keys = torrents.map(([server, index]) => ({server_id: server, info_hash: hashAt(server, index)}))
  return made(by, 'POST', '/api/torrents/actions', {
    verb,
    keys,
    ...(verb === 'addTags' && {args: {tags: ['x', 'y']}}),
  })
}

async function happen(api: Api): Promise<void> {
  const order = (verb: string, server: string, index: number, more: object) =>
    made(api, 'POST', '/api/torrents/actions', {
      verb,
      keys: [{server_id: server, info_hash: hashAt(server, index)}],
      ...more,
    })
  await made(api, 'POST', '/api/invitations', {role: 'member'})
  await made(api, 'POST', '/api/invitations', {role: 'viewer', name: 'Bo'})
  const when = {fact: 'complete', op: 'eq', value: true}
  const rule = {
    name: 'Seeded',
    mode: 'live',
    id: 'own',
    reason: 'seedingDone',
    when,
    do: [{action: 'tag', names: ['done']}],
  }
  await made(api, 'POST', '/api/rules', {rule, confirm: true})
  const asks = {...rule, name: 'Asks', mode: 'ask', order: 20, do: [{action: 'removeWithData'}]}
  await made(api, 'POST', '/api/rules', {rule: asks, confirm: true})
  await act(api, 'remove', [B, 0])
  await act(api, 'addTags', [A, 4])
  await order('removeWithData', R, 5, {hold_seconds: 10, args: {free_at_once: true}})
  await order('renameFile', A, 4, {args: {from: 'nothing', to: 'other', accepts_doubt: true}})
  await order('remove', B, 1, {hold_seconds: 60})
  const sim = harness.acting.arr('radarr').arr
  const content = film.files.map(({path, bytes}) => ({path, size: bytes.length, kind: 'video' as const}))
  sim.releases.define({itemId: 1, title: film.name, hash: film.hash, content})
  sim.commands.post('MoviesSearch', {movieIds: [1]}, 'manual')
}
