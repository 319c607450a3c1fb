/**
 * What is sent to a server has an end in the journal: done, refused, failed, or that nobody will know. Every verb is sent
 * to a server of each kind, as people send it; a verb that is new has to be added here.
 */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {serverKinds, type ServerKind} from '#clients/kinds/kinds.ts'
import type {PlainTorrentVerb, RemovalVerb, ServerVerb} from '#model/command.ts'
import {hashAt, HOUR, MINUTE, nameOf, ScenarioHarness} from '../scenarios/scenario-harness.fixture.ts'

const PEER = '10.9.8.7:6881'
const TRACKER = 'https://tracker.example/announce'

/** Arguments as the API takes them. */
const onTorrents: {readonly [V in PlainTorrentVerb | RemovalVerb]: object} = {
  start: {},
  forceStart: {},
  stop: {},
  recheck: {},
  reannounce: {},
  setLocation: {path: '/srv/elsewhere', move_data: true, accepts_doubt: true, accepts_others: true},
  rename: {name: 'Another name'},
  renameFile: {from: 'old.bin', to: 'new.bin', accepts_doubt: true},
  renameFiles: {files: [{from: 'new.bin', to: 'newer.bin'}], accepts_doubt: true},
  renameFolder: {from: 'old', to: 'new', accepts_doubt: true},
  setCategory: {category: 'films', accepts_doubt: true, accepts_others: true},
  addTags: {tags: ['one']},
  removeTags: {tags: ['one']},
  setTags: {tags: ['two']},
  setFilePriority: {files: [0], priority: 'high'},
  addTrackers: {tiers: [[TRACKER]]},
  editTracker: {from: 'https://none.example/a', to: TRACKER},
  removeTrackers: {urls: [TRACKER]},
  addPeers: {peers: [PEER]},
  addWebSeeds: {urls: ['https://seed.example/a']},
  removeWebSeeds: {urls: ['https://seed.example/a']},
  setSpeedLimits: {down: 100_000},
  setShareLimits: {ratio: 2},
  moveInQueue: {to: 'top'},
  setPriority: {priority: 'high'},
  setSuperSeeding: {on: true},
  setSequential: {on: true},
  setFirstLast: {on: true},
  setAutoManaged: {on: true, accepts_doubt: true, accepts_others: true},
  setComment: {comment: 'Seen'},
  remove: {},
  removeWithData: {free_at_once: true, accepts_doubt: true},
}

type Request = readonly ['POST' | 'PUT' | 'PATCH' | 'DELETE', string, object?]

/** A setting of its daemon. */
const settings: {readonly [K in ServerKind]: object} = {
  qbittorrent: {dht: false},
  transmission: {dht_enabled: false},
  rtorrent: {'throttle.max_uploads': 10},
  deluge: {max_upload_speed: 100},
}

/** The request that sends it. @param id of the server */
const onServer: {readonly [V in ServerVerb]: (id: string, kind: ServerKind) => Request} = {
  addTorrent: (id) => [
    'POST',
    '/api/torrents',
    {server_id: id, magnet: `magnet:?xt=urn:btih:${'ab'.repeat(20)}&dn=New`, start: true},
  ],
  createCategory: (id) => ['POST', `/api/servers/${id}/categories`, {name: 'ours'}],
  editCategory: (id) => [
    'PATCH',
    `/api/servers/${id}/categories`,
    {name: 'ours', save_path: '/srv/ours', accepts_moves: true},
  ],
  removeCategories: (id) => ['DELETE', `/api/servers/${id}/categories?name=ours&accepts_moves=true`],
  createTags: (id) => ['POST', `/api/servers/${id}/tags`, {tags: ['three']}],
  deleteTags: (id) => ['DELETE', `/api/servers/${id}/tags?tag=three`],
  banPeers: (id) => ['POST', `/api/servers/${id}/ban-peers`, {peers: [PEER]}],
  setGlobalLimits: (id) => ['PATCH', `/api/servers/${id}/limits`, {down: 1_000_000}],
  setAltSpeed: (id) => ['PATCH', `/api/servers/${id}/limits`, {alt_speed: true}],
  setPreferences: (id, kind) => ['PATCH', `/api/servers/${id}/preferences`, settings[kind]],
}

/** Neither is an end. */
const underWay: ReadonlySet<string> = new Set(['intended', 'sending', 'sent', 'waiting'])

/** On a whole server; they are about something that has a name. */
const isNamed: ReadonlySet<string> = new Set<ServerVerb>([
  'addTorrent',
  'createCategory',
  'editCategory',
  'removeCategories',
  'createTags',
  'deleteTags',
])

describe.each(serverKinds)('%s', (kind) => {
  const name = nameOf(kind)
  const verbs = Object.keys(onTorrents)
  let harness: ScenarioHarness
  /** Of each verb, what the API answered. */
  const answers = new Map<string, number>()

  beforeAll(async () => {
    harness = await ScenarioHarness.start({servers: [{name, kind, torrents: 60}], settled: 2 * MINUTE})
    const {api} = harness.acting
    for (const [at, verb] of verbs.entries()) {
      const args = onTorrents[verb as keyof typeof onTorrents]
      const body = {verb, keys: [{server_id: name, info_hash: hashAt(name, at)}], args}
      const answer = await harness.acting.answered(api.send('POST', '/api/torrents/actions', body))
      answers.set(verb, answer!.status)
    }
    for (const [verb, ask] of Object.entries(onServer)) {
      const [method, path, body] = ask(name, kind)
      answers.set(verb, (await harness.acting.answered(api.send(method, path, body)))!.status)
    }
    // A move, and a link whose files nobody sends, are waited for so long.
    await harness.pass(21 * HOUR)
  })
  afterAll(() => harness.stop())

  test('takes each request, or says that it cannot', () => {
    const odd = [...answers].filter(([, status]) => status === 400 || status === 404 || status >= 500)
    expect(odd).toEqual([])
  })

  test('each command that was written down has its end, with the name of what it is about', async () => {
    const entries = (await harness.journal()).filter(({origin}) => origin !== 'system')
    const open = entries.filter(({phase}) => underWay.has(phase))
    expect(open.map(({verb, phase}) => `${verb} ${phase}`)).toEqual([])
    const nameless = entries.filter(
      ({subject, verb, name: of, info_hash: hash}) =>
        of === null && (subject === 'torrent' || hash !== null || isNamed.has(verb)),
    )
    expect(nameless.map(({verb}) => verb)).toEqual([])
    expect(new Set(entries.map(({server_id: id}) => id))).toEqual(new Set([name]))
    expect(entries.length).toBeGreaterThan(verbs.length / 2)
  })
})
