/**
 * What the contract suite does not ask: the ways in front of a real rTorrent, what its command language does to hostile
 * values, and removal and moving by the daemon's own programs.
 */
import {existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {startNginx, type Nginx} from '#lab/daemons/nginx.ts'
import {waitUntil} from '#lab/daemons/process.ts'
import {startRtorrent, type RtorrentDaemon} from '#lab/daemons/rtorrent.ts'
import {callRtorrent} from '#lab/daemons/scgi.ts'
import {programVersion, readySuites} from '#lab/daemons/suites.ts'
import {Rows} from '#lab/simulators/rtorrent-subject.ts'
import {makeTorrent, type MadeTorrent} from '#lab/torrent-maker.ts'
import {systemClock} from '#lib/clock.ts'
import {TimeSlice} from '#lib/time-slice.ts'
import type {Approved, CommandResult, RemovalCommand} from '#model/command.ts'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {insideMetainfo} from '#test/doubles/inside-work.ts'
import type {CallBounds} from '../port.ts'
import {RtorrentClient} from './client.ts'
import {eraseRtorrent} from './erase.ts'

const bounds: CallBounds = {timeoutMs: 30_000, maxBytes: 64 * 1024 * 1024}
const closedTracker = 'http://127.0.0.1:9/announce'
const hostile = [
  'a, b',
  '(d.erase) {x}; [y]',
  '"quoted"',
  'back\\slash',
  '#',
  "it's",
  '",d.custom1.set=owned',
  'tail\\',
]
let count = 0

test.runIf(readySuites().includes('trixie'))('trixie has the rTorrent of bookworm', () => {
  expect(programVersion('trixie', 'rtorrent')).toBe('0.9.8')
})

for (const suite of readySuites().filter((one) => one !== 'trixie')) {
  describe(`rTorrent of ${suite}`, () => {
    let daemon: RtorrentDaemon
    let nginx: Nginx
    const open: RtorrentClient[] = []

    beforeAll(async () => {
      daemon = await startRtorrent({suite, transport: 'tcp'})
      nginx = await startNginx({
        behind: {scgi: daemon.scgi},
        path: '/RPC2',
        basicAuth: {username: 'admin', password: 'secret123'},
      })
    })
    afterAll(async () => {
      for (const client of open) await client.close()
      await nginx.stop()
      await daemon.dispose()
    })

    async function client(how: Partial<ServerDefinition> = {}): Promise<RtorrentClient> {
      const made = new RtorrentClient({
        definition: {...daemon.definition, ...how},
        clock: systemClock,
        turns: new TimeSlice(),
        metainfo: insideMetainfo,
      })
      open.push(made)
      await made.connect(bounds)
      return made
    }

    const fresh = (content: number | Record<string, number> = 50_000): MadeTorrent =>
      makeTorrent({name: `lab ${process.pid} ${++count}`, content, trackers: [closedTracker]})
    const raw = (method: string, ...params: (string | number)[]) => callRtorrent(daemon.scgi, method, params)

    async function complete(on: RtorrentClient, made: MadeTorrent): Promise<InfoHash> {
      made.writePayload(daemon.downloadDir)
      await on.server.addTorrent({source: {torrent: made.torrent, fileName: 'x'}, start: true}, bounds)
      await waitUntil('it to be complete', async () => (await raw('d.complete', made.hash)) === 1)
      return made.hash
    }

    async function erase(on: RtorrentClient, hash: InfoHash): Promise<CommandResult> {
      const command = {verb: 'removeWithData', args: {}} as unknown as Approved<RemovalCommand>
      return (await eraseRtorrent(on, [hash], command, bounds)).get(hash)!
    }

    /* ───────────────────────────── ways in ───────────────────────────── */

    const login = {username: 'admin', password: new Secret('secret123')}

    test('through nginx with basic auth, as user or as basic auth of the proxy', async () => {
      for (const how of [login, {basicAuth: login}]) {
        const on = await client({url: nginx.url, ...how})
        await on.probe(bounds)
        const hash = await complete(on, fresh())
        expect((await on.details.files(hash, bounds))[0]).toMatchObject({progress: 1})
      }
    })

    test('through nginx: wrong password, wrong path, rTorrent down', async () => {
      const reasonOf = (how: Partial<ServerDefinition>) =>
        client(how).then(
          () => 'none',
          (error: {reason: string}) => error.reason,
        )
      expect(await reasonOf({url: nginx.url})).toBe('wrong_credentials')
      expect(await reasonOf({url: nginx.url, ...login, password: new Secret('x')})).toBe('wrong_credentials')
      expect(await reasonOf({url: nginx.url.replace('/RPC2', '/nowhere'), ...login})).toBe('wrong_path')
      const dead = await startNginx({behind: {scgi: {host: '127.0.0.1', port: 1}}, path: '/RPC2'})
      expect(await reasonOf({url: dead.url})).toBe('server_error')
      await dead.stop()
    })

    /* ───────────────────────────── hostile values ───────────────────────────── */

    test.each(hostile)('nothing in %j is carried out, by magnet and by bytes', async (text) => {
      const on = await client()
      for (const isMagnet of [true, false]) {
        const made = fresh()
        const source = isMagnet ? {magnet: made.magnet} : {torrent: made.torrent, fileName: 'x'}
        const savePath = `${daemon.serverDownloadDir}/${text}`
        await on.server.addTorrent({source, start: false, category: text, tags: [text], savePath}, bounds)
        const label = String(await raw('d.custom1', made.hash))
        expect(label.split(',').map(decodeURIComponent)).toEqual([text, text])
        if (!isMagnet) expect(await raw('d.directory', made.hash)).toBe(savePath)
        await on.control.setCategory([made.hash], {category: `${text}$cat=x`}, bounds)
        expect(decodeURIComponent(String(await raw('d.custom1', made.hash)).split(',')[0]!)).toBe(
          `${text}$cat=x`,
        )
      }
    })

    test.each([
      ['a folder', {'a.bin': 20_000, 'b/c.bin': 10_000}, 'd.directory_base.set'],
      ['a file', 20_000, 'd.directory.set'],
    ])('what is placed elsewhere while it is closed is there: %s', async (_, content, method) => {
      const on = await client({paths: [], allowExecute: true})
      const made = fresh(content)
      const hash = await complete(on, made)
      const elsewhere = `${daemon.serverDownloadDir}/elsewhere ${made.name}`
      await raw('d.stop', hash)
      await raw('d.close', hash)
      await raw(method, hash, typeof content === 'number' ? elsewhere : `${elsewhere}/${made.name}`)
      // Of its files it tells the place where they were opened.
      expect(await raw('d.base_path', hash)).toBe(`${daemon.serverDownloadDir}/${made.name}`)
      const rows = new Rows()
      await on.sync.step({list: 'full', attentive: true}, rows, {delta: bounds, full: bounds})
      const place = {savePath: elsewhere, contentPath: `${elsewhere}/${made.name}`}
      expect(rows.rows.get(hash)).toMatchObject(place)
      await erase(on, hash)
      const there = made.files.map((file) => existsSync(join(daemon.downloadDir, file.path)))
      expect(there).toEqual(there.map(() => true))
    })

    test('a name that is not UTF-8 spoils no list', async () => {
      const on = await client()
      const made = fresh()
      const bytes = Buffer.from(made.torrent)
      const name = Buffer.from(made.name)
      const at = bytes.indexOf(name)
      bytes[at] = 0xe9
      const {status, hash} = await on.server.addTorrent(
        {source: {torrent: bytes, fileName: 'x'}, start: false},
        bounds,
      )
      expect(status).toBe('added')
      const rows = new Rows()
      await on.sync.step({list: 'full', attentive: true}, rows, {delta: bounds, full: bounds})
      expect(rows.rows.has(hash!)).toBe(true)
      expect(rows.rows.size).toBe(((await raw('download_list', '')) as unknown[]).length)
    })

    /* ───────────────────────────── bent answers ───────────────────────────── */

    const anyCharacters = {
      name: 'Ünï 😀 "lab" \\ $x=, %F0%9F {?}',
      content: {'a 😀.bin': 20_000, 'süb/b?.bin': 10_000, '🎬/😀 $system.pid=.bin': 5_000, 'plain?.bin': 10},
      folder: '🎬 moved',
      isMoved: true,
    }
    const lineBreaks = {
      name: 'Two\nlines, and\r\nmore',
      content: {'a\n.bin': 20_000, 'b\r\n/c\r.bin': 10_000, '\nd 😀\n.bin': 5_000},
      folder: 'moved by us',
      // Nobody hands such a path to a program.
      isMoved: false,
    }
    const ofNames = [anyCharacters, lineBreaks]
    test.each(ofNames.flatMap((names) => [['xml', names] as const, ['json', names] as const]))(
      'names of any characters are as they are, asked in %s: %j',
      async (dialect, {name: bare, content, folder, isMoved}) => {
        const on = await client({paths: [], allowExecute: true})
        if (dialect === 'xml') on.session.wire.dialect = 'xml'
        const name = `${bare} (${dialect}) ${process.pid}`
        const made = makeTorrent({name, content, trackers: [closedTracker]})
        const hash = await complete(on, made)
        const rows = new Rows()
        const whole = async () => {
          await on.sync.step({list: 'full', attentive: true}, rows, {delta: bounds, full: bounds})
          await waitUntil('its place', async () => {
            await on.sync.step({list: 'delta', attentive: true}, rows, {delta: bounds, full: bounds})
            return rows.rows.get(hash)?.contentPath !== undefined
          })
          return rows.rows.get(hash)!
        }
        const home = daemon.serverDownloadDir
        expect(await whole()).toMatchObject({name, savePath: home, contentPath: `${home}/${name}`})
        const files = await on.details.files(hash, bounds)
        expect(files.map(({path}) => path).toSorted()).toEqual(made.files.map(({path}) => path).toSorted())
        const path = `${home}/${folder} (${dialect})`
        const moved = await on.control.setLocation([hash], {path, moveData: true}, bounds)
        if (!isMoved) {
          expect(moved.get(hash)).toMatchObject({code: 'command_refused'})
          expect(await erase(on, hash)).toMatchObject({code: 'command_refused'})
          const kept = made.files.map((file) => existsSync(join(daemon.downloadDir, file.path)))
          expect(kept).toEqual(kept.map(() => true))
          return
        }
        expect(moved.get(hash)).toEqual({outcome: 'done'})
        expect(await whole()).toMatchObject({savePath: path, contentPath: `${path}/${name}`})
        const there = made.files.map((file) => join(daemon.downloadDir, `${folder} (${dialect})`, file.path))
        expect(there.map((file) => existsSync(file))).toEqual(there.map(() => true))
        expect(await erase(on, hash)).toEqual({outcome: 'done'})
        expect(there.map((file) => existsSync(file))).toEqual(there.map(() => false))
      },
    )

    test('a torrent goes in to a folder of any characters, started or not', async () => {
      const on = await client()
      const savePath = `${daemon.serverDownloadDir}/🎬 "new"`
      for (const isMagnet of [true, false]) {
        const made = fresh()
        const source = isMagnet ? {magnet: made.magnet} : {torrent: made.torrent, fileName: 'x'}
        await on.server.addTorrent({source, start: false, savePath, category: '😀'}, bounds)
        const reported = String(await raw('d.directory', made.hash))
        const target = [{target: made.hash, command: 'd.directory', sent: reported}]
        on.session.wire.dialect = 'xml'
        if (!isMagnet) expect(await on.session.truths.textsOf(target, bounds)).toEqual([savePath])
      }
    })

    test('a torrent of 1 MB goes in although the daemon takes half of it', async () => {
      await raw('network.xmlrpc.size_limit.set', '', 524_288)
      const on = await client()
      const made = makeTorrent({
        name: 'large',
        content: 10_000,
        comment: 'x'.repeat(1_000_000),
        trackers: [closedTracker],
      })
      await on.server.addTorrent({source: {torrent: made.torrent, fileName: 'x'}, start: false}, bounds)
      expect(await raw('d.name', made.hash)).toBe('large')
    })

    /* ───────────────────────────── by the daemon's programs ───────────────────────────── */

    const remote = {paths: [], allowExecute: true}

    test('the daemon deletes exactly the listed files and the folders they leave empty', async () => {
      const on = await client(remote)
      const many = fresh({"it's $(id); first.bin": 20_000, 'inner/second.bin': 30_000})
      const one = fresh()
      const hashes = [await complete(on, many), await complete(on, one)]
      writeFileSync(join(daemon.downloadDir, many.name, 'notes.txt'), 'mine')
      for (const hash of hashes) expect(await erase(on, hash)).toEqual({outcome: 'done'})
      for (const {path} of [...many.files, ...one.files])
        expect(existsSync(join(daemon.downloadDir, path))).toBe(false)
      expect(existsSync(join(daemon.downloadDir, many.name, 'inner'))).toBe(false)
      expect(existsSync(join(daemon.downloadDir, many.name, 'notes.txt'))).toBe(true)
    })

    test('the daemon deletes nothing outside of the roots, nor through a link', async () => {
      const on = await client({...remote, downloadRoots: [`${daemon.serverDownloadDir}/only`]})
      const outside = await complete(on, fresh())
      expect(await erase(on, outside)).toMatchObject({outcome: 'refused', code: 'command_refused'})
      const whole = await client(remote)
      const made = fresh({'a.bin': 20_000})
      const hash = await complete(whole, made)
      const folder = join(daemon.downloadDir, made.name)
      rmSync(folder, {recursive: true})
      mkdirSync(join(daemon.folder, 'private'), {recursive: true})
      writeFileSync(join(daemon.folder, 'private/a.bin'), Buffer.alloc(20_000))
      symlinkSync('../private', folder)
      expect(await erase(whole, hash)).toMatchObject({
        outcome: 'refused',
        message: expect.stringContaining('leads elsewhere'),
      })
      expect(existsSync(join(daemon.folder, 'private/a.bin'))).toBe(true)
      expect(await raw('d.state', hash)).toBe(1)
    })

    test('the daemon moves the data, never onto something that is there', async () => {
      const on = await client(remote)
      const made = fresh({'a.bin': 20_000})
      const hash = await complete(on, made)
      const path = `${daemon.serverDownloadDir}/moved here`
      mkdirSync(join(daemon.downloadDir, 'taken', made.name), {recursive: true})
      const taken = await on.control.setLocation(
        [hash],
        {path: `${daemon.serverDownloadDir}/taken`, moveData: true},
        bounds,
      )
      expect(taken.get(hash)).toMatchObject({outcome: 'failed'})
      expect(existsSync(join(daemon.downloadDir, made.files[0]!.path))).toBe(true)
      expect((await on.control.setLocation([hash], {path, moveData: true}, bounds)).get(hash)).toEqual({
        outcome: 'done',
      })
      expect(existsSync(join(daemon.downloadDir, 'moved here', made.files[0]!.path))).toBe(true)
      expect([await raw('d.state', hash), await raw('d.complete', hash)]).toEqual([1, 1])
    })

    test('the daemon leaves a folder where it is in which things of others lie, whatever they are called', async () => {
      const on = await client(remote)
      for (const [n, [own, other]] of [
        ['a.bin', 'notes.txt'],
        ['😀.bin', 'deep/🎬\nnotes'],
      ].entries()) {
        const made = fresh({[own!]: 20_000, 'deep/b.bin': 10_000})
        const hash = await complete(on, made)
        const there = join(daemon.downloadDir, made.name, other!)
        writeFileSync(there, 'mine')
        const path = `${daemon.serverDownloadDir}/beside ${n}`
        const move = async () =>
          (await on.control.setLocation([hash], {path, moveData: true}, bounds)).get(hash)
        expect(await move()).toMatchObject({
          code: 'command_refused',
          message: expect.stringContaining('Other files'),
        })
        expect([existsSync(there), existsSync(join(daemon.downloadDir, made.files[0]!.path))]).toEqual([
          true,
          true,
        ])
        rmSync(there)
        expect(await move()).toEqual({outcome: 'done'})
      }
    })

    test('two torrents on the same data: neither can be removed with it, nor moved', async () => {
      const on = await client()
      const made = fresh({'a.bin': 20_000})
      const twin = makeTorrent({
        name: made.name,
        content: {'a.bin': 20_000},
        pieceSize: 32_768,
        trackers: [closedTracker],
      })
      const hashes = [await complete(on, made), await complete(on, twin)]
      for (const hash of hashes) {
        expect(await erase(on, hash)).toMatchObject({outcome: 'refused', code: 'content_shared'})
        const moved = await on.control.setLocation(
          [hash],
          {path: `${daemon.serverDownloadDir}/x`, moveData: true},
          bounds,
        )
        expect(moved.get(hash)).toMatchObject({outcome: 'failed', code: 'content_shared'})
        expect(await raw('d.state', hash)).toBe(1)
      }
    })

    /* ───────────────────────────── restart ───────────────────────────── */

    test('after a restart label, tags and time of adding are still there, and the list is a new epoch', async () => {
      const on = await client()
      const rows = new Rows()
      const step = () => on.sync.step({list: 'delta', attentive: true}, rows, {delta: bounds, full: bounds})
      const made = fresh()
      await on.server.addTorrent(
        {source: {torrent: made.torrent, fileName: 'x'}, start: false, category: 'keeps', tags: ['a b']},
        bounds,
      )
      await step()
      const before = rows.rows.get(made.hash)!
      // 0.16 writes its session in the background: what was told in the last moment before a crash is lost with it.
      const saved = join(daemon.folder, 'session', `${made.hash.toUpperCase()}.torrent.rtorrent`)
      await waitUntil('it to be saved', () => {
        const text = existsSync(saved) ? readFileSync(saved, 'latin1') : ''
        return text.includes('keeps') && text.includes('addtime')
      })
      await daemon.kill9()
      await daemon.restart()
      await step()
      expect(rows.epochs).toEqual([true, true])
      const {addedAt, category, tags} = rows.rows.get(made.hash)!
      expect({addedAt, category, tags}).toEqual({addedAt: before.addedAt, category: 'keeps', tags: ['a b']})
    })

    // 0.16 passes over what is to be saved while it still writes what was to be saved a moment before [run 0.16.17].
    test.runIf(suite === 'bookworm')(
      'after a crash runs what was added or started to run, and what was stopped is stopped',
      async () => {
        const on = await client()
        const rows = new Rows()
        const step = () => on.sync.step({list: 'delta', attentive: true}, rows, {delta: bounds, full: bounds})
        const [added, started, stopped] = [fresh(), fresh(), fresh()]
        for (const made of [added, started, stopped]) {
          const source = {torrent: made.torrent, fileName: 'x'}
          await on.server.addTorrent({source, start: made !== started}, bounds)
        }
        await on.control.start([started.hash], {}, bounds)
        await on.control.stop([stopped.hash], {}, bounds)
        for (const {hash} of [added, started, stopped]) {
          const saved = join(daemon.folder, 'session', `${hash.toUpperCase()}.torrent.rtorrent`)
          const state = hash === stopped.hash ? '5:statei0e' : '5:statei1e'
          await waitUntil(
            'it to be saved',
            () => existsSync(saved) && readFileSync(saved, 'latin1').includes(state),
          )
        }
        await daemon.kill9()
        await daemon.restart()
        await step()
        const states = [added, started, stopped].map(({hash}) => rows.rows.get(hash)!.state === 'stopped')
        expect(states).toEqual([false, false, true])
      },
    )
  })
}
