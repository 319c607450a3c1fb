import {afterEach, beforeEach, expect, test} from 'vitest'
import {accessOf} from '#accounts/grants.ts'
import type {Principal} from '#model/access.ts'
import {asArrId, asDownloadId, type ArrCheck, type QueueRow} from '#model/arr.ts'
import type {ArrAsker, ArrInstances, ClientPlace, OtherInstance, RunningArr} from '#model/arr-service.ts'
import type {SearchRun} from '#model/automation-state.ts'
import {NotReady} from '#model/decision.ts'
import {CommodarrError} from '#model/errors.ts'
import {triageOf} from '#model/import-triage.ts'
import type {RuleId} from '#model/rule.ts'
import {asInfoHash, type InfoHash} from '#model/torrent-key.ts'
import {arrHarness, sectionNamed, type ArrHarness, type Name} from '#registry/arrs/arrs-harness.fixture.ts'
import {ArrRequests} from '#registry/arrs/requests.ts'
import {fakeHarness, torrent, type FakeHarness} from '#test/http/http-fakes.ts'
import {byHeader} from '#test/http/rig.fixture.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {arrAskingRoutes, arrQueueRoutes, arrRoutes} from './arrs.ts'

const hash = asInfoHash('0123456789abcdef0123456789abcdef01234567')!
/** What is looked at one by one. */
interface Reported {
  readonly id: string
  readonly errors: readonly {readonly field: string}[]
  readonly rows: readonly {readonly torrents: readonly object[]; readonly next: object | null}[]
  readonly manager: unknown
  readonly obstacle: unknown
  readonly findings: readonly object[]
  readonly fixed: readonly object[]
  readonly keys: readonly {readonly path: string; readonly means: string}[]
}

let harness: ArrHarness
let transports: FakeHarness
let running: RunningArr | null
let runs: readonly SearchRun[] = []
let other: OtherInstance | null

beforeEach(async () => {
  harness = await arrHarness([sectionNamed('Radarr')])
  running = null
  other = null
  const {service, directory, clock} = harness
  const managers = {of: () => running}
  const list = {format: 'commodarr-servers', version: 1, servers: []} as const
  const servers = {compared: () => ({servers: [], list}), placeOf: () => nowhere}
  const instances: ArrInstances = {
    otherAt: () => other,
    async takeOver() {
      other = null
    },
  }
  const fleet = {get: () => null}
  const requests = new ArrRequests({
    directory,
    service,
    managers,
    servers,
    fleet,
    instances,
    clock,
    asker: madeUp,
    searches: async (id, {before, limit}) =>
      runs.filter((it) => it.arrId === id && it.askedAt < (before ?? Infinity)).slice(0, limit),
  })
  const seenBy = service.seenBy.bind(service)
  const rejected = () =>
    (running?.queue ?? []).map((it) => ({
      ...it,
      id: it.downloadId!,
      rows: [it] as const,
      since: 1,
      triage: triageOf([]),
    }))
  const imports = {of: () => ({imports: rejected(), asOf: null})}
  const nouns = [
    arrRoutes(service, () => 'ask', {
      seenBy,
      managers,
      imports,
      webhooks: {viewOf: () => null},
      instances,
      userName: (id) => id,
    }),
    arrAskingRoutes({requests}),
    arrQueueRoutes({requests, imports}),
  ]
  const names: readonly Name[] = ['ada', 'ann', 'bob', 'vic']
  const people: Record<string, Principal> = Object.fromEntries(names.map((name) => [name, harness.as(name)]))
  transports = await fakeHarness({
    nouns,
    authentication: {
      signIns: [byHeader(people)],
      hosts: 'this machine',
      stranger: () => new CommodarrError('unauthorised', 'Log in.'),
    },
  })
  // Who sees the servers of this house, too.
  const everywhere = {userId: null, role: 'administrator', scopes: null, servers: null} as const
  people['ada'] = {...people['ada']!, access: accessOf(everywhere, transports.registry)}
  transports.fleet.records.push(torrent('qBit', hash))
})
afterEach(async () => {
  await transports.http.close()
  await harness.store.close()
})

