/**
 * What somebody may name on servers that he commands and does not manage: the running program, with servers of each kind
 * and its settings as they are shipped.
 */
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import bencode from 'bencode'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {expectProblem} from '#test/http/expect-problem.ts'
import {some} from '#test/proof.ts'
import {boIs, done, eveIs, invited, share, userId} from './fleet-harness.fixture.ts'
import {newFolder, Program, sectionsOf, until, type Api} from './program.fixture.ts'

const kinds = ['qBit', 'Transmission-T', 'rTorrent-R'] as const
const metadata = 'http://169.254.169.254/latest/meta-data'

let fleet: FleetProcess
let folder: string
let running: Program
let eve: Api
let bo: Api

beforeAll(async () => {
  fleet = await startFleetProcess({
    servers: [
      {name: 'qBit', kind: 'qbittorrent', version: '5.1.0', count: 4, seed: 1},
      {name: 'Transmission-T', kind: 'transmission', version: '4.1.4', count: 4, seed: 2},
      {name: 'rTorrent-R', kind: 'rtorrent', version: '0.9.8', transport: 'http', count: 4, seed: 3},
    ],
  })
  folder = newFolder()
  writeFileSync(join(folder, 'config.toml'), sectionsOf(fleet.definitions, 'Host = "127.0.0.1"'))
  running = new Program([
    '--config',
    join(folder, 'config.toml'),
    '--data',
    join(folder, 'data'),
    '--port',
    '0',
  ])
  eve = (await running.api()).as()
  await eve.setUp(eveIs)
  bo = await invited(eve, boIs)
  const boId = await userId(eve, 'Bo')
  for (const id of kinds) await share(eve, id, [{user_id: boId, level: 'control'}])
  await eve.online()
})
afterAll(async () => {
  await running?.end('SIGKILL')
  await fleet?.stop()
  rmSync(folder, {recursive: true, force: true})
})

let made = 0
const newHash = () => (++made).toString(16).padStart(40, 'a')
const magnetOf = (more = '') => `magnet:?xt=urn:btih:${newHash()}&dn=authorized_keys${more}`
const adds = (who: Api, body: object) => who.send('POST', '/api/torrents', body)
const codeOf = async (answer: ReturnType<Api['send']>) => {
  const {status, body} = await answer
  return [status, (body as {code?: string}).code]
}

function torrentOf(more: object): Uint8Array {
  return bencode.encode({
    ...more,
    info: {name: `file-${++made}`, 'piece length': 16_384, pieces: Buffer.alloc(20, made), length: 1},
  })
}

async function uploads(id: string, torrent: Uint8Array): Promise<unknown> {
  const form = new FormData()
  form.set('server_id', id)
  form.set('file', new Blob([Buffer.from(torrent)]), 'a.torrent')
  const {body} = await bo.upload('/api/torrents/upload', form)
  return (body as {results: readonly {status: string; code?: string}[]}).results[0]
}

