/** Names of many files of one torrent: one order of the running program, on a server of each kind that can rename. */
import {rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {startFleetProcess, type FleetProcess} from '#lab/simulators/fleet-process.ts'
import {makeTorrent} from '#lab/torrent-maker.ts'
import {eveIs} from './fleet-harness.fixture.ts'
import {newFolder, Program, sectionsOf, until, type Api} from './program.fixture.ts'

const FILES = 500

let fleet: FleetProcess
let folder: string
let running: Program
let eve: Api

beforeAll(async () => {
  fleet = await startFleetProcess({
    servers: [
      {name: 'qBit', kind: 'qbittorrent', version: '5.1.0', count: 2, seed: 1},
      {name: 'Transmission-T', kind: 'transmission', version: '4.1.4', count: 2, seed: 2},
      {name: 'Deluge-D', kind: 'deluge', version: '2.1.1', count: 2, seed: 3},
    ],
  })
  folder = newFolder()
  const config = join(folder, 'config.toml')
  writeFileSync(config, sectionsOf(fleet.definitions, 'Host = "127.0.0.1"'))
  running = new Program(['--config', config, '--data', join(folder, 'data'), '--port', '0'])
  eve = (await running.api()).as()
  await eve.setUp(eveIs)
  await eve.online()
})
afterAll(async () => {
  await running?.end('SIGKILL')
  await fleet?.stop()
  rmSync(folder, {recursive: true, force: true})
})

interface Story {
  id: string
  place: string
  verb: string
  count: number
  args: {files?: object[]; files_omitted?: number}
  undo: {action_id: string | null}
}

test.each(['qBit', 'Transmission-T', 'Deluge-D'])(
  'on %s 500 files get new names by one order, with one story that has its undo',
  async (id) => {
    const names = Array.from({length: FILES}, (_, at) => `track ${String(at).padStart(3, '0')}.flac`)
    const content = Object.fromEntries(names.map((name) => [name, 20]))
    const made = makeTorrent({name: `Album on ${id}`, content, trackers: ['https://t.example/announce']})
    const form = new FormData()
    form.set('server_id', id)
    form.set('start', 'false')
    form.set('file', new Blob([Buffer.from(made.torrent)]), 'a.torrent')
    expect((await eve.upload('/api/torrents/upload', form)).status).toBe(207)
    const address = `/api/torrents/${made.hash}/files?server_id=${id}`
    const paths = async () => {
      const {body} = await eve.send('GET', address)
      return ((body as {files?: {path: string}[]}).files ?? []).map(({path}) => path).toSorted()
    }
    const before = await until(paths, (it) => it.length === FILES)
    // What was read a moment ago is answered at once.
    const become = (wanted: readonly string[]) => until(paths, (it) => String(it) === String(wanted))

    const keys = [{server_id: id, info_hash: made.hash}]
    const files = before.map((from) => ({from, to: from.replace('track ', 'No. ')}))
    const order = {files, accepts_doubt: true, accepts_others: true}
    expect(await eve.act('renameFiles', keys, order)).toMatchObject([{outcome: 'done'}])
    await become(files.map(({to}) => to))

    const stories = async () => {
      const {body} = await eve.send('GET', '/api/activity?limit=20')
      return (body as {stories: Story[]}).stories.filter(
        ({verb, ...its}) => verb === 'renameFiles' && JSON.stringify(its).includes(made.name),
      )
    }
    const [story, ...others] = await until(stories, (it) => it.length > 0)
    expect(others).toEqual([])
    expect(story!.count).toBe(1)
    expect([story!.args.files!.length, story!.args.files_omitted]).toEqual([20, FILES - 20])
    const whole = await eve.send('GET', `/api/activity/story?place=${encodeURIComponent(story!.place)}`)
    expect(JSON.stringify(whole.body)).toContain('No. 499.flac')

    const undo = story!.undo.action_id
    expect(undo).not.toBeNull()
    expect(await eve.send('POST', `/api/actions/${undo}/undo`)).toMatchObject({
      body: {undone: {counts: {done: 1}}},
    })
    await become(before)
  },
)