async function ask(
  who: Name,
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
  url: string,
  payload?: object,
) {
  const headers = {host: 'localhost', 'x-who': who}
  const answer = await transports.http.app.inject({
    method,
    url: `/api/arrs${url}`,
    headers,
    ...(payload && {payload}),
  })
  return {
    status: answer.statusCode,
    json: answer.body === '' ? null : answer.json<Reported>(),
    text: answer.body,
  }
}

const madeUp: ArrAsker = {
  status: async () => {
    const names = {kind: 'radarr', app: 'Radarr', name: '', version: '5.2', apiVersion: 'v3'} as const
    return {...names, inContainer: false, startedAt: null}
  },
  discover: async (way, ours) => ({
    status: await madeUp.status(way),
    clients: {arr: {app: 'Radarr', name: '', version: '5.2', inContainer: false, url: way.url}, clients: []},
    mappings: [{host: 'box', remotePath: '/data', localPath: '/mnt'}],
    rootFolders: [{path: '/films', accessible: true, freeSpace: null}],
    profiles: [{id: 1, name: 'HD', upgradeAllowed: true, minScore: 0, cutoffScore: 10}],
    requestManagers: [{kind: 'overseerr', name: 'Seerr', origin: 'http://seerr:5055'}],
    findings: await madeUp.diagnose(way, ours!),
    downloads: new Map(),
  }),
  clients: async ({url}) => ({
    arr: {app: 'Radarr', name: '', version: '5.2', inContainer: false, url},
    clients: [],
  }),
  item: async () => ({
    item: {unread: 'Radarr refused the API key.'},
    parent: {unread: 'Radarr refused the API key.'},
    queue: {is: []},
    history: {is: []},
  }),
  diagnose: async () => [
    {code: 'hard_links_off', severity: 'warning', sentence: 'It costs twice.', about: '', fixable: true},
  ],
  fix: async (way, ours, code) => (await madeUp.diagnose(way, ours)).filter((it) => it.code === code),
  undoFix: async (_way, code, about) => code === 'hard_links_off' && about === '',
}

const nowhere: ClientPlace = {url: null, server: 'unknown'}

const check: ArrCheck = {
  source: 'RemotePathMappingCheck',
  level: 'error',
  message: 'It sees no such folder.',
  wikiUrl: 'https://wiki.example.org/x',
  holds: 'removals',
}

const row: QueueRow = {
  id: 7,
  downloadId: asDownloadId(hash),
  media: [{kind: 'movie', id: 3, parentId: null}],
  title: 'A film',
  quality: 'WEB',
  qualityModel: null,
  score: 5,
  size: 9,
  sizeLeft: 0,
  status: 'completed',
  state: 'importBlocked',
  trouble: 'warning',
  messages: [{title: 'A film', messages: ['Not an upgrade.']}],
  errorMessage: '',
  protocol: 'torrent',
  client: 'qBit',
  indexer: 'one',
  outputPath: '/data/film',
  addedAt: 1,
  doneAt: null,
  hasPostImportCategory: false,
}

const films = {kind: 'radarr', name: 'Films', url: 'films.example', category: 'films', api_key: 'canary-key'}

