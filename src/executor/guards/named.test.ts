import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Access, Acting, ServerPermission} from '#model/access.ts'
import type {AddSource, ServerCommand, TorrentCommand} from '#model/command.ts'
import type {CommodarrError} from '#model/errors.ts'
import {keyText} from '#model/torrent-key.ts'
import {A, actor, by, Harness, hash, key} from '../executor-harness.fixture.ts'
import {namedBy, objectionToNames} from './named.ts'

/** Somebody with whom the server is shared. */
function with_(rights: readonly ServerPermission[], isAdministrator = false): Acting {
  const access: Access = {
    everywhere: true,
    permits: (it) => it !== 'admin' || isAdministrator,
    may: (permission) => rights.includes(permission),
    servers: [A],
  }
  return {actor, access}
}

const shared = with_(['read', 'control', 'add'])
const owner = with_(['read', 'control', 'add', 'manage'])

const file: AddSource = {torrent: new Uint8Array([1]), fileName: 'a.torrent'}
const magnet: AddSource = {magnet: 'magnet:?xt=urn:btih:a'}

type Asked = TorrentCommand | ServerCommand

/** What becomes of it: the code of the refusal, or `sent`. */
async function outcomeOf(who: Acting, command: Asked, harness = new Harness()): Promise<string> {
  try {
    if (command.verb === 'addTorrent') await harness.executor.add(who, A, command.args)
    else if (isForServer(command)) await harness.executor.runOnServer(who, A, command)
    else {
      const [one] = await harness.run([key(A, 1)], command, who)
      if (one!.result.outcome !== 'done') return one!.result.code
    }
    return harness.orders.length > 0 ? 'sent' : 'nothing'
  } catch (error) {
    expect(harness.orders).toEqual([])
    return (error as CommodarrError).code
  }
}

function isForServer(command: Asked): command is ServerCommand {
  return command.verb === 'createCategory' || command.verb === 'editCategory'
}

const addTo = (savePath: string): ServerCommand => ({
  verb: 'addTorrent',
  args: {source: magnet, savePath, start: true},
})

const namesAFolder: [string, (folder: string) => Asked][] = [
  ['adding', addTo],
  ['a location', (path) => ({verb: 'setLocation', args: {path, moveData: true}})],
  ['a location without its data', (path) => ({verb: 'setLocation', args: {path, moveData: false}})],
  ['a new category', (savePath) => ({verb: 'createCategory', args: {name: 'tv', savePath}})],
  ['a changed category', (savePath) => ({verb: 'editCategory', args: {name: 'tv', savePath}})],
]

test.each(namesAFolder)(
  '%s reaches folders in use and what lies below them, and no other without managing the server',
  async (_, command) => {
    expect(await outcomeOf(shared, command('/d'))).toBe('sent')
    expect(await outcomeOf(shared, command('/d/films/'))).toBe('sent')
    for (const folder of ['/root/.ssh', '/', '/data', '/dx', 'C:\\d', '\\\\nas\\d'])
      expect([folder, await outcomeOf(shared, command(folder))]).toEqual([folder, 'folder_forbidden'])
    expect(await outcomeOf(owner, command('/root/.ssh'))).toBe('sent')
    expect(await outcomeOf(by, command('/root/.ssh'))).toBe('sent')
  },
)

test.each(namesAFolder)(
  '%s takes no path that climbs or holds control characters, from any user',
  async (_, command) => {
    for (const folder of ['/d/../root', '/..', '/d/\n', '/d/\0x', '../x', 'd\\..\\x', 'C:x'])
      for (const who of [shared, owner, by])
        expect([folder, await outcomeOf(who, command(folder))]).toEqual([folder, 'bad_argument'])
  },
)

test.each(namesAFolder)(
  '%s takes no folder that a server would cut a blank or dot off, from any user',
  async (_, command) => {
    for (const folder of [
      '/d ',
      '/d/x\u00a0',
      '/d/\u3000',
      '/d /',
      '/d\u2003',
      '/d\u0085',
      'C:\\d \\x',
      'C:\\d\\x.',
      'C:/...',
    ])
      for (const who of [shared, owner, by])
        expect([folder, await outcomeOf(who, command(folder))]).toEqual([folder, 'bad_argument'])
    for (const folder of ['/my films /x', '/d/etc.', '/d/ x', 'C:\\d\\ x.y'])
      expect([folder, await outcomeOf(owner, command(folder))]).toEqual([folder, 'sent'])
  },
)

