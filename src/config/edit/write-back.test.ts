import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import * as fc from 'fast-check'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Secret} from '#model/secret.ts'
import type {ServerDefinition} from '#model/server.ts'
import {asServerId} from '#model/torrent-key.ts'
import {VirtualClock} from '#test/doubles/virtual-clock.ts'
import {isFull} from '#test/proof.ts'
import type {Environment, LoadedConfig} from '../config.ts'
import {loadConfig} from '../load.ts'
import {sameValue} from '../schema/diff-servers.ts'
import {watchConfig} from '../watch.ts'
import {ConfigFile, type FileServerPatch, type FileServers} from './config-file.ts'
import {fileFault, replaceFile} from './replace-file.ts'
import {commentLines} from './toml-keys.ts'
import {fileServers} from './write-back.ts'

const fixtures = join(import.meta.dirname, '../../../lab/fixtures/config')
const clock = new VirtualClock(Date.UTC(2026, 0, 1))

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'commodarr-write-back-'))
})
afterEach(() => rmSync(folder, {recursive: true, force: true}))

interface Written {
  readonly servers: FileServers
  readonly path: string
  text(): string
  load(): Promise<LoadedConfig>
  server(id: string): Promise<ServerDefinition>
}

/** A file in force, as the program has it after it was read. */
async function inForce(text: string, env: Environment = {}, reread = true): Promise<Written> {
  const path = join(folder, 'config.toml')
  writeFileSync(path, text, {mode: 0o640})
  const load = () => loadConfig({path, env, cwd: folder, root: folder})
  let loaded = await load()
  const servers = fileServers(
    new ConfigFile(
      () => loaded,
      env,
      async () => {
        if (reread) loaded = await load()
      },
      clock,
    ),
  )
  const server = async (id: string) => (await load()).config.servers.find((it) => it.id === asServerId(id))!
  return {servers, path, text: () => readFileSync(path, 'utf8'), load, server}
}

const fixture = (name: string) => readFileSync(join(fixtures, name), 'utf8')
const backups = () =>
  readdirSync(folder)
    .filter((name) => name.includes('.bak-'))
    .sort()

test('what is changed is written where its owner has it, and nothing else', async () => {
  const file = await inForce(fixture('mixed-fleet.toml'))
  await file.servers.change(asServerId('rTorrent-Web'), {
    url: 'https://other.example/RPC2',
    password: new Secret('new "secret"'),
    enabled: false,
  })
  await file.servers.change(asServerId('qBit'), {url: 'http://10.0.0.7:8080', name: 'The first'})
  await file.servers.change(asServerId('qBit-Proxied'), {url: 'https://new.example/qbt'})
  await file.servers.change(asServerId('Transmission-NAS'), {password: null, name: 'Transmission-NAS'})
  expect(file.text()).toBe(
    fixture('mixed-fleet.toml')
      .replace('URI = "https://web.example/RPC2"', 'URI = "https://other.example/RPC2"')
      .replace('Password = "secret"', 'Password = "new \\"secret\\""')
      .replace('CategorySource = "path"\n', 'CategorySource = "path"\nDisabled = true\n')
      .replace('Host = "127.0.0.1"\nPort = 8080\n', 'Host = "10.0.0.7"\nPort = 8080\nName = "The first"\n')
      .replace('Url = "https://box.example/qbt/"', 'Url = "https://new.example/qbt"')
      .replace('Name = "The NAS"\n', '')
      .replace('Password = 12345\n', ''),
  )
})

test('a section that is read under another name is changed, and taken out, where it stands', async () => {
  const file = await inForce('[QBit]\nHost = "old"\nPort = 1\n')
  await file.servers.change(asServerId('qBit'), {name: 'First'})
  expect(file.text()).toContain('[QBit]\nHost = "old"\nPort = 1\nName = "First"')
  expect(file.text()).not.toContain('[qBit]')
  await file.servers.remove(asServerId('qBit'))
  expect(file.text().trim()).toBe('')
})