test('an Arr is added, shown, changed, shared and forgotten, and its key is in no answer', async () => {
  const made = await ask('ann', 'POST', '', films)
  expect(made).toMatchObject({
    status: 201,
    json: {
      name: 'Films',
      url: 'http://films.example:7878',
      access: 'own',
      origin: 'user',
      obstacle: null,
      manager: null,
    },
  })
  const {id} = made.json!
  const changed = await ask('ann', 'PATCH', `/${id}`, {settings: {Torrent: {StalledDelay: 30}}})
  expect(changed).toMatchObject({status: 200, json: {effect: 'live'}})
  const looked = await ask('ann', 'PATCH', `/${id}?preview=true`, {
    url: 'http://films.example:7879',
    api_key: 'canary',
  })
  expect(looked).toMatchObject({json: {effect: 'restart', arr: {category: 'films'}}})
  await ask('ann', 'PUT', `/${id}/sharing`, {everyone: 'view', users: []})
  expect((await ask('vic', 'GET', `/${id}`)).json).toMatchObject({access: 'view', owner: {id: 'id-ann'}})
  const shown = await ask('ann', 'GET', `/${id}/definition`)
  expect(shown.json).toMatchObject({
    settings: {Torrent: {StalledDelay: 30}},
    secrets: {api_key: 'set', ombi_key: 'none', overseerr_key: 'none'},
    sharing: {everyone: 'view'},
  })
  expect(made.text + changed.text + looked.text + shown.text).not.toContain('canary')
  const again = await ask('ann', 'PATCH', `/${id}`, shown.json as object)
  expect(again).toMatchObject({status: 200, json: {effect: 'none'}})
  expect((await ask('ann', 'GET', `/${id}/definition`)).json).toEqual(shown.json)
  const moved = await ask('ann', 'PATCH', `/${id}`, {...(shown.json as object), kind: 'sonarr'})
  expect(moved).toMatchObject({status: 400, json: {errors: [{field: 'kind', found: 'sonarr'}]}})
  expect((await ask('ann', 'DELETE', `/${id}`)).status).toBe(204)
  expect((await ask('ann', 'GET', `/${id}`)).json).toMatchObject({code: 'arr_unknown'})
})

test('how careful an Arr begins comes with it, and is one of three words', async () => {
  const made = await ask('ann', 'POST', '', {...films, caution: 'watch'})
  expect(harness.directory.card(asArrId(made.json!.id))?.caution).toBe('watch')
  const {status, json} = await ask('ann', 'POST', '', {
    ...films,
    url: 'other',
    category: 'b',
    caution: 'bold',
  })
  expect([status, json!.errors[0]!.field]).toEqual([400, 'caution'])
  expect((await ask('ann', 'PATCH', `/${made.json!.id}`, {caution: 'act'})).status).toBe(400)
})

test('which other program manages an Arr is shown, and its owner alone says that the other one is gone', async () => {
  other = {instance: 'another', at: 5, isCopy: false}
  const {json} = await ask('ada', 'GET', '/Radarr')
  expect(json).toMatchObject({other_instance: {instance: 'another', at: 5, is_copy: false}})
  expect((await ask('vic', 'POST', '/Radarr/take-over')).status).not.toBe(204)
  expect(other).not.toBeNull()
  expect((await ask('ada', 'POST', '/Radarr/take-over')).status).toBe(204)
  expect((await ask('ada', 'GET', '/Radarr')).json).not.toHaveProperty('other_instance')
})

test('the keys of settings are shown to users who are known, and only those are taken', async () => {
  const reported = (await ask('vic', 'GET', '/keys')).json!.keys
  expect(reported.find(({path}) => path === 'Torrent.StalledDelay')?.means).toMatch(/stalled/)
  const {status, json} = await ask('ann', 'POST', '', {...films, settings: {Torrent: {StaledDelay: 5}}})
  expect([status, json!.errors[0]!.field]).toEqual([400, 'settings.Torrent.StaledDelay'])
})

test('what cannot be is reported field by field', async () => {
  const {status, json} = await ask('ann', 'POST', '', {...films, settings: {Torrent: {StalledDelay: 'soon'}}})
  expect([status, json!.errors[0]!.field]).toEqual([400, 'settings.Torrent.StalledDelay'])
})

test('two that have the same are named, to users who see them', async () => {
  const {id} = (await ask('ann', 'POST', '', films)).json!
  const arrs = [sectionNamed('Radarr', {Category: 'films'})]
  harness.directory.setFile({arrs, off: [], written: {}})
  const {json} = await ask('ann', 'GET', `/${id}`)
  expect(json!.obstacle).toEqual({code: 'same_category', detail: '', with: [{id: 'Radarr', name: 'Radarr'}]})
})