test('a default folder with a blank around it is no setting', async () => {
  const no = (values: Readonly<Record<string, unknown>>) =>
    objectionToNames(namedBy({verb: 'setPreferences', args: {values}}))
  expect(no({save_path: '/films '})?.message).toContain('save_path has to be a path without blanks around it')
  expect(no({'download-dir': '/films\u00a0'})).not.toBeNull()
  expect([no({save_path: '/films'}), no({save_path: '~/my films'}), no({web_ui_banner: 'x '})]).toEqual([
    null,
    null,
    null,
  ])
})

test('a folder below the default one is one for categories alone', async () => {
  const harness = new Harness()
  const [, , , create] = namesAFolder
  expect(await outcomeOf(owner, create![1]('films'), harness)).toBe('sent')
  expect(await outcomeOf(owner, addTo('films'))).toBe('bad_argument')
})

test('what is refused is reported before the disk is looked at, and stands in the journal', async () => {
  const harness = new Harness()
  harness.touched.set(keyText(key(A, 1)), {taken: [], landedOn: [], occupied: ['/root/.ssh/id'], doubts: []})
  const results = await harness.run(
    [key(A, 1), key(A, 2)],
    {verb: 'setLocation', args: {path: '/root/.ssh', moveData: true}},
    shared,
  )
  const refused = {code: 'folder_forbidden', message: expect.stringContaining('"/d"')}
  expect(results.map(({result}) => result)).toMatchObject([refused, refused])
  expect(harness.caughtUp).toEqual([])
  expect(harness.journal).toMatchObject([{phase: 'refused', code: 'folder_forbidden', verb: 'setLocation'}])
})

test('a right that ends while the journal is written ends the move, too', async () => {
  const harness = new Harness()
  harness.beforeWriteEnds = () => void (harness.allowed = [])
  const [one] = await harness.run(
    [key(A, 1)],
    {verb: 'setLocation', args: {path: '/d/x', moveData: true}},
    shared,
  )
  expect(one!.result).toMatchObject({outcome: 'refused', code: 'folder_forbidden'})
  expect(harness.orders).toEqual([])
})

test('what was moved goes back to where it was, though nothing else lies there', async () => {
  const harness = new Harness()
  harness.torrents.set(keyText(key(A, 1)), {
    ...harness.torrents.get(keyText(key(A, 1)))!,
    savePath: '/e/films',
  })
  const to = (path: string) => ({verb: 'setLocation', args: {path, moveData: true}}) as const
  expect(await outcomeOf(shared, to('/e/films'), harness)).toBe('folder_forbidden')
  expect(await outcomeOf(shared, to('/d'), harness)).toBe('sent')
  expect(await outcomeOf(shared, to('/e/films'), harness)).toBe('sent')
})

const badNames = ['..', '.', '', 'a/b', 'a\\b', '/etc', 'a\n', '\0']

test.each(badNames)('no user can call a torrent %j', async (name) => {
  for (const who of [shared, owner, by]) {
    expect(await outcomeOf(who, {verb: 'rename', args: {name}})).toBe('bad_argument')
    expect(
      await outcomeOf(who, {verb: 'addTorrent', args: {source: magnet, rename: name, start: true}}),
    ).toBe('bad_argument')
  }
})

test.each([
  ['../b', 'a'],
  ['a/../../b', 'a/c'],
  ['/etc/passwd', 'a'],
  ['C:/b', 'a'],
  ['a\\..\\b', 'a'],
  ['a//b', 'a/b'],
  ['a/./b', 'a/b'],
  ['a/', 'a'],
  ['a\tb', 'a'],
  ['pack/ 2.mkv', 'pack/1.mkv'],
  ['pack/2.mkv ', 'pack/1.mkv'],
  ['pack/2.mkv\u3000', 'pack/1.mkv'],
  ['pack/.../2.mkv', 'pack/1.mkv'],
  ['pack /2.mkv', 'pack/1.mkv'],
  ['x/ a ', ' a /x'],
  ['b', '../a'],
  ['b', '/etc/passwd'],
  ['pack/2', 'pack//1'],
  ['pack/2', './pack/1'],
])('no file becomes %j, and no folder (from %j)', async (to, from) => {
  for (const verb of ['renameFile', 'renameFolder'] as const)
    for (const who of [shared, by])
      expect(await outcomeOf(who, {verb, args: {from, to}})).toBe('bad_argument')
})

