/** Room by a folder of ours: the whole program in virtual time, two servers that save to one real volume. */
import {mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {ActingHarness} from './acting-harness.fixture.ts'
import {radarrOn, radarrSection} from './radarr-films.fixture.ts'

const HOUR = 3_600
const MINUTE = 60
const [A, B] = ['qBit', 'qBit-Two']
const names: Readonly<Record<string, string>> = {[A]: 'a'.repeat(40), [B]: 'b'.repeat(40)}

let harness: ActingHarness
let root: string
afterEach(async () => {
  await harness.stop()
  rmSync(root, {recursive: true, force: true})
})

/** On each server one download that needs three fifths of the volume, while both say that they have plenty. */
async function begin(folder: string): Promise<void> {
  root = mkdtempSync(join(tmpdir(), 'commodarr-room-'))
  mkdirSync(join(root, 'downloads'))
  writeFileSync(join(root, 'downloads', 'film.mkv'), '')
  harness = await ActingHarness.start({
    servers: [A, B].map((name) => ({name, kind: 'qbittorrent', version: '5.1.0'})),
    arrs: [radarrOn(A)],
    torrents: [],
    config: `
[Settings]
Tagless = false
FreeSpace = "1M"
FreeSpaceFolder = ${JSON.stringify(join(root, folder))}
${radarrSection}
`,
  })
  const {bavail, bsize} = statfsSync(root)
  const size = Math.floor(bavail * bsize * 0.6)
  for (const name of [A, B]) {
    const {world} = harness.server(name)
    world.free = 100 * size
    world.put({
      hash: names[name]!,
      name: 'film',
      rootName: 'film',
      size,
      sizeTotal: size,
      done: 0,
      fileCount: 1,
      state: 'downloading',
      running: true,
      category: 'films',
      seedsConnected: 3,
      downSpeed: 1,
      savePath: world.defaultSavePath,
      availability: 3,
    })
  }
}

const state = (name: string) => harness.server(name).world.get(names[name]!)?.state
const tags = (name: string) => harness.server(name).world.get(names[name]!)?.tags

test('B.10 of two servers that save to the volume of FreeSpaceFolder the second has what the first leaves', async () => {
  await begin('downloads')
  await harness.until(
    HOUR,
    () => state(B),
    (it) => it === 'stopped',
  )
  expect([state(A), state(B)]).toEqual(['downloading', 'stopped'])
  expect(tags(B)).toEqual(['qBitrr-free_space_paused'])
  const {world} = harness.server(A)
  world.drop(world.get(names[A]!)!)
  await harness.until(
    HOUR,
    () => state(B),
    (it) => it === 'downloading',
  )
  expect([state(B), tags(B)]).toEqual(['downloading', []])
})

test('S08 a folder that is not there measures nothing: no download is stopped, whatever servers say', async () => {
  await begin('unmounted')
  harness.server(A).world.free = 0
  await harness.pass(30 * MINUTE)
  expect([state(A), state(B)]).toEqual(['downloading', 'downloading'])
})