test('the torrents stand beside the rows of the queue, and nothing follows while it is not read', async () => {
  expect((await ask('ann', 'GET', '/Radarr/queue')).json).toEqual({
    ready: false,
    read_at: null,
    is_behind: false,
    fault: null,
    rows: [],
  })
  const view = {
    queue: [row],
    lastQueue: [row],
    readAt: 5,
    isBehind: false,
    isLive: true,
    fault: null,
    faultSince: null,
    isKeyRefused: false,
    nextTryAt: null,
    version: '5.2',
    checks: [check],
    searching: 0,
  }
  running = {
    ...view,
    titleOf: () => 'A film (2021)',
    coming: async () => [],
    act: async () => {},
    importProof: async () => ({files: 1, doubt: null}),
    searcherAfter: async () => 'arr' as const,
    tryNow: () => undefined,
  }
  const first = async (who: Name) => (await ask(who, 'GET', '/Radarr/queue')).json!.rows[0]!
  expect(await first('vic')).toMatchObject({
    row: {title: 'A film', download_id: hash.toUpperCase()},
    media_title: 'A film (2021)',
    torrents: [],
  })
  expect(await first('ada')).toMatchObject({
    waits: true,
    triage: {class: 'unknown', proposed: 'leave', actions: ['leave']},
    torrents: [{server_id: 'qBit', info_hash: hash, state: 'downloading', stale: false}],
  })
  expect((await ask('ann', 'GET', '/Radarr')).json!.manager).toEqual({
    version: '5.2',
    is_live: true,
    read_at: 5,
    is_behind: false,
    fault: null,
    fault_since: null,
    key_refused: false,
    next_try_at: null,
    queued: 1,
    waiting: 1,
    checks: [{...check, wikiUrl: undefined, wiki_url: check.wikiUrl}],
  })
  running = {...running, queue: null, fault: 'It does not answer.'}
  expect((await ask('ann', 'GET', '/Radarr/queue')).json).toMatchObject({
    ready: false,
    fault: 'It does not answer.',
    // As they were then: for people to see.
    read_at: 5,
    rows: [{row: {title: 'A film'}, next: null}],
  })
})

test('beside a row stands what the nearest rule is about to do, of torrents in sight alone', async () => {
  const entry = {ruleId: 'stalled' as RuleId, ruleName: 'Stalled', mode: 'live'} as const
  const asked: unknown[] = []
  let refusal: Error | null = null
  running = {
    queue: [row],
    lastQueue: [row],
    readAt: 5,
    isBehind: false,
    isLive: true,
    fault: null,
    faultSince: null,
    isKeyRefused: false,
    nextTryAt: null,
    version: '5.2',
    titleOf: () => null,
    checks: [],
    searching: 0,
    act: async () => {},
    importProof: async () => ({files: 1, doubt: null}),
    searcherAfter: async () => 'arr' as const,
    tryNow: () => undefined,
    coming: async (keys) => {
      asked.push(...keys)
      if (refusal) throw refusal
      const actions = ['recycle', 'arr.blocklist'] as const
      return keys.map((key) => ({
        ...entry,
        key,
        actions,
        ruleRevision: 1,
        takesAway: true,
        replaces: true,
        mayEndEarly: false,
        left: 60,
      }))
    },
  }
  const next = async (who: Name) => (await ask(who, 'GET', '/Radarr/queue')).json!.rows[0]!.next
  expect(await next('vic')).toBe(null)
  expect(asked).toEqual([])
  expect(await next('ada')).toEqual({
    rule_id: 'stalled',
    rule_name: 'Stalled',
    mode: 'live',
    server_id: 'qBit',
    replaces: true,
    acts_in: 60,
    actions: ['recycle', 'arr.blocklist'],
  })
  refusal = new NotReady()
  expect(await next('ada')).toBe(null)
})