test('of several files each is named once, and no two get one name', async () => {
  const rename = (...files: readonly (readonly [string, string])[]) => {
    const names = files.map(([from, to]) => ({from, to}))
    return outcomeOf(shared, {verb: 'renameFiles', args: {files: names}})
  }
  expect(await rename(['a', 'c'], ['b', 'd'])).toBe('sent')
  expect(await rename(['a', 'c'], ['A', 'd'])).toBe('sent')
  expect(await rename(['a', 'c'], ['b', '../d'])).toBe('bad_argument')
  expect(await rename(['a', 'c'], ['a', 'd'])).toBe('bad_argument')
  expect(await rename(['a', 'c'], ['b', 'C'])).toBe('bad_argument')
})

test('a name with "\\\\" is a path on Windows, and no name of a file', () => {
  const rename = namedBy({verb: 'renameFile', args: {from: 'pack\\1.mkv', to: 'pack/2.mkv'}})
  expect(objectionToNames(rename, true)?.about).toMatchObject({field: 'from'})
  expect(objectionToNames(rename)).toBeNull()
})

test('what has an odd name can be renamed, and what lies below it', async () => {
  const rename = (from: string, to: string) => outcomeOf(shared, {verb: 'renameFile', args: {from, to}})
  expect(await rename('a\nb', 'ab')).toBe('sent')
  expect(await rename('odd\\one/x', 'odd\\one/y')).toBe('sent')
  expect(await rename('a', 'Q: why... not?')).toBe('sent')
  expect(await rename(' odd . /.../1', ' odd . /.../2')).toBe('sent')
})

test.each([
  '../x',
  'a/../../x',
  '..',
  '/etc',
  'a\\b',
  'a//b',
  'a\0',
  'tv ',
  ' tv',
  'tv\u00a0',
  'tv\u3000',
  'films /new',
  'films/new ',
  'films/ new',
  ' ',
])('no category is called %j, on whatever kind of server, as some make folders of it', async (category) => {
  for (const who of [shared, by]) {
    expect(await outcomeOf(who, {verb: 'setCategory', args: {category}})).toBe('bad_argument')
    expect(await outcomeOf(who, {verb: 'createCategory', args: {name: category}})).toBe('bad_argument')
    const edit = {verb: 'editCategory', args: {name: category, savePath: ''}} as const
    expect(await outcomeOf(who, edit)).toBe('bad_argument')
    expect(await outcomeOf(who, {verb: 'addTorrent', args: {source: magnet, category, start: true}})).toBe(
      'bad_argument',
    )
  }
})

test('a name that ends in a blank is refused by its field, and what has one can lose it', async () => {
  const no = (command: Asked) => objectionToNames(namedBy(command))
  const create = no({verb: 'createCategory', args: {name: 'tv '}})
  expect(create?.message).toBe(
    'name has to be names with "/" between them, without blanks around them, "..", "\\" and control characters, not "tv ".',
  )
  expect(create?.about).toMatchObject({field: 'name', found: 'tv '})
  expect(no({verb: 'setCategory', args: {category: 'tv '}})?.about).toMatchObject({field: 'category'})
  const harness = new Harness()
  harness.torrents.set(keyText(key(A, 1)), {...harness.torrents.get(keyText(key(A, 1)))!, category: 'tv '})
  await harness.executor.runOnServer(by, A, {verb: 'removeCategories', args: {names: ['tv ']}})
  for (const category of ['', 'tv', 'my films/to see'])
    expect(await outcomeOf(shared, {verb: 'setCategory', args: {category}}, harness)).toBe('sent')
})

