import {existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {bounds, RtorrentSubject} from '#lab/simulators/rtorrent-subject.ts'
import type {SimTorrent} from '#lab/simulators/sim-torrent.ts'
import type {Approved, CommandResult, RemovalCommand} from '#model/command.ts'
import type {ServerDefinition} from '#model/server.ts'
import type {InfoHash} from '#model/torrent-key.ts'
import {eraseRtorrent} from './erase.ts'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

const [A, B] = ['a', 'b'].map((digit) => digit.repeat(40) as InfoHash) as [InfoHash, InfoHash]
const SERVER = '/data'

interface Scene {
  readonly subject: RtorrentSubject
  /** Our folder that is the server's `/data`. */
  readonly ours: string
  readonly erase: (hash: InfoHash, verb?: RemovalCommand['verb']) => Promise<CommandResult>
  /** Puts a torrent of files with these sizes into the world and onto the disk. */
  readonly put: (
    hash: InfoHash,
    name: string,
    files: Record<string, number> | number,
    more?: Partial<SimTorrent>,
  ) => void
}

async function scene(definition: Partial<ServerDefinition> = {}, version = '0.9.8'): Promise<Scene> {
  const ours = realpathSync(mkdtempSync(join(tmpdir(), 'commodarr-erase-')))
  open.push({close: () => rmSync(ours, {recursive: true})})
  mkdirSync(join(ours, 'downloads'))
  const subject = await RtorrentSubject.start({
    version,
    savePath: `${SERVER}/downloads`,
    definition: {paths: [{server: SERVER, ours}], ...definition},
  })
  open.push(subject)
  await subject.connect()
  return {
    subject,
    ours,
    put: (hash, name, files, more = {}) => put(subject, ours, hash, name, files, more),
    erase: async (hash, verb = 'removeWithData') => {
      const command = {verb, args: {}} as unknown as Approved<RemovalCommand>
      return (await eraseRtorrent(subject.client, [hash], command, bounds)).get(hash)!
    },
  }
}

function put(
  {world}: RtorrentSubject,
  ours: string,
  hash: InfoHash,
  name: string,
  content: Record<string, number> | number,
  more: Partial<SimTorrent>,
): void {
  const sizes = typeof content === 'number' ? {[name]: content} : content
  const prefix = typeof content === 'number' ? '' : `${name}/`
  const files = Object.entries(sizes).map(([path, size]) => ({
    path: prefix + path,
    size,
    done: size,
    priority: 'normal' as const,
  }))
  const size = files.reduce((sum, file) => sum + file.size, 0)
  const savePath = more.savePath ?? `${SERVER}/downloads`
  world.put({
    hash,
    name,
    size,
    done: size,
    files,
    fileCount: typeof content === 'number' ? 1 : 2,
    running: true,
    state: 'seeding',
    savePath,
    ...more,
  })
  for (const file of files) write(join(ours, savePath.slice(SERVER.length), file.path), file.size)
}

function write(path: string, size: number): void {
  mkdirSync(dirname(path), {recursive: true})
  writeFileSync(path, Buffer.alloc(size))
}

const done = {outcome: 'done'}
const verbsOf = ({world}: RtorrentSubject): string[] => world.commands.received.map(({verb}) => verb)

for (const version of ['0.9.8', '0.16.17']) {
  test(`removing alone keeps every byte (${version})`, async () => {
    const {put, erase, ours, subject} = await scene({}, version)
    put(A, 'film', {'a.mkv': 10})
    expect(await erase(A, 'remove')).toEqual(done)
    expect(subject.world.get(A)).toBeUndefined()
    expect(existsSync(join(ours, 'downloads/film/a.mkv'))).toBe(true)
  })

  test(`with data the listed files go and the folders they leave empty, never the root (${version})`, async () => {
    const {put, erase, ours, subject} = await scene({}, version)
    put(A, 'film', {'a.mkv': 10, 'extras/deep/b.txt': 5})
    put(B, 'single.iso', 7)
    expect(await erase(A)).toEqual(done)
    expect(await erase(B)).toEqual(done)
    expect(subject.world.size).toBe(0)
    expect(existsSync(join(ours, 'downloads/film'))).toBe(false)
    expect(existsSync(join(ours, 'downloads/single.iso'))).toBe(false)
    expect(existsSync(join(ours, 'downloads'))).toBe(true)
  })
}

/** Beside those of rTorrent itself. */
function handlers({world}: RtorrentSubject, texts: Readonly<Record<string, string>>): void {
  world.preferences.set('event.download.erased', texts)
}

test.each(['remove', 'removeWithData'] as const)(
  'where an erase may delete data through other handlers nothing is erased: %s',
  async (verb) => {
    const {put, erase, subject} = await scene()
    put(A, 'film', {'a.mkv': 10})
    handlers(subject, {delete_data: 'execute.nothrow=rm,-rf,--,$d.base_path='})
    const message = expect.stringContaining('"delete_data"') as string
    expect(await erase(A, verb)).toEqual({outcome: 'refused', code: 'not_supported', message})
    expect(subject.world.get(A)?.running).toBe(true)
    await subject.connect()
    expect(subject.client.features[verb]).toEqual({support: 'none', reason: message})
  },
)

test('what ruTorrent marked to go with its data is not erased by us, and all else is', async () => {
  const {put, erase, subject} = await scene()
  put(A, 'film', {'a.mkv': 10}, {custom: {'5': '1'}})
  put(B, 'other', {'a.mkv': 10})
  handlers(subject, {erasedata0: 'branch=d.custom5=,"execute={rm,-rf,--,$d.base_path=}"'})
  await subject.connect()
  expect(subject.client.features.remove.support).toBe('native')
  const message = expect.stringContaining('d.custom5') as string
  expect(await erase(A, 'remove')).toEqual({outcome: 'refused', code: 'not_supported', message})
  expect(await erase(B, 'remove')).toEqual(done)
  expect([...subject.world.list()].map(({hash}) => hash)).toEqual([A])
})

test('it is stopped before it is erased, and erased before anything is deleted', async () => {
  const {put, erase, subject} = await scene()
  put(A, 'film', {'a.mkv': 10})
  await erase(A)
  expect(verbsOf(subject)).toEqual(['stop', 'remove'])
})

test('files that are not the torrent’s stay, and so does their folder', async () => {
  const {put, erase, ours} = await scene()
  put(A, 'film', {'a.mkv': 10, 'extras/b.txt': 5})
  write(join(ours, 'downloads/film/notes.txt'), 3)
  expect(await erase(A)).toEqual(done)
  expect(existsSync(join(ours, 'downloads/film/notes.txt'))).toBe(true)
  expect(existsSync(join(ours, 'downloads/film/extras'))).toBe(false)
})

/* ───────────────────────────── guards: refused, nothing done ───────────────────────────── */

/** What came of the try, and whether anything was done on the way. */
async function attempt(at: Scene, hash: InfoHash) {
  const outcome = await at.erase(hash)
  return {outcome, isRunning: at.subject.world.get(hash)?.running, verbs: verbsOf(at.subject)}
}

function refusal(code: string, words: string | RegExp) {
  return {
    outcome: {outcome: 'refused', code, message: expect.stringMatching(words) as string},
    isRunning: true,
    verbs: [],
  }
}

test('guard: nothing lets us delete', async () => {
  const at = await scene({paths: []})
  at.put(A, 'film', {'a.mkv': 10})
  expect(await attempt(at, A)).toEqual(refusal('not_supported', /path mapping.*AllowExecute/))
  expect(at.subject.client.features.removeWithData.support).toBe('none')
})

test('guard: outside of every download root', async () => {
  const at = await scene({downloadRoots: [`${SERVER}/downloads`]})
  at.put(A, 'film', {'a.mkv': 10}, {savePath: `${SERVER}/elsewhere`})
  expect(await attempt(at, A)).toEqual(refusal('command_refused', 'none of the download roots'))
  expect(existsSync(join(at.ours, 'elsewhere/film/a.mkv'))).toBe(true)
})

test('guard: a neighbour of the root whose name begins like it', async () => {
  const at = await scene({downloadRoots: [`${SERVER}/down`]})
  at.put(A, 'film', {'a.mkv': 10})
  expect(await attempt(at, A)).toEqual(refusal('command_refused', 'none of the download roots'))
})

test('guard: the root itself', async () => {
  const at = await scene({downloadRoots: [`${SERVER}/downloads/film`]})
  at.put(A, 'film', {'a.mkv': 10})
  expect(await attempt(at, A)).toEqual(refusal('command_refused', 'none of the download roots'))
})

test.each([
  ['the same data', 'film', {'a.mkv': 10}, `${SERVER}/downloads`],
  ['data inside of it', 'a', {'b.mkv': 3}, `${SERVER}/downloads/film`],
])('guard: another torrent has %s', async (_, name, files, savePath) => {
  const at = await scene()
  at.put(A, 'film', {'a.mkv': 10})
  at.put(B, name, files, {savePath})
  expect(await attempt(at, A)).toEqual(refusal('content_shared', '1 other torrent'))
})

test('guard: another torrent has data around it', async () => {
  const at = await scene()
  at.put(A, 'inner', {'a.mkv': 10}, {savePath: `${SERVER}/downloads/film`})
  at.put(B, 'film', {'c.mkv': 3})
  expect(await attempt(at, A)).toEqual(refusal('content_shared', '1 other torrent'))
})

test('a neighbour with a name that begins like it is no sharer', async () => {
  const {put, erase, ours} = await scene()
  put(A, 'film', {'a.mkv': 10})
  put(B, 'film 2', {'a.mkv': 10})
  expect(await erase(A)).toEqual(done)
  expect(existsSync(join(ours, 'downloads/film 2/a.mkv'))).toBe(true)
})

test('guard: a link leads out of the root', async () => {
  const at = await scene({downloadRoots: [`${SERVER}/downloads`]})
  at.put(A, 'film', {'a.mkv': 10})
  rmSync(join(at.ours, 'downloads/film'), {recursive: true})
  write(join(at.ours, 'private/a.mkv'), 10)
  symlinkSync(join(at.ours, 'private'), join(at.ours, 'downloads/film'))
  expect(await attempt(at, A)).toEqual(refusal('command_refused', 'leads elsewhere'))
  expect(existsSync(join(at.ours, 'private/a.mkv'))).toBe(true)
})

test('guard: a link that stays below the root leads to the files of another torrent', async () => {
  const at = await scene()
  at.put(A, 'alias', {'a.mkv': 10})
  at.put(B, 'real', {'a.mkv': 10})
  rmSync(join(at.ours, 'downloads/alias'), {recursive: true})
  symlinkSync(join(at.ours, 'downloads/real'), join(at.ours, 'downloads/alias'))
  expect(await attempt(at, A)).toEqual(refusal('command_refused', 'leads elsewhere'))
  expect(existsSync(join(at.ours, 'downloads/real/a.mkv'))).toBe(true)
})

test('guard: a link in the place of a file', async () => {
  const at = await scene()
  at.put(A, 'film', {'a.mkv': 10})
  rmSync(join(at.ours, 'downloads/film/a.mkv'))
  write(join(at.ours, 'private.mkv'), 10)
  symlinkSync(join(at.ours, 'private.mkv'), join(at.ours, 'downloads/film/a.mkv'))
  expect(await attempt(at, A)).toEqual(refusal('command_refused', 'not a plain file'))
  expect(existsSync(join(at.ours, 'private.mkv'))).toBe(true)
})

test('guard: a file of another size is another file', async () => {
  const at = await scene()
  at.put(A, 'film', {'a.mkv': 10})
  write(join(at.ours, 'downloads/film/a.mkv'), 11)
  expect(await attempt(at, A)).toEqual(refusal('command_refused', 'another file'))
})

test('guard: nothing of it is to be seen where the mapping points', async () => {
  const at = await scene()
  at.put(A, 'film', {'a.mkv': 10})
  rmSync(join(at.ours, 'downloads/film'), {recursive: true})
  expect(await attempt(at, A)).toEqual(refusal('command_refused', 'is the mapping right'))
})

test('guard: the root is not mounted', async () => {
  const at = await scene()
  at.put(A, 'film', {'a.mkv': 10})
  rmSync(join(at.ours, 'downloads'), {recursive: true})
  expect(await attempt(at, A)).toEqual(refusal('command_refused', 'not to be seen'))
})

test('guard: the mapping covers something else', async () => {
  const at = await scene({paths: [{server: '/other', ours: '/nowhere'}]})
  at.put(A, 'film', {'a.mkv': 10})
  expect(await attempt(at, A)).toEqual(refusal('command_refused', 'does not cover'))
})

test.each(['../../outside.txt', '/etc/passwd', 'a\nb'])('guard: a file called %j', async (path) => {
  const at = await scene()
  at.put(A, 'film', {'a.mkv': 10})
  at.subject.world.updateFiles(at.subject.world.get(A)!, (file) => (file.path = `film/${path}`))
  expect(await attempt(at, A)).toEqual(refusal('command_refused', 'no plain path'))
})

/* ───────────────────────────── the rest ───────────────────────────── */

test('a magnet has no data: its row goes and nothing else is touched', async () => {
  const {put, erase, subject, ours} = await scene()
  put(B, 'film', {'a.mkv': 10})
  subject.world.put({
    hash: A,
    name: 'film',
    hasMetadata: false,
    running: true,
    state: 'metadata',
    savePath: `${SERVER}/session`,
  })
  expect(await erase(A)).toEqual(done)
  expect(subject.world.get(A)).toBeUndefined()
  expect(existsSync(join(ours, 'downloads/film/a.mkv'))).toBe(true)
})

test('a torrent that never held a byte is erased without data', async () => {
  const {put, erase, ours, subject} = await scene()
  put(A, 'film', {'a.mkv': 10}, {done: 0, state: 'downloading'})
  rmSync(join(ours, 'downloads/film'), {recursive: true})
  expect(await erase(A)).toEqual(done)
  expect(subject.world.size).toBe(0)
})

test('half a download goes with its files, which have their whole size; a smaller one belongs to another', async () => {
  const at = await scene()
  const {put, erase, ours} = at
  put(A, 'film', {'a.mkv': 10, 'b.mkv': 10}, {done: 5, state: 'downloading'})
  write(join(ours, 'downloads/film/a.mkv'), 5)
  rmSync(join(ours, 'downloads/film/b.mkv'))
  expect(await attempt(at, A)).toEqual(refusal('command_refused', 'has 5 bytes and rTorrent lists 10'))
  write(join(ours, 'downloads/film/a.mkv'), 10)
  expect(await erase(A)).toEqual(done)
  expect(existsSync(join(ours, 'downloads/film'))).toBe(false)
})

test('what is not there is reported as such', async () => {
  const {erase} = await scene()
  expect(await erase(A)).toMatchObject({outcome: 'refused', code: 'torrent_not_found'})
})

test('a lost answer to the erasing deletes nothing and is called unconfirmed', async () => {
  const {put, erase, ours, subject} = await scene()
  put(A, 'film', {'a.mkv': 10})
  subject.server.faults.add({kind: 'lost', path: 'd\\.erase'})
  expect(await erase(A)).toMatchObject({outcome: 'unconfirmed'})
  expect(existsSync(join(ours, 'downloads/film/a.mkv'))).toBe(true)
})

test('data that moved between the two looks is left alone, and the torrent goes on', async () => {
  const {put, erase, ours, subject} = await scene()
  put(A, 'film', {'a.mkv': 10})
  const {commands} = subject.world
  const stop = commands.stop.bind(commands)
  commands.stop = (torrents) => {
    stop(torrents)
    commands.setLocation(torrents, {path: `${SERVER}/downloads/new`, moveData: false})
  }
  expect(await erase(A)).toMatchObject({outcome: 'failed', code: 'changed_meanwhile'})
  expect(subject.world.get(A)).toMatchObject({running: true})
  expect(existsSync(join(ours, 'downloads/film/a.mkv'))).toBe(true)
})

test('what could not be deleted after the erasing is reported', async () => {
  const {put, erase, ours, subject} = await scene()
  put(A, 'film', {'a.mkv': 10, 'b.mkv': 10})
  const {commands} = subject.world
  const remove = commands.remove.bind(commands)
  commands.remove = (torrents) => {
    remove(torrents)
    rmSync(join(ours, 'downloads/film/a.mkv'))
    write(join(ours, 'downloads/film/a.mkv/in-the-way'), 1)
  }
  const outcome = await erase(A)
  expect(outcome).toMatchObject({
    outcome: 'failed',
    message: expect.stringMatching(/1 of its 2 file.*a\.mkv/),
  })
  expect(existsSync(join(ours, 'downloads/film/b.mkv'))).toBe(false)
})

test('one that is refused does not keep the others', async () => {
  const at = await scene({downloadRoots: [`${SERVER}/downloads`]})
  at.put(A, 'film', {'a.mkv': 10}, {savePath: `${SERVER}/elsewhere`})
  at.put(B, 'other', {'a.mkv': 10})
  const command = {verb: 'removeWithData', args: {}} as unknown as Approved<RemovalCommand>
  const outcomes = await eraseRtorrent(at.subject.client, [A, B], command, bounds)
  expect([outcomes.get(A)!.outcome, outcomes.get(B)!.outcome]).toEqual(['refused', 'done'])
})

test('the longest mapping that fits is the one that counts', async () => {
  const at = await scene()
  const inner = realpathSync(mkdtempSync(join(tmpdir(), 'commodarr-inner-')))
  open.push({close: () => rmSync(inner, {recursive: true})})
  const other = await scene({
    paths: [
      {server: SERVER, ours: at.ours},
      {server: `${SERVER}/downloads`, ours: inner},
    ],
  })
  other.put(A, 'film', {'a.mkv': 10})
  write(join(inner, 'film/a.mkv'), 10)
  write(join(at.ours, 'downloads/film/a.mkv'), 10)
  expect(await other.erase(A)).toEqual(done)
  expect([existsSync(join(inner, 'film')), existsSync(join(at.ours, 'downloads/film/a.mkv'))]).toEqual([
    false,
    true,
  ])
})

for (const version of ['0.9.8', '0.16.17']) {
  test(`what an answer bends is deleted where it is, and nothing else (${version})`, async () => {
    const {put, erase, ours, subject} = await scene({}, version)
    subject.client.session.wire.dialect = 'xml'
    put(A, 'Ünï 😀?', {'a 😀.mkv': 10, 'süb/b?.txt': 5})
    const [bent, other] = version === '0.9.8' ? ['??n?? ?????', '??n?? ????x'] : ['%C3%9Cn%C3%AF', 'x']
    for (const name of [bent, other]) write(join(ours, 'downloads', name, 'a ????.mkv'), 10)
    expect(await erase(A)).toEqual(done)
    expect(existsSync(join(ours, 'downloads/Ünï 😀?'))).toBe(false)
    for (const name of [bent, other])
      expect(existsSync(join(ours, 'downloads', name, 'a ????.mkv'))).toBe(true)
  })

  test(`data whose place is unknown is not deleted, nor that of torrents that may lie there (${version})`, async () => {
    const {put, erase, ours, subject} = await scene({}, version)
    const nameBytes = Buffer.from('caf\xe9', 'latin1')
    put(A, 'cafe', {'a.mkv': 10}, {nameBytes})
    put(B, '😀', {'a.mkv': 10})
    for (const dialect of ['json', 'xml'] as const) {
      if (version !== '0.9.8' || dialect === 'xml') subject.client.session.wire.dialect = dialect
      expect(await erase(A)).toMatchObject({outcome: 'refused', code: 'command_refused'})
    }
    expect(verbsOf(subject)).toEqual([])
    // Its folder is one level up: all of the other lies in it.
    expect(existsSync(join(ours, 'downloads/cafe/a.mkv'))).toBe(true)
    expect(await erase(B)).toEqual(done)
  })

  test(`the daemon deletes what its answers bend (${version})`, async () => {
    const {put, erase, subject} = await scene({paths: [], allowExecute: true}, version)
    put(A, 'Ünï 😀', {'a 😀.mkv': 10})
    expect(await erase(A)).toEqual(done)
    expect(subject.world.size).toBe(0)
  })
}
