/** Imports that touch the disk: hard links, moves, and what a scan by hand does to a torrent that seeds. */
import {existsSync, mkdtempSync, readdirSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {Arr} from './arr.ts'
import {SimBackend} from './backends/sim-backend.ts'
import type {ArrSettings} from './config.ts'
import {assembleSim, type ArrSim} from './create.ts'
import {clientsOf, type ArrClients} from './arr-client.fixture.ts'
import {virtualTimeLine, type TimeLine} from './time-line.ts'

let folder: string
let time: TimeLine
let sim: ArrSim
let it: ArrClients
let arr: Arr
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-arr-files-'))
})
afterEach(async () => {
  await sim.close()
  rmSync(folder, {recursive: true, force: true})
})

async function start(config: Partial<ArrSettings> = {}): Promise<void> {
  time = virtualTimeLine()
  const server = new SimBackend(time, {savePath: join(folder, 'downloads'), files: 'real'})
  sim = assembleSim({
    clock: time,
    backends: {A: server},
    instances: [
      {
        name: 'Radarr',
        app: 'radarr',
        files: 'real',
        library: [{title: 'Some Film', year: 2020}],
        config,
        rootFolders: [join(folder, 'media')],
        downloadClients: [{name: 'A', category: 'films'}],
      },
    ],
  })
  it = await clientsOf(sim.arr('Radarr'))
  arr = it.arr.arr
}

const content = [
  {path: 'Some.Film.2020/film.mkv', size: 5_000, kind: 'video'},
  {path: 'Some.Film.2020/sample.mkv', size: 100, kind: 'sample'},
] as const

async function grab(more: object = {}): Promise<{download: string; imported: string; downloadId: string}> {
  const {hash} = arr.releases.define({
    itemId: 1,
    title: 'Some.Film.2020',
    content,
    life: {completeAfter: 10},
    ...more,
  })
  await it.port.command({what: 'rssSync'})
  await time.advance(90_000)
  return {
    download: join(folder, 'downloads/films/Some.Film.2020/film.mkv'),
    imported: join(folder, 'media/Some Film (2020)/Some Film (2020).mkv'),
    downloadId: hash,
  }
}

for (const [copyUsingHardlinks, links] of [
  [true, 2],
  [false, 1],
] as const) {
  test(`an import leaves the download where it is (hard links ${copyUsingHardlinks})`, async () => {
    await start({copyUsingHardlinks})
    const {download, imported} = await grab()
    expect([statSync(download).size, statSync(imported).size]).toEqual([5_000, 5_000])
    expect(statSync(imported).nlink).toBe(links)
    expect(arr.history.happened.at(-1)).toMatchObject({data: {droppedPath: download, importedPath: imported}})
  })
}

test('a scan of an id that the Arr does not track moves the files and deletes the folder', async () => {
  await start()
  const {download, imported} = await grab({import: 'noFiles'})
  await it.port.command({
    what: 'scanDownload',
    path: join(folder, 'downloads/films/Some.Film.2020'),
    mode: 'auto',
    downloadId: 'EF'.repeat(20) as never,
  })
  await time.advance(10_000)
  expect([existsSync(download), existsSync(imported)]).toEqual([false, true])
  expect(readdirSync(join(folder, 'downloads/films'))).toEqual([])
})

test('a scan of an id that it tracks, with the order to copy, leaves the download; a path that is not there achieves nothing', async () => {
  await start()
  const {download, imported, downloadId} = await grab({import: {locked: 3}})
  const scan = {what: 'scanDownload', downloadId: downloadId as never, mode: 'copy'} as const
  for (let attempt = 0; attempt < 6 && !existsSync(imported); attempt++) {
    await it.port.command({...scan, path: join(folder, 'downloads/films/Some.Film.2020')})
    await time.advance(10_000)
  }
  expect([existsSync(download), existsSync(imported)]).toEqual([true, true])
  const lost = await it.port.command({
    ...scan,
    downloadId: 'EF'.repeat(20) as never,
    path: join(folder, 'nowhere'),
  })
  await time.advance(10_000)
  expect(await it.port.commandState(lost.id)).toMatchObject({status: 'completed', result: 'unsuccessful'})
})

test('a removal through the Arr takes the files along', async () => {
  await start()
  const {download} = await grab({import: 'noFiles'})
  const [row] = await it.port.queue()
  const removal = {removeFromClient: true, blocklist: false, skipRedownload: true, changeCategory: false}
  await it.port.removeFromQueue(row!.id, removal)
  expect(existsSync(download)).toBe(false)
})