test.each(kinds)('%s hears nothing of folders, names and addresses that are not for them', async (id) => {
  const [first] = await fleet.send(id, {do: 'rows'})
  const keys = [{server_id: id, info_hash: first!.hash}]
  await fleet.send(id, {do: 'counters', reset: true})
  const heard = async () => (await fleet.send(id, {do: 'received'})).length
  const before = await heard()

  const folderIsNot = [403, 'folder_forbidden']
  expect(await codeOf(adds(bo, {server_id: id, magnet: magnetOf(), save_path: '/root/.ssh'}))).toEqual(
    folderIsNot,
  )
  expectProblem(await bo.send('GET', `/api/servers/${id}/free-space?path=/root/.ssh`), 'folder_forbidden')
  const wrong = [400, 'bad_argument']
  for (const body of [
    {save_path: '/data/../root'},
    {save_path: 'relative'},
    {rename: '../x'},
    {category: '../../x'},
    {cookies: 'a=b\r\nX: y'},
  ])
    expect([body, await codeOf(adds(bo, {server_id: id, magnet: magnetOf(), ...body}))]).toEqual([
      body,
      wrong,
    ])
  const moved = await bo.act('setLocation', keys, {path: '/etc/cron.d', move_data: true})
  expect(moved).toMatchObject([{outcome: 'refused', code: 'folder_forbidden'}])
  for (const to of ['../../x', '/etc/x', 'a\\..\\x']) {
    const [renamed] = await bo.act('renameFile', keys, {from: 'a', to})
    expect(renamed).toMatchObject({outcome: 'refused', code: 'bad_argument'})
  }

  const addressIsNot = [422, 'address_forbidden']
  expect(await codeOf(adds(bo, {server_id: id, url: metadata}))).toEqual(addressIsNot)
  for (const parameter of ['tr', 'ws', 'xs', 'as'])
    expect(
      await codeOf(
        adds(bo, {server_id: id, magnet: magnetOf(`&${parameter}=${encodeURIComponent(metadata)}`)}),
      ),
    ).toEqual(addressIsNot)
  expect(await codeOf(adds(bo, {server_id: id, magnet: magnetOf('&x.pe=169.254.169.254:80')}))).toEqual(
    addressIsNot,
  )
  for (const more of [{announce: metadata}, {'url-list': [metadata]}, {nodes: [['169.254.169.254', 80]]}])
    expect(await uploads(id, torrentOf(more))).toMatchObject({status: 'failed', code: 'address_forbidden'})
  for (const [verb, args] of [
    ['addTrackers', {tiers: [[metadata]]}],
    ['addWebSeeds', {urls: [metadata]}],
    ['addPeers', {peers: ['169.254.169.254:80']}],
  ] as const)
    expect(await bo.act(verb, keys, args)).toMatchObject([{outcome: 'refused', code: 'address_forbidden'}])
  expect(await heard()).toBe(before)
})

test.each(some(1, kinds))(
  '%s saves where they save already, and where an administrator lets them',
  async (id) => {
    const {stats} = await eve.get<{stats: {default_save_path: string}}>(`/api/servers/${id}`)
    const home = stats.default_save_path
    expect((await adds(bo, {server_id: id, magnet: magnetOf(), save_path: `${home}/mine`})).status).toBe(201)
    const elsewhere = `/elsewhere/${id}`
    const add = () => adds(bo, {server_id: id, magnet: magnetOf(), save_path: elsewhere})
    expect((await add()).status).toBe(403)
    await done(eve.send('PATCH', '/api/settings', {allowed_folders: [{server_id: id, folder: elsewhere}]}))
    expect((await add()).status).toBe(201)
    expect((await adds(eve, {server_id: id, magnet: magnetOf(), save_path: '/any/where'})).status).toBe(201)
  },
)

test.each(some(1, kinds))(
  '%s is handed the file behind their URL, and never the URL with its cookies',
  async (id) => {
    const asked: (string | undefined)[] = []
    const torrent = torrentOf({})
    const site = createServer((request, response) => {
      asked.push(request.headers['user-agent'], request.headers.cookie)
      response.end(torrent)
    })
    await new Promise<void>((listens) => site.listen(0, '127.0.0.1', listens))
    const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/1.torrent`
    try {
      await done(eve.send('PATCH', '/api/settings', {members_public_only: false}))
      await done(adds(bo, {server_id: id, url, cookies: 'pass=1'}))
      expect(asked).toEqual(['Commodarr', 'pass=1'])
      expect(JSON.stringify(await fleet.send(id, {do: 'received'}))).not.toContain(url)
      await done(eve.send('PATCH', '/api/settings', {members_public_only: true}))
      expect(await codeOf(adds(bo, {server_id: id, url}))).toEqual([422, 'address_forbidden'])
      expect(asked).toHaveLength(2)
    } finally {
      site.close()
      await until(
        () => site.listening,
        (listens) => !listens,
      )
    }
  },
)
