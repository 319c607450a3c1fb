/** Torrents of odd names go into the trash and come back, on real daemons of each kind and the oldest and newest version. */
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest'
import {clientKinds, serverKinds} from '#clients/kinds/kinds.ts'
import type {TorrentClient} from '#clients/port.ts'
import {hostSuite, readySuites} from '#lab/daemons/suites.ts'
import {oddNames} from '#lab/odd-names.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {bounds, eventually, isPassing, RealHarness, reportFailures} from './real-harness.fixture.ts'

vi.setConfig({testTimeout: 900_000, hookTimeout: 900_000, maxConcurrency: 20})

const host = hostSuite() ?? 'bookworm'
const newest = readySuites().at(-1) ?? host
const servers = serverKinds.flatMap((kind) =>
  [...new Set([host, newest])].map((suite) => ({
    id: `${clientKinds[kind].section.prefix}-${suite}`,
    kind,
    suite,
  })),
)

const oddities = Object.keys(oddNames)

let harness: RealHarness
const clients = new Map<string, TorrentClient>()
beforeAll(async () => {
  harness = await RealHarness.build({servers, arrs: [], wishes: async () => [], factor: 1})
  for (const [id, daemon] of harness.servers) {
    // An empty folder may be where a disk is not mounted.
    writeFileSync(join(daemon.downloadDir, 'something'), '')
    const client = harness.clientOf(daemon)
    await client.connect(bounds)
    clients.set(id, client)
  }
  harness.startProgram()
  await harness.ready()
})
afterAll(() => harness?.stop())
reportFailures(() => harness)

interface TrashItem {
  readonly id: string
  readonly server_id: string
  readonly info_hash: string
  readonly state: string
  readonly message: string | null
  readonly under_way: boolean
}

describe.concurrent.each(servers.map(({id}) => id))('%s', (server) => {
  test.each(Object.entries(oddNames))('%s: %j goes into the trash and comes back', async (odd, name) => {
    // Of sizes of its own: of equal ones another may be the owner as long as it does not say where it lies.
    const place = servers.findIndex(({id}) => id === server) * oddities.length + oddities.indexOf(odd)
    const made = makeTorrent({
      name,
      seed: `${server} ${name}`,
      content: {[name]: 20_000 + place, [`in/${name}`]: 30_000 + place},
      // An rTorrent without DHT takes none that has no tracker.
      trackers: [harness.tracker.announceUrl],
    })
    const files = await added(server, made)
    const key = {server_id: server, info_hash: made.hash}

    const [said] = await eventually(
      () => harness.api.act('removeWithData', [key]),
      // Where it lies, and who else has it, may take a moment to be found out.
      ([result]) => !isPassing(result?.code) && !result?.code?.startsWith('content_'),
    )
    const isThere = () => files.map(({path}) => existsSync(path))
    if (said?.outcome !== 'done') {
      // What cannot be handed to its daemon as it is called stays, with all of its files.
      expect([said?.code, hasControls(name)]).toEqual(['command_refused', true])
      expect(isThere()).toEqual([true, true])
      return
    }
    const item = async () => {
      const {items} = await harness.api.get<{items: readonly TrashItem[]}>('/api/trash')
      return items.find((it) => it.server_id === server && it.info_hash === made.hash)
    }
    const aside = await eventually(item, (it) => it !== undefined && !it.under_way)
    expect(aside!.state).toBe('kept')
    expect(isThere()).toEqual([false, false])

    const {status, body} = await eventually(
      () => harness.api.send('POST', `/api/trash/${aside!.id}/restore`),
      // Some disks call two of these names the same one: what of them was added a moment ago has to be listed first.
      (answer) => !codeOf(answer.body).startsWith('content_'),
    )
    expect(status, JSON.stringify(body)).toBe(204)
    const back = await eventually(item, (it) => it?.state === 'restored' || it?.state === 'kept')
    expect([back!.state, back!.message]).toEqual(['restored', null])
    expect(files.map(({path, bytes}) => existsSync(path) && readFileSync(path).equals(bytes))).toEqual([
      true,
      true,
    ])
    await eventually(
      () => harness.observers.get(server)!.torrent(made.hash),
      (seen) => seen?.progress === 1 && !seen.checking,
    )
  })
})

/** Complete at its server, and known to the program. @returns where its files lie, as we see them */
async function added(server: string, made: MadeTorrent) {
  const [client, daemon] = [clients.get(server)!, harness.servers.get(server)!]
  // How some call their files they say only where these lie already.
  made.writePayload(daemon.downloadDir)
  const source = {torrent: made.torrent, fileName: `${made.hash}.torrent`}
  await client.server.addTorrent({source, start: false}, bounds)
  const row = async () => {
    const {torrents} = await harness.api.list()
    return torrents.find((it) => it.server_id === server && it.info_hash === made.hash)
  }
  const reported = await eventually(row, (it) => it?.['content_path'] != null)
  const savePath = daemon.ours(reported!['save_path'] as string)
  const {files: listed} = await harness.api.get<{files: readonly {path: string; index: number}[]}>(
    `/api/torrents/${made.hash}/files?server_id=${server}`,
  )
  const files = listed.map(({path, index}) => ({path: join(savePath, path), bytes: made.files[index]!.bytes}))
  for (const {path, bytes} of files) {
    mkdirSync(dirname(path), {recursive: true})
    writeFileSync(path, bytes)
  }
  await client.control.recheck([made.hash], {}, bounds)
  await eventually(row, (it) => it?.['progress'] === 1 && it['state'] !== 'checking')
  return files
}

/** '' = it was no refusal. */
function codeOf(body: unknown): string {
  return (body as {code?: string} | null)?.code ?? ''
}

function hasControls(name: string): boolean {
  return [...name].some((letter) => letter < ' ')
}
