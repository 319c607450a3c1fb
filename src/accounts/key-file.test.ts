import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Secret} from '#model/secret.ts'
import {keyPath, makeKeyFile, openKeys, readKeyFile, writeKeyFile} from './key-file.ts'
import {Sealer, EncryptionKey} from './secrets.ts'

let dataFolder: string
let path: string
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'commodarr-key-'))
  path = keyPath(dataFolder)
})
afterEach(() => rmSync(dataFolder, {recursive: true, force: true}))

const place = 'server/one/password'
const open = (hasEncrypted = false, env: Record<string, string> = {}) =>
  openKeys({dataFolder, env}, hasEncrypted)
const encryptedBy = (sealer: Sealer) => sealer.encrypt(new Secret('hunter2'), place)

test('the first start makes a key that only our user may read, and the next one finds it', async () => {
  const first = await open()
  expect(first.notices).toEqual([])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const next = await open(true)
  expect(next.sealer.open(encryptedBy(first.sealer), place).reveal()).toBe('hunter2')
  expect(next.notices).toEqual([])
})

test('a lost key is not replaced in silence while secrets are encrypted with it', async () => {
  const {sealer, notices} = await open(true)
  expect(notices).toEqual([expect.stringContaining('secret.key is missing')])
  expect(readKeyFile(path).problem).toBe('missing')
  expect(() => encryptedBy(sealer)).toThrow(expect.objectContaining({code: 'secret_unreadable'}))
})

test.each([
  [0o644, 'could be read by other users'],
  [0o660, 'could be read by other users'],
])('a key file with mode %o is made ours again, and reported', async (mode, reported) => {
  const before = encryptedBy((await open()).sealer)
  chmodSync(path, mode)
  const {sealer, notices} = await open(true)
  expect(notices).toEqual([expect.stringContaining(reported)])
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(sealer.open(before, place).reveal()).toBe('hunter2')
  expect((await open(true)).notices).toEqual([])
})

test.each(['', '# only a comment\n'])(
  'an empty file, left by a crash, gives way to the first key: %j',
  async (text) => {
    writeFileSync(path, text)
    const {sealer, notices} = await open()
    expect(notices).toEqual([])
    expect((await open(true)).sealer.open(encryptedBy(sealer), place).reveal()).toBe('hunter2')
  },
)

test('an empty file is not replaced while secrets are encrypted', async () => {
  writeFileSync(path, '')
  expect((await open(true)).notices).toEqual([expect.stringContaining('is empty')])
  expect(readFileSync(path, 'utf8')).toBe('')
})

test('of a damaged file the good lines still open, and the file stays as it is', async () => {
  const old = EncryptionKey.random()
  const before = encryptedBy(new Sealer(old))
  writeKeyFile(path, [EncryptionKey.random(), old])
  const text = readFileSync(path, 'utf8').replace(/^[^#].{3}/m, '????')
  writeFileSync(path, text, {mode: 0o600})
  for (const hasEncrypted of [true, false]) {
    const {sealer, notices} = await open(hasEncrypted)
    expect(notices).toEqual([expect.stringContaining('holds a line that is no key')])
    expect(sealer.open(before, place).reveal()).toBe('hunter2')
    expect(() => encryptedBy(sealer)).toThrow(expect.objectContaining({code: 'secret_unreadable'}))
  }
  expect(readFileSync(path, 'utf8')).toBe(text)
})

test('a key file that cannot be read is reported', async () => {
  mkdirSync(path)
  expect((await open(true)).notices).toEqual([expect.stringContaining('cannot be read')])
})

test('a data folder that cannot be written keeps no secrets, and the program goes on', async () => {
  rmSync(dataFolder, {recursive: true})
  const {sealer, notices} = await open()
  expect(notices).toEqual([expect.stringContaining('cannot be created')])
  expect(() => encryptedBy(sealer)).toThrow(expect.objectContaining({code: 'secret_unreadable'}))
})

test('what a crash left behind while the first key was made is no hindrance', async () => {
  writeFileSync(`${path}.new`, 'half a')
  const {sealer, notices} = await open()
  expect(notices).toEqual([])
  expect((await open(true)).sealer.open(encryptedBy(sealer), place).reveal()).toBe('hunter2')
})

test('a key that another program put there meanwhile is not overwritten', () => {
  const [theirs, ours] = [EncryptionKey.random(), EncryptionKey.random()]
  makeKeyFile(path, theirs)
  makeKeyFile(path, ours)
  expect(readKeyFile(path).keys.map(({id}) => id)).toEqual([theirs.id])
  expect(readdirSync(dataFolder)).toEqual(['secret.key'])
})

const bytes = Buffer.alloc(32, 7)
const words = 'correct horse battery staple'

test.each([
  ['hex', bytes.toString('hex')],
  ['base64', bytes.toString('base64')],
  ['base64url', bytes.toString('base64url')],
])('the environment gives 32 bytes as %s, and no file is made', async (_as, text) => {
  const {sealer} = await open(false, {COMMODARR_SECRET_KEY: text})
  const encrypted = encryptedBy(sealer)
  expect(new Sealer(new EncryptionKey(bytes)).open(encrypted, place).reveal()).toBe('hunter2')
  expect(readKeyFile(path).problem).toBe('missing')
})

test('the same words give the same key on another machine', async () => {
  const encrypted = encryptedBy((await open(false, {COMMODARR_SECRET_KEY: words})).sealer)
  rmSync(dataFolder, {recursive: true})
  const {sealer} = await open(true, {COMMODARR_SECRET_KEY: ` ${words} `})
  expect(sealer.open(encrypted, place).reveal()).toBe('hunter2')
  const others = await open(true, {COMMODARR_SECRET_KEY: `${words}!`})
  expect(() => others.sealer.open(encrypted, place)).toThrow(
    expect.objectContaining({code: 'secret_unreadable'}),
  )
})

test('of several keys in the environment the first encrypts and all open, and so do those of the file', async () => {
  const ofFile = encryptedBy((await open()).sealer)
  const ofWords = encryptedBy((await open(true, {COMMODARR_SECRET_KEY: words})).sealer)
  const {sealer} = await open(true, {COMMODARR_SECRET_KEY: `${bytes.toString('hex')},${words}`})
  for (const encrypted of [ofFile, ofWords]) expect(sealer.open(encrypted, place).reveal()).toBe('hunter2')
  expect(new Sealer(new EncryptionKey(bytes)).open(encryptedBy(sealer), place).reveal()).toBe('hunter2')
})

test.each(['short', `${words},short`, `${words},`, ',', bytes.toString('hex').slice(0, 10)])(
  'a COMMODARR_SECRET_KEY that is no key is refused without repeating it: %j',
  async (text) => {
    if (text === ',') return expect((await open(false, {COMMODARR_SECRET_KEY: text})).notices).toEqual([])
    const refusal = await open(false, {COMMODARR_SECRET_KEY: text}).catch((error: Error) => error)
    expect(refusal).toMatchObject({code: 'config_invalid', message: expect.not.stringContaining(words)})
  },
)