test('what an Arr searched is shown to users who see it, newest first, page by page, as far as it is known', async () => {
  const run = {arrId: 'Radarr', items: ['movie/17'], unit: null, cause: 'failure', reason: 'stalled'} as const
  const grabs = [{downloadId: 'ABCD', title: 'Film.2020.1080p-AAA'}]
  const said = 'Completed search for 1 movies. 1 reports downloaded.'
  const refused = [{title: 'Film.2020.720p-BBB', why: 'Download client failed to add torrent'}]
  runs = [
    {...run, searchId: 'c', askedAt: 30, commandId: null, end: null},
    {
      ...run,
      searchId: 'b',
      askedAt: 20,
      commandId: 7,
      end: {
        outcome: 'grabbed',
        rejects: {},
        endedAt: 25,
        title: 'Film (2020)',
        said,
        found: 3,
        indexers: 2,
        grabs,
        refused,
      },
    },
    {...run, searchId: 'a', askedAt: 10, commandId: 6, end: null},
  ]
  const {json} = await ask('ann', 'GET', '/Radarr/searches?limit=2')
  const about = {items: ['movie/17'], cause: 'failure', reason: 'stalled'}
  const unknown = {
    title: null,
    ended_at: null,
    outcome: null,
    said: null,
    results: null,
    grabs: [],
    refused: [],
  }
  expect(json).toEqual({
    searches: [
      {id: 'c', ...about, ...unknown, command_id: null, asked_at: 30},
      {
        id: 'b',
        ...about,
        title: 'Film (2020)',
        command_id: 7,
        asked_at: 20,
        ended_at: 25,
        outcome: 'grabbed',
        said,
        results: 3,
        grabs: [{download_id: 'ABCD', title: 'Film.2020.1080p-AAA'}],
        refused: [{...refused[0], there: []}],
      },
    ],
  })
  const older = await ask('ann', 'GET', '/Radarr/searches?limit=2&before=20')
  expect(older.json).toMatchObject({searches: [{id: 'a'}]})
  expect(await ask('bob', 'GET', '/Nowhere/searches')).toMatchObject({status: 404})
})

test('torrents that are called like a refused release are found in one pass, whatever it is called', async () => {
  const named = (n: number, name: string) =>
    torrent('qBit', n.toString(16).padStart(40, '0') as InfoHash, {name})
  for (let n = 0; n < 50; n++) transports.fleet.records.push(named(n, `E ${n}`))
  for (const [n, name] of ['e', '[E].mkv', 'e', 'E', 'Un Été.2024-AAA', 'un été 2024 aaa'].entries())
    transports.fleet.records.push(named(100 + n, name))
  const titles = ['e', 'a', 'E', 'Un.Été.2024-AAA', '...', `e ${'x '.repeat(500)}`]
  const refused = titles.map((title) => ({title, why: 'no'}))
  const end = {
    outcome: 'refused',
    endedAt: 1,
    title: null,
    said: null,
    found: null,
    indexers: null,
    grabs: [],
    refused,
    rejects: {},
  } as const
  const about = {arrId: 'Radarr', items: [], unit: null, cause: 'arr', reason: '', commandId: null} as const
  runs = [{...about, searchId: 's', askedAt: 1, end}]
  let passes = 0
  const matching = transports.fleet.matching.bind(transports.fleet)
  transports.fleet.matching = (selection) => {
    passes++
    return matching(selection)
  }
  const {text} = await ask('ada', 'GET', '/Radarr/searches')
  const {searches} = JSON.parse(text) as {searches: {refused: {there: {hash: string}[]}[]}[]}
  const found = searches[0]!.refused.map(({there}) => there.map(({hash: of}) => Number.parseInt(of, 16)))
  const likeE = [100, 101, 102]
  expect(found).toEqual([likeE, [], likeE, [104, 105], [], []])
  expect(passes).toBe(1)
})