for (const [written, url, expected] of [
  ['Host = "a"\nPort = 8080', 'http://b:8080', 'Host = "b"\nPort = 8080'],
  ['Host = "a"', 'http://b:9090', 'Host = "b"\nPort = 9090'],
  ['Host = "a"\nPort = 8080', 'https://b', 'Host = "b"\nPort = 443'],
  ['Host = "a"\nPort = 8080', 'https://b:9443', 'Host = "https://b"\nPort = 9443'],
  ['Host = "https://a/qb"\nPort = 443', 'https://b/qb', 'Host = "https://b/qb"\nPort = 443'],
  ['Host = "a"\nPort = 1\nPath = "/x"', 'http://b:2/y', 'Host = "b"\nPort = 2\nPath = "/y"'],
  ['Host = "[::1]"\nPort = 8080', 'http://[fd00::2]:8080', 'Host = "fd00::2"\nPort = 8080'],
  ['URI = "http://a:1"\nHost = "idle"', 'http://b:1', 'URI = "http://b:1"'],
] as const) {
  test(`${written.replaceAll('\n', ', ')} becomes ${url} in its own way`, async () => {
    const file = await inForce(`[qBit]\n${written}\n`)
    await file.servers.change(asServerId('qBit'), {url})
    expect(file.text()).toBe(`[qBit]\n${expected}\n`)
    expect((await file.server('qBit')).url).toBe(url)
  })
}

test('a socket gives way to an address, and the other way round', async () => {
  const file = await inForce('[rTorrent-A]\nSocket = "/run/rt.sock"\n')
  await file.servers.change(asServerId('rTorrent-A'), {url: 'https://box.example/RPC2'})
  expect(file.text()).toBe('[rTorrent-A]\nHost = "box.example"\nPort = 443\n')
  await file.servers.change(asServerId('rTorrent-A'), {url: 'scgi+unix:///run/a%20b.sock'})
  expect(file.text()).toBe('[rTorrent-A]\nSocket = "/run/a b.sock"\n')
})

test('a user in the address moves into keys of their own when it changes', async () => {
  const file = await inForce('[rTorrent-A]\nUrl = "https://me:old@box.example/RPC2" # mine\n')
  await file.servers.change(asServerId('rTorrent-A'), {name: 'Box'})
  expect(file.text()).toContain('https://me:old@box.example')
  await file.servers.change(asServerId('rTorrent-A'), {password: new Secret('new')})
  expect(file.text()).toBe(
    '[rTorrent-A]\nUrl = "https://box.example/RPC2" # mine\nName = "Box"\nUserName = "me"\nPassword = "new"\n',
  )
})

test('a user in the address moves along when only the address changes', async () => {
  const file = await inForce('[qBit]\nUrl = "https://me:old@box.example"\n')
  await file.servers.change(asServerId('qBit'), {url: 'https://two.example'})
  expect(await file.server('qBit')).toMatchObject({
    url: 'https://two.example',
    basicAuth: {username: 'me', password: new Secret('old')},
  })
})

test('speaking of certificates does not turn a server to https', async () => {
  const file = await inForce('[qBit]\nHost = "box"\nPort = 8080\n')
  await file.servers.change(asServerId('qBit'), {tls: {ca: null, skipVerify: true}})
  expect(await file.server('qBit')).toMatchObject({url: 'http://box:8080', tls: {skipVerify: true}})
})

test('paths, roots, labels and paces are written as the file has them, and taken out again', async () => {
  const file = await inForce(
    '[rTorrent-A]\nHost = "box" # here\n\n[[rTorrent-A.PathMappings]]\nServer = "/a"\nOurs = "/b"\n',
  )
  const id = asServerId('rTorrent-A')
  await file.servers.change(id, {
    paths: [
      {server: '/data/', ours: '/mnt/'},
      {server: '/data', ours: '/mnt/two'},
    ],
    downloadRoots: ['/data/rt/'],
    categorySource: {from: 'labelPrefix', prefix: 'c-'},
    allowExecute: true,
    pace: {pollSeconds: 5, timeoutSeconds: 60},
  })
  expect(file.text()).toBe(
    [
      '[rTorrent-A]',
      'Host = "box" # here',
      'CategorySource = "label:c-"',
      'AllowExecute = true',
      'DownloadRoots = ["/data/rt"]',
      'PollSeconds = 5',
      'TimeoutSeconds = 60',
      '',
      '[[rTorrent-A.PathMappings]]',
      'Server = "/data"',
      'Ours = "/mnt"',
      '',
      '[[rTorrent-A.PathMappings]]',
      'Server = "/data"',
      'Ours = "/mnt/two"',
      '',
    ].join('\n'),
  )
  await file.servers.change(id, {
    paths: [],
    downloadRoots: [],
    pace: {pollSeconds: null, timeoutSeconds: null},
  })
  expect(file.text()).not.toMatch(/PathMappings|DownloadRoots|Seconds/)
})

