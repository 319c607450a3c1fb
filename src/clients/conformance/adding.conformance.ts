import {existsSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {waitUntil} from '#lab/daemons/process.ts'
import type {SeenTorrent} from '#lab/observers/observer.ts'
import type {MadeTorrent} from '#lab/torrent-maker.ts'
import type {AddTorrent} from '#model/command.ts'
import {CommodarrError, NotSupported} from '#model/errors.ts'
import type {ExtraFeature} from '#model/server.ts'
import {bounds, fileOf, type Stage} from './stage.conformance.ts'

const K = 1000

export function adding(stage: () => Stage): void {
  for (const [source, of] of [
    ['bytes', (_: Stage, made: MadeTorrent) => fileOf(made)],
    ['a magnet link', (_: Stage, made: MadeTorrent) => ({magnet: made.magnet})],
    [
      'a URL',
      (at: Stage, made: MadeTorrent) => ({url: at.tracker.serve(`${made.hash}.torrent`, made.torrent)}),
    ],
  ] as const) {
    test(`a torrent is added by ${source}, and the answer names it`, async () => {
      const at = stage()
      const made = at.make()
      const outcome = await at.client.server.addTorrent({source: of(at, made), start: false}, bounds)
      expect(outcome.status).toBeOneOf(['added', 'pending'])
      if (outcome.status === 'added') expect(outcome.hash).toBe(made.hash)
      await at.until(made.hash, 'it to be there', () => true)
      await at.converges('it', ({rows}) => rows.has(made.hash))
    })
  }

  test('a torrent added twice is called a duplicate, by bytes and by magnet link', async () => {
    const at = stage()
    const made = at.make()
    await at.addStopped(made)
    for (const source of [fileOf(made), {magnet: made.magnet}]) {
      const outcome = await at.client.server
        .addTorrent({source, start: false}, bounds)
        .catch((error: CommodarrError) => ({status: error.code, hash: made.hash}))
      expect(outcome).toEqual({status: expect.stringMatching(/^duplicate/), hash: made.hash})
    }
  })

  test('bytes that are no torrent are refused', async () => {
    const at = stage()
    const source = {torrent: Buffer.from('<html>not a torrent</html>'), fileName: 'x.torrent'}
    const before = await at.observe.hashes()
    await expect(at.client.server.addTorrent({source, start: false}, bounds)).rejects.toBeInstanceOf(
      CommodarrError,
    )
    expect((await at.observe.hashes()).length).toBe(before.length)
  })

  test('a URL that answers 404 adds nothing and is not called added', async () => {
    const at = stage()
    const before = await at.observe.hashes()
    const outcome = await at.client.server
      .addTorrent({source: {url: at.tracker.missingUrl}, start: false}, bounds)
      .catch((error: unknown) => error)
    if (!(outcome instanceof CommodarrError)) expect(outcome).toMatchObject({status: 'pending'})
    expect((await at.observe.hashes()).toSorted()).toEqual(before.toSorted())
  })

  test('added started it runs, added stopped it does not', async () => {
    const at = stage()
    const [running, stopped] = [at.make(), at.make()]
    await at.client.server.addTorrent({source: fileOf(running), start: true}, bounds)
    await at.client.server.addTorrent({source: fileOf(stopped), start: false}, bounds)
    await at.shows(
      running.hash,
      'running',
      (seen) => seen.running,
      (row) => row.state === 'stalledDown',
    )
    await at.shows(
      stopped.hash,
      'stopped',
      (seen) => !seen.running,
      (row) => row.state === 'stopped',
    )
  })

  test('save path, category and tags given at the start are there', async () => {
    const at = stage()
    const savePath = `${at.daemon.serverDownloadDir}/given`
    const tags = at.features.tags.support === 'none' ? [] : ['alpha', 'beta with space']
    const hash = await at.addStopped(at.make(), {savePath, category: 'added-films', tags})
    await at.shows(
      hash,
      'all three',
      (seen) =>
        seen.savePath === savePath && seen.category === 'added-films' && seen.tags.join() === tags.join(),
      (row) =>
        row.savePath === savePath &&
        row.category === 'added-films' &&
        row.tags?.toSorted().join() === tags.join(),
    )
  })

  test('tags given at the start are refused with a reason where there are none', async () => {
    const at = stage()
    if (at.features.tags.support !== 'none') return
    const made = at.make()
    const add = {source: fileOf(made), start: false, tags: ['alpha']}
    await expect(at.client.server.addTorrent(add, bounds)).rejects.toBeInstanceOf(NotSupported)
    expect(await at.observe.torrent(made.hash)).toBeNull()
  })

  test('torrents that are added in the same moment all get the category that was not there', async () => {
    const at = stage()
    const category = 'added-at-once'
    const hashes = await Promise.all(Array.from({length: 4}, () => at.addStopped(at.make(), {category})))
    for (const hash of hashes) {
      await at.shows(
        hash,
        'the category',
        (seen) => seen.category === category,
        (row) => row.category === category,
      )
    }
  })

  for (const option of options) {
    test(`${option.title} given at the start holds, or is refused with a reason`, async () => {
      const at = stage()
      const made = at.makeMany()
      const add = {source: fileOf(made), start: false, ...option.add}
      if (at.features[option.feature].support === 'none') {
        await expect(at.client.server.addTorrent(add, bounds)).rejects.toBeInstanceOf(NotSupported)
        expect(at.features[option.feature].reason).not.toBe('')
        expect(await at.observe.torrent(made.hash)).toBeNull()
      } else {
        await at.client.server.addTorrent(add, bounds)
        await at.until(made.hash, option.title, option.shown)
      }
    })
  }

  test('a torrent said to be complete is not checked where that is offered', async () => {
    const at = stage()
    const made = at.make()
    const [file] = made.files
    // Of its length, as what is missing altogether is found missing soon.
    writeFileSync(join(at.daemon.downloadDir, file!.path), Buffer.alloc(file!.bytes.length))
    const add = {source: fileOf(made), start: false, skipCheck: true}
    if (!(await at.offers('addSkipCheck', () => at.client.server.addTorrent(add, bounds)))) return
    // Other bytes lie there: only who did not look calls it complete.
    await at.until(made.hash, 'it to be believed complete', (seen) => seen.progress === 1)
  })

  test.each(['alone', 'with all that it can do to what is unfinished'])(
    'what others use keeps its names and its place, though it is not whole, or is refused: %s',
    async (how) => {
      const at = stage()
      const settings = how === 'alone' ? {} : meddling(at)
      await at.client.server.setPreferences({values: settings}, bounds)
      const made = at.makeMany()
      made.writePayload(at.daemon.downloadDir)
      const [first] = made.files
      writeFileSync(join(at.daemon.downloadDir, first!.path), Buffer.alloc(first!.bytes.length))
      const savePath = at.daemon.serverDownloadDir
      try {
        const add: AddTorrent = {source: fileOf(made), start: false, savePath, data: 'shared'}
        await at.client.server.addTorrent(add, bounds)
        await at.until(made.hash, 'it to be there', (seen) => !seen.checking)
        await at.client.control.recheck([made.hash], {}, bounds)
        await at.until(made.hash, 'its check', (seen) => !seen.checking && seen.progress > 0)
      } catch (error) {
        expect(error).toBeInstanceOf(NotSupported)
        expect(await at.observe.hashes()).not.toContain(made.hash)
      } finally {
        const back = Object.entries(settings).map(([name]) => [name, false])
        await at.client.server.setPreferences({values: Object.fromEntries(back)}, bounds)
      }
      for (const {path} of made.files)
        expect([path, existsSync(join(at.daemon.downloadDir, path))]).toEqual([path, true])
    },
  )

  test('data that is brought is looked for where it was brought', async () => {
    const at = stage()
    const settings = elsewhere(at)
    await at.client.server.setPreferences({values: settings}, bounds)
    const made = at.makeMany()
    const savePath = `${at.daemon.serverDownloadDir}/brought`
    const add: AddTorrent = {source: fileOf(made), start: false, savePath, data: 'brought'}
    await at.client.server.addTorrent(add, bounds)
    await at.until(made.hash, 'it to be there', (seen) => !seen.checking && seen.savePath === savePath)
    made.writePayload(at.daemon.ours(savePath))
    await at.client.control.recheck([made.hash], {}, bounds)
    await at.until(made.hash, 'its data to be found', (seen) => !seen.checking && seen.progress === 1)
    for (const {path} of made.files) expect(existsSync(join(at.daemon.ours(savePath), path))).toBe(true)
    const back = Object.entries(settings).filter(([, value]) => value === true)
    const values = Object.fromEntries(back.map(([name]) => [name, false]))
    await at.client.server.setPreferences({values}, bounds)
  })

  test('the content layout decides about the top folder', async () => {
    const at = stage()
    const made = at.makeMany()
    const add = {source: fileOf(made), start: false, contentLayout: 'noSubfolder'} as const
    if (!(await at.offers('addContentLayout', () => at.client.server.addTorrent(add, bounds)))) return
    await at.until(made.hash, 'it to be there', () => true)
    expect((await at.observe.files(made.hash)).map(({path}) => path)).toContain('first.bin')
  })

  test('cookies go along when the server fetches a URL', async () => {
    const at = stage()
    const made = at.make()
    const url = at.tracker.serve(`cookie-${made.hash}.torrent`, made.torrent)
    const add = {source: {url}, start: false, cookies: 'lab=1; other=2'}
    if (!(await at.offers('addCookies', () => at.client.server.addTorrent(add, bounds)))) return
    await at.until(made.hash, 'it to be there', () => true)
    const asked = at.tracker.requests.filter(({path}) => path === new URL(url).pathname)
    expect(asked.some(({cookie}) => cookie.includes('lab=1') && cookie.includes('other=2'))).toBe(true)
  })

  test('a private torrent is known to be private', async () => {
    const at = stage()
    const hash = await at.addStopped(at.make({isPrivate: true}))
    expect((await at.client.details.more(hash, bounds)).isPrivate ?? privateInList(at, hash)).toBeTruthy()
  })

  test('a started torrent of which all data lies there completes on its own', async () => {
    const at = stage()
    const made = at.makeMany()
    const hash = await at.addComplete(made)
    await at.shows(
      hash,
      'seeding',
      (seen) => seen.running,
      (row) => row.state === 'stalledUp' && row.complete === true,
    )
    await waitUntil('its files', () => existsSync(`${at.daemon.downloadDir}/${made.files[0]!.path}`))
  })
}

async function privateInList(at: Stage, hash: MadeTorrent['hash']): Promise<boolean> {
  await at.converges('private', ({rows}) => rows.get(hash)?.isPrivate === true)
  return true
}

const options: readonly {
  title: string
  feature: ExtraFeature
  add: Partial<AddTorrent>
  shown: (seen: SeenTorrent) => boolean
}[] = [
  {
    title: 'speed limits',
    feature: 'addLimits',
    add: {downLimit: 128 * K, upLimit: 256 * K},
    shown: (seen) => seen.downLimit === 128 * K && seen.upLimit === 256 * K,
  },
  {
    title: 'sequential download',
    feature: 'addSequential',
    add: {sequential: true},
    shown: (seen) => seen.sequential === true,
  },
  {
    title: 'first and last piece first',
    feature: 'addFirstLast',
    add: {firstLast: true},
    shown: (seen) => seen.firstLast === true,
  },
  {
    title: 'another name',
    feature: 'addRename',
    add: {rename: 'given another name'},
    shown: (seen) => seen.name === 'given another name',
  },
  {
    title: 'a stop after the check',
    feature: 'addStopCondition',
    add: {start: true, stopCondition: 'filesChecked'},
    shown: (seen) => !seen.running && !seen.checking,
  },
]

/** Settings by which a server renames what is not whole. */
function meddling({daemon}: Stage): Readonly<Record<string, unknown>> {
  if (daemon.kind === 'qbittorrent') return {incomplete_files_ext: true}
  if (daemon.kind === 'deluge') return {pre_allocate_storage: true}
  return daemon.kind === 'transmission' ? {rename_partial_files: true} : {}
}

/** Settings by which it has what is unfinished in a folder of its own. */
function elsewhere({daemon}: Stage): Readonly<Record<string, unknown>> {
  const folder = `${daemon.serverDownloadDir}/unfinished`
  if (daemon.kind === 'qbittorrent') return {temp_path_enabled: true, temp_path: folder}
  if (daemon.kind === 'deluge') return {move_completed: true, move_completed_path: folder}
  return daemon.kind === 'transmission' ? {incomplete_dir_enabled: true, incomplete_dir: folder} : {}
}