test('what people want of it reaches its manager in the words of the program', async () => {
  const asked: unknown[] = []
  const view = {
    queue: [row],
    lastQueue: [row],
    readAt: 5,
    isBehind: false,
    isLive: true,
    fault: null,
    faultSince: null,
    isKeyRefused: false,
    nextTryAt: null,
    version: '5.2',
    checks: [check],
    searching: 0,
  }
  running = {
    ...view,
    titleOf: () => null,
    coming: async () => [],
    act: async (_by, action) => void asked.push(action),
    importProof: async () => ({files: 1, doubt: null}),
    searcherAfter: async () => 'arr' as const,
    tryNow: () => undefined,
  }
  const bodies = [
    {action: 'rss_sync'},
    {action: 'search', items: [{kind: 'movie', id: 3}]},
    {action: 'import_anyway', download_id: 'AB', mode: 'copy'},
    {action: 'blocklist', download_id: 'AB', search_again: false},
    {action: 'resume_searches', item: 'movie/17'},
  ]
  for (const body of bodies) expect((await ask('ada', 'POST', '/Radarr/actions', body)).status).toBe(204)
  expect(asked).toEqual([
    {what: 'rssSync'},
    {what: 'search', items: [{kind: 'movie', id: 3, parentId: null}]},
    {what: 'importAnyway', downloadId: 'AB', mode: 'copy'},
    {what: 'blocklist', downloadId: 'AB', searchAgain: false},
    {what: 'resumeSearches', item: 'movie/17'},
  ])
  expect((await ask('vic', 'POST', '/Radarr/actions', bodies[0])).status).toBe(403)
})

test('one key reads everything, and what hurts is fixed on request', async () => {
  const found = await ask('ann', 'POST', '/discover', {url: 'http://radarr:7878', api_key: 'canary-key'})
  expect(found.json).toMatchObject({
    arr: {app: 'Radarr', version: '5.2'},
    known: [{id: 'Radarr', name: 'Radarr'}],
    path_mappings: [{remote_path: '/data'}],
    request_managers: [{origin: 'http://seerr:5055'}],
    findings: [{code: 'hard_links_off', fixable: true}],
  })
  expect(found.text).not.toContain('canary')
  expect((await ask('ada', 'POST', '/Radarr/test')).json).toMatchObject({app: 'Radarr', version: '5.2'})
  expect((await ask('ada', 'GET', '/Radarr/doctor')).json!.findings).toHaveLength(1)
  expect((await ask('ada', 'POST', '/Radarr/doctor/hard_links_off/fix', {})).json!.fixed).toHaveLength(1)
  expectProblem(await ask('ada', 'POST', '/Radarr/doctor/other/fix', {}), 'arr_finding_gone')
  const undo = {undo: true}
  expect((await ask('ada', 'POST', '/Radarr/doctor/hard_links_off/fix', undo)).json!.fixed).toEqual([])
  expectProblem(await ask('ada', 'POST', '/Radarr/doctor/other/fix', undo), 'arr_finding_gone')
  expect((await ask('ann', 'GET', '/Radarr/doctor')).status).toBe(403)
})

test('why an item of an Arr is not here: what could not be looked at is said, and nothing is guessed', async () => {
  const {status, json} = await ask('ada', 'GET', '/Radarr/items/17/why')
  expect(status).toBe(200)
  expect(json).toMatchObject({
    title: null,
    media: null,
    torrent: null,
    kind: 'undecided',
    says: {key: 'item.undecided', text: 'Can’t be decided: Radarr could not be asked.'},
    follows: {text: 'Radarr refused the API key.'},
    releases: [],
  })
  const {links} = json as unknown as {links: readonly {link: string; answer: string; says: {text: string}}[]}
  expect(links.map((it) => `${it.link} ${it.answer}`)).toEqual([
    'wanted could_not_look',
    'released could_not_look',
    'searched could_not_look',
    'grabbed no',
    'downloaded later',
    'imported could_not_look',
  ])
  expect(links[0]!.says.text).toBe('Could not look: Radarr refused the API key.')
  for (const [number, shown] of [
    ['0', 0],
    ['seventeen', 'seventeen'],
    ['1.5', 1.5],
    ['99999999999', 99_999_999_999],
  ]) {
    const {status, json} = await ask('ada', 'GET', `/Radarr/items/${number}/why`)
    expect([status, json!.errors[0]]).toMatchObject([400, {field: 'item', found: shown}])
  }
  expect((await ask('ada', 'GET', '/Sonarr/items/17/why')).status).toBe(404)
})