test('an authority can be taken away, and another one belongs into a file', async () => {
  writeFileSync(join(folder, 'ca.pem'), '-----BEGIN CERTIFICATE-----')
  const file = await inForce('[qBit]\nUrl = "https://a"\nCAFile = "ca.pem"\n')
  const other = file.servers.change(asServerId('qBit'), {tls: {ca: 'PEM', skipVerify: false}})
  await expect(other).rejects.toThrow(/CAFile in \[qBit\]/)
  await file.servers.change(asServerId('qBit'), {tls: {ca: null, skipVerify: false}})
  expect(file.text()).toBe('[qBit]\nUrl = "https://a"\n')
})

for (const [what, id, patch, why] of [
  ['a key its kind lacks', 'Transmission-A', {apiKey: new Secret('x')}, /no ApiKey/],
  ['a value out of range', 'qBit', {pace: {pollSeconds: 0, timeoutSeconds: null}}, /from 1 to 300/],
  ['an address of another kind', 'qBit', {url: 'scgi://box:5000'}, /cannot have the address/],
  ['a proxy of no known kind', 'qBit', {httpProxy: new Secret('socks5://p')}, /HttpProxy cannot be read/],
  [
    'the word for “not filled in”',
    'qBit',
    {username: 'CHANGE_ME'},
    /could not say this of \[qBit\]: username/,
  ],
  ['a root that is none', 'rTorrent-A', {downloadRoots: ['/']}, /other than \//],
] as const) {
  test(`${what} is refused and nothing is written`, async () => {
    const text = '[qBit]\nHost = "a"\n[Transmission-A]\nHost = "b"\n[rTorrent-A]\nHost = "c"\n'
    const file = await inForce(text)
    const change = file.servers.change(asServerId(id), patch)
    await expect(change).rejects.toMatchObject({
      code: 'bad_argument',
      message: expect.stringMatching(why) as string,
    })
    expect(file.text()).toBe(text)
    expect(backups()).toEqual([])
  })
}

test('what a variable decides is not written, and the variable is named', async () => {
  const env = {QBITRR_QBIT_HOST: 'elsewhere', COMMODARR_QBIT_NAME: 'Named'}
  const file = await inForce('[qBit]\nHost = "here"\nPort = 8080\n', env)
  const id = asServerId('qBit')
  await expect(file.servers.change(id, {url: 'http://b:8080'})).rejects.toThrow(/QBITRR_QBIT_HOST/)
  await expect(file.servers.change(id, {name: 'qBit'})).rejects.toThrow(/COMMODARR_QBIT_NAME/)
  await expect(file.servers.remove(id)).rejects.toThrow(/environment/)
  // Speaking of certificates would turn the host of the variable to https.
  const tls = {ca: null, skipVerify: true}
  await expect(file.servers.change(id, {tls})).rejects.toThrow(/QBITRR_QBIT_HOST/)
  await file.servers.change(id, {username: 'me'})
  expect(file.text()).toBe('[qBit]\nHost = "here"\nPort = 8080\nUserName = "me"\n')
})

test('the file is given away to no one: mode, link, byte order mark and line ends stay', async () => {
  const real = join(folder, 'real.toml')
  const link = join(folder, 'config.toml')
  writeFileSync(real, '\ufeff[qBit]\r\nHost = "a"\r\nPort = 8080')
  chmodSync(real, 0o604)
  symlinkSync(real, link)
  const loaded = await loadConfig({path: link, env: {}, cwd: folder, root: folder})
  const servers = fileServers(
    new ConfigFile(
      () => loaded,
      {},
      async () => {},
      clock,
    ),
  )
  await servers.change(asServerId('qBit'), {username: 'me'})
  expect(readFileSync(real, 'utf8')).toBe('\ufeff[qBit]\r\nHost = "a"\r\nPort = 8080\r\nUserName = "me"')
  expect(readFileSync(link, 'utf8')).toBe(readFileSync(real, 'utf8'))
  expect(statSync(real).mode & 0o777).toBe(0o604)
  expect(backups().map((name) => statSync(join(folder, name)).mode & 0o777)).toEqual([0o604])
})

test('the last ten files as they were are kept, and backups of others are not touched', async () => {
  const file = await inForce('[qBit]\nHost = "a"\n')
  writeFileSync(join(folder, 'config.toml.bak-mine'), 'mine')
  const names = Array.from({length: 13}, (_, i) => `Name ${i}`)
  for (const name of names) await file.servers.change(asServerId('qBit'), {name})
  const kept = backups().filter((name) => name !== 'config.toml.bak-mine')
  expect(kept).toHaveLength(10)
  expect(backups()).toContain('config.toml.bak-mine')
  expect(readFileSync(join(folder, kept.at(-1)!), 'utf8')).toContain('Name 11')
  expect(readFileSync(join(folder, kept[0]!), 'utf8')).toContain('Name 2')
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test('what was left behind by a plug that was pulled goes at the next edit', async () => {
  const file = await inForce('[qBit]\nHost = "a"\n')
  const [old, fresh, other] = [
    '.config.toml.0123456789ab.tmp',
    '.config.toml.ba9876543210.tmp',
    '.config.toml.mine.tmp',
  ]
  for (const name of [old, fresh, other]) writeFileSync(join(folder, name), 'x')
  const before = Date.now() / 1000 - 7_200
  for (const name of [old, other]) utimesSync(join(folder, name), before, before)
  await file.servers.change(asServerId('qBit'), {name: 'X'})
  expect(
    readdirSync(folder)
      .filter((name) => name.endsWith('.tmp'))
      .sort(),
  ).toEqual([fresh, other].sort())
})

test('what is so already is not written', async () => {
  const file = await inForce('[qBit]\nHost = "a"\n')
  await file.servers.change(asServerId('qBit'), {name: 'qBit', enabled: true, username: ''})
  expect(backups()).toEqual([])
})

test('an edit by hand since the file was read is never lost', async () => {
  const file = await inForce('[qBit]\nHost = "a"\n')
  writeFileSync(file.path, '[qBit]\nHost = "by hand"\n')
  const change = file.servers.change(asServerId('qBit'), {name: 'X'})
  await expect(change).rejects.toMatchObject({code: 'file_changed'})
  expect(file.text()).toBe('[qBit]\nHost = "by hand"\n')
})

test('an edit by hand in the very moment is never lost', async () => {
  const path = join(folder, 'config.toml')
  writeFileSync(path, 'a')
  const replaced = replaceFile(path, 0, async () => {
    writeFileSync(path, 'by hand')
    return Buffer.from('ours')
  })
  await expect(replaced).rejects.toMatchObject({code: 'file_changed'})
  expect(readFileSync(path, 'utf8')).toBe('by hand')
  expect(readdirSync(folder)).toEqual(['config.toml'])
})

test('a file that cannot be parsed any more is left alone, and the place is reported without what stands there', async () => {
  const file = await inForce('[qBit]\nHost = "a"\n', {}, false)
  await file.servers.change(asServerId('qBit'), {name: 'X'})
  const broken = '[qBit]\nPassword = "hunter2\n'
  const loaded = await file.load()
  const servers = fileServers(
    new ConfigFile(
      () => ({...loaded, fileHash: null}),
      {},
      async () => {},
      clock,
    ),
  )
  writeFileSync(file.path, broken)
  await expect(servers.change(asServerId('qBit'), {name: 'Y'})).rejects.toMatchObject({code: 'file_changed'})
  const same = await file.load()
  const again = fileServers(
    new ConfigFile(
      () => ({...same, path: file.path}),
      {},
      async () => {},
      clock,
    ),
  )
  const change = again.change(asServerId('qBit'), {name: 'Y'})
  await expect(change).rejects.toMatchObject({code: 'config_invalid'})
  await expect(change).rejects.not.toThrow(/hunter2/)
  expect(file.text()).toBe(broken)
})

test('edits follow each other, also before the first was read again', async () => {
  const file = await inForce('[qBit]\nHost = "a"\n\n[qBit-B]\nHost = "b"\n', {}, false)
  await Promise.all([
    file.servers.change(asServerId('qBit'), {name: 'One'}),
    file.servers.change(asServerId('qBit-B'), {name: 'Two'}),
    file.servers.remove(asServerId('qBit')),
  ])
  expect(file.text()).toBe('[qBit-B]\nHost = "b"\nName = "Two"\n')
})

test('a server that is not in the file is not known', async () => {
  const file = await inForce('[qBit]\nHost = "a"\n')
  for (const work of [file.servers.change(asServerId('x'), {}), file.servers.remove(asServerId('x'))]) {
    await expect(work).rejects.toMatchObject({code: 'server_unknown'})
  }
})

test('a new server becomes a section at the end, whose name no other has', async () => {
  const file = await inForce('# mine\n[qBit]\nHost = "a"')
  const id = await file.servers.add('transmission', 'The NAS', {
    url: 'http://nas:9091/transmission/rpc',
    name: 'NAS',
    username: 'me',
    password: new Secret('pw'),
  })
  expect(id).toBe('Transmission-The NAS')
  expect(file.text()).toBe(
    '# mine\n[qBit]\nHost = "a"\n\n["Transmission-The NAS"]\nName = "NAS"\nUserName = "me"\nPassword = "pw"\n' +
      'Host = "nas"\nPort = 9091',
  )
  await expect(file.servers.add('transmission', 'the nas', {url: 'http://x:1'})).rejects.toMatchObject({
    code: 'name_taken',
  })
  await expect(file.servers.add('qbittorrent', 'a]\n[WebUI', {url: 'http://x:1'})).rejects.toThrow(/letters/)
  await expect(file.servers.add('qbittorrent', 'b', {})).rejects.toMatchObject({code: 'bad_argument'})
})

test('errors of the file system say what stands in the way', () => {
  const fault = (code: string) => fileFault(Object.assign(new Error(code), {code}), '/c.toml')
  expect(fault('EBUSY')).toMatchObject({
    code: 'storage_read_only',
    message: expect.stringMatching(/mount its folder/) as string,
  })
  expect(fault('EROFS')).toMatchObject({code: 'storage_read_only'})
  expect(fault('EPERM')).toMatchObject({code: 'storage_read_only'})
  expect(fault('ENOSPC')).toMatchObject({code: 'storage_full'})
  expect(fault('EIO')).toMatchObject({code: 'storage_unavailable'})
  expect(fault('ENOENT')).toMatchObject({code: 'file_changed'})
  expect(fileFault(new RangeError('ours'), '/c.toml')).toBeInstanceOf(RangeError)
})

test('S58 what we wrote is distinguished from what a user did, also when that restores our own text', async () => {
  const path = join(folder, 'config.toml')
  writeFileSync(path, '[qBit]\nHost = "a"\nStorage = "tank"\n')
  const load = () => loadConfig({path, env: {}, cwd: folder, root: folder})
  const reported: boolean[] = []
  const own = new VirtualClock(0)
  const watch = watchConfig({
    loaded: await load(),
    load,
    clock: own,
    onChange: (change) => change.type === 'changed' && reported.push(file.hasWritten(change.after.fileHash)),
  })
  const file = new ConfigFile(
    () => watch.inForce,
    {},
    () => watch.check(),
    own,
  )
  await fileServers(file).change(asServerId('qBit'), {storage: null})
  const ours = readFileSync(path)
  for (const text of ['[qBit]\nHost = "a"\nStorage = "tank"\n', ours]) {
    writeFileSync(path, text)
    await watch.check()
  }
  watch.close()
  expect(reported).toEqual([true, false, false])
})

test('our own edit is read once by who watches the file, and in force when the answer comes', async () => {
  const path = join(folder, 'config.toml')
  writeFileSync(path, '[qBit]\nHost = "a"\nPort = 8080\n')
  const load = () => loadConfig({path, env: {}, cwd: folder, root: folder})
  const names: string[] = []
  const own = new VirtualClock(0)
  const watch = watchConfig({
    loaded: await load(),
    load,
    clock: own,
    onChange: (change) =>
      names.push(change.type === 'changed' ? change.after.config.servers[0]!.name : 'rejected'),
  })
  const servers = fileServers(
    new ConfigFile(
      () => watch.inForce,
      {},
      () => watch.check(),
      own,
    ),
  )
  await servers.change(asServerId('qBit'), {name: 'One'})
  expect(names).toEqual(['One'])
  await servers.change(asServerId('qBit'), {name: 'Two'})
  expect(names).toEqual(['One', 'Two'])
  // The signs of the file system arrive later, and find nothing new.
  for (let i = 0; i < 3; i++) {
    await new Promise((done) => setTimeout(done, 20))
    await own.advance(60_000)
  }
  await watch.check()
  expect(names).toEqual(['One', 'Two'])
  // Only the bytes change, not what they say: an edit afterwards is none of a stranger's file.
  writeFileSync(path, `\ufeff${readFileSync(path, 'utf8')}`)
  await watch.check()
  await servers.change(asServerId('qBit'), {name: 'Three'})
  expect(names).toEqual(['One', 'Two', 'Three'])
  watch.close()
})

const secret = fc.oneof(
  fc.constant(null),
  // A blank one counts as none wherever the file is read, and writing it is refused.
  fc
    .string({minLength: 1, unit: 'grapheme'})
    .filter((it) => it.trim() !== '')
    .map((it) => new Secret(it)),
)
const path = fc.constantFrom('/data', '/srv/box', '/mnt/a b', '/x"y')
const patches: fc.Arbitrary<FileServerPatch> = fc.record(
  {
    name: fc.constantFrom('A', 'Ünï', 'with "quotes"', '# hash'),
    url: fc.constantFrom(
      'http://one:8080',
      'https://two',
      'https://three:9443/base',
      'http://[fd00::1]:9091',
    ),
    username: fc.constantFrom(null, 'me', 'x y'),
    password: secret,
    enabled: fc.boolean(),
    tls: fc.record({ca: fc.constant(null), skipVerify: fc.boolean()}),
    paths: fc.array(fc.record({server: path, ours: path}), {maxLength: 3}),
    pace: fc.record({
      pollSeconds: fc.option(fc.integer({min: 1, max: 300})),
      timeoutSeconds: fc.option(fc.integer({min: 2, max: 600})),
    }),
  },
  {requiredKeys: []},
)

test('random changes of every server of real files say what was meant, and nothing of the others', async () => {
  const texts = readdirSync(fixtures).map(fixture)
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...texts),
      fc.nat(),
      fc.array(patches, {maxLength: 3}),
      async (text, at, all) => {
        const file = await inForce(text)
        const {config} = await file.load()
        const takers = config.servers.filter(({kind}) => kind === 'qbittorrent')
        const server = takers[at % takers.length]!
        const wanted = Object.assign({}, server, ...all) as ServerDefinition
        for (const patch of all) await file.servers.change(server.id, patch)
        const after = (await file.load()).config
        const others = (servers: readonly ServerDefinition[]) => servers.filter(({id}) => id !== server.id)
        expect(sameValue(others(after.servers), others(config.servers))).toBe(true)
        expect(after.servers.find(({id}) => id === server.id)).toEqual(wanted)
        expect(commentLines(file.text())).toEqual(commentLines(text))
        expect(
          sameValue([after.settings, after.webui, after.arrs], [config.settings, config.webui, config.arrs]),
        ).toBe(true)
      },
    ),
    {numRuns: isFull ? 30 : 6},
  )
})