test('a category that ends in a dot is a folder of another name on Windows alone', () => {
  const named = (category: string) => namedBy({verb: 'setCategory', args: {category}})
  for (const name of ['etc.', 'films./new', 'etc...']) {
    expect(objectionToNames(named(name))).toBeNull()
    expect(objectionToNames(named(name), true)?.message).toContain('and dots at their end')
  }
  expect(objectionToNames(named('v1.5'), true)).toBeNull()
})

test('what comes back from the trash comes back as it was, however its category is called', async () => {
  const args = {source: magnet, category: 'odd\\one', savePath: '/d', comesBack: true, start: false}
  expect(await outcomeOf(by, {verb: 'addTorrent', args})).toBe('sent')
})

test('no path that passes leaves the folder it begins in', () => {
  const part = fc.oneof(fc.constantFrom('..', '.', '', 'a', 'C:', '\\', '..\\'), fc.string({maxLength: 3}))
  fc.assert(
    fc.property(fc.array(part, {maxLength: 6}), fc.constantFrom('/', '\\'), (parts, between) => {
      const to = parts.join(between)
      const passes = objectionToNames(namedBy({verb: 'renameFile', args: {from: 'a', to}})) === null
      if (!passes) return
      expect(to.split(/[/\\]/)).not.toContain('..')
      expect(to).not.toMatch(/^[/\\]|^[A-Za-z]:[/\\]|[\0-\x1f]/)
    }),
  )
})

const lan = 'http://10.0.0.1/announce'
const namesAnAddress: [string, Asked][] = [
  ['a tracker', {verb: 'addTrackers', args: {tiers: [['udp://good.example:80'], [lan]]}}],
  ['a changed tracker', {verb: 'editTracker', args: {from: 'udp://good.example:80', to: lan}}],
  ['a web seed', {verb: 'addWebSeeds', args: {urls: [lan]}}],
  ['a peer', {verb: 'addPeers', args: {peers: [lan]}}],
]

test.each(namesAnAddress)(
  '%s that is not for the user is not sent, but for those who manage the server',
  async (_, command) => {
    const harness = () => {
      const it = new Harness()
      it.forbiddenAddresses.add(lan)
      return it
    }
    expect(await outcomeOf(shared, command, harness())).toBe('address_forbidden')
    expect(await outcomeOf(owner, command, harness())).toBe('sent')
  },
)

test.each<[string, AddSource]>([
  ['a magnet link', magnet],
  ['a torrent file', file],
  ['a torrent file behind a URL', {url: 'https://indexer.example/1'}],
])('%s that names an address that is not for the user is not added', async (_, source) => {
  const harness = new Harness()
  harness.addresses = [{kind: 'web seed', text: lan}]
  harness.forbiddenAddresses.add(lan)
  expect(await outcomeOf(shared, {verb: 'addTorrent', args: {source, start: true}}, harness)).toBe(
    'address_forbidden',
  )
})

test('only administrators let a server fetch a URL; for others it is fetched here, and its cookies stay here', async () => {
  const add = {source: {url: 'https://indexer.example/1'}, cookies: 'a=b', start: true}
  for (const who of [shared, owner]) {
    const harness = new Harness()
    await harness.executor.add(who, A, add)
    expect(harness.fetched).toEqual(['https://indexer.example/1'])
    // What it was is known from then on: without an answer its list shows what became of it.
    expect(harness.journal.at(-1)).toMatchObject({hash: hash(0xadd)})
    expect(harness.serverCommands).toEqual([
      {verb: 'addTorrent', args: {source: {...file, fileName: 'fetched.torrent'}, start: true}},
    ])
    expect(harness.caughtUp).toEqual([A, `${A},who could object`])
  }
  const harness = new Harness()
  await harness.executor.add(with_(['read', 'add', 'manage'], true), A, add)
  expect([harness.fetched, harness.serverCommands]).toEqual([
    [],
    [{verb: 'addTorrent', args: {...add, waitsForFiles: true}}],
  ])
})

test('who may not add there has nothing fetched', async () => {
  const harness = new Harness()
  const add = {source: {url: 'https://indexer.example/1'}, start: true}
  await expect(harness.executor.add(with_(['read', 'control']), A, add)).rejects.toMatchObject({
    code: 'forbidden',
  })
  expect(harness.fetched).toEqual([])
})
