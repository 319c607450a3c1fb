import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, inject, test, vi} from 'vitest'
import {asUserId} from '#model/access.ts'
import {putSetting, readSettings} from '#store/repositories/settings.ts'
import {putTwoStep} from '#store/repositories/two-step.ts'
import {insertUser} from '#store/repositories/users.ts'
import type {Store} from '#store/store.ts'
import {isFull} from '#test/proof.ts'
import {postgresTestDatabases, type TestDatabase} from '#test/store/postgres-test-databases.ts'
import {takeDatabase} from '../database.ts'
import type {PlaceOptions} from './arguments.ts'
import {backup, restore} from './backup.ts'
import {migrate} from './migrate.ts'
import {loadFor} from '../place.ts'
import {replay} from './replay.ts'
import {resetPassword} from './reset-password.ts'
import {rotateKey} from './rotate-key.ts'

type KeptUser = Parameters<typeof insertUser>[1]

let root: string
let data: string
let options: PlaceOptions
let databases: TestDatabase[]

const out: string[] = []
const err: string[] = []
const voice = {print: (line: string) => out.push(line), complain: (line: string) => err.push(line)}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'commodarr-commands-'))
  data = join(root, 'data')
  options = {config: undefined, data}
  databases = []
  out.length = 0
  err.length = 0
})
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const database of databases) await database.drop()
  rmSync(root, {recursive: true, force: true})
})

async function newPostgres(): Promise<string> {
  databases.push(await postgresTestDatabases(inject('postgresUrl')).make('commands'))
  return databases.at(-1)!.url
}

/** The database that a start would open now. */
async function inUse<T>(work: (store: Store) => Promise<T>, dataFolder = data): Promise<T> {
  const url = process.env['DATABASE_URL'] ?? ''
  const store = await takeDatabase({dataFolder, url: url === '' ? null : url, say: () => {}, lockMs: 0})
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

const put = (name: string) => inUse((store) => store.write((db) => putSetting(db, name, 1, 1)))
const names = (dataFolder = data) =>
  inUse(async (store) => [...(await store.read(readSettings)).keys()].sort(), dataFolder)

for (const kind of ['SQLite', 'PostgreSQL'] as const) {
  const use = async () => {
    if (kind === 'PostgreSQL') vi.stubEnv('DATABASE_URL', await newPostgres())
  }

  test(`${kind}: what was backed up comes back, what was there is kept, and the key is spoken of`, async () => {
    await use()
    await put('then')
    expect(await backup(undefined, options, voice)).toBe(0)
    const [file] = readdirSync(join(data, 'backups'))
    const path = join(data, 'backups', file!)
    expect(out[0]).toMatch(new RegExp(`^(PostgreSQL at |${data}/commodarr\\.db).* is backed up in ${path}$`))
    expect(out).toContain('  settings  1')
    expect(out.join('\n')).toContain(`encrypted with ${join(data, 'secret.key')}, which is not in it`)
    expect(out.at(-1)).toBe(`Go back to it with: npm start -- restore ${path}`)
    await put('since')
    out.length = 0
    expect(await restore(path, options, voice)).toBe(0)
    expect(await names()).toEqual(['then'])
    const kept = /What was there is kept in (.*)/.exec(out.join('\n'))?.[1]
    expect(await restore(kept!, options, voice)).toBe(0)
    expect(await names()).toEqual(['since', 'then'])
    expect(err).toEqual([])
  })

  test(`${kind}: a backup is made while the program runs, a restore is not`, async () => {
    await use()
    await put('then')
    await inUse(async (store) => {
      expect(await backup(join(root, 'while.db'), options, voice)).toBe(0)
      expect(await restore(join(root, 'while.db'), options, voice)).toBe(1)
      expect(err).toEqual([
        `Another Commodarr uses the data folder ${data}. End it, or give this one another folder with --data.`,
      ])
      expect(await migrate({to: join(root, 'other.db'), force: true}, options, voice)).toBe(1)
      expect(await resetPassword('Ada', options, voice)).toBe(1)
      expect(await rotateKey(options, voice)).toBe(1)
      expect(err).toHaveLength(4)
      await store.write((db) => putSetting(db, 'since', 1, 1))
    })
    expect(await names()).toEqual(['since', 'then'])
    expect(existsSync(join(root, 'other.db'))).toBe(false)
  })
}

test.runIf(isFull)('from the file to PostgreSQL and back', async () => {
  await put('one')
  const url = await newPostgres()
  expect(await migrate({to: url, force: false}, options, voice)).toBe(0)
  expect(out[0]).toMatch(/commodarr\.db is now in PostgreSQL at /)
  expect(out.join()).not.toContain(`${new URL(url).username}@`)
  expect(out.at(-1)).toContain('DATABASE_URL')
  expect(await migrate({to: url, force: false}, options, voice)).toBe(1)
  expect(err.at(-1)).toMatch(/holds 1 rows already/)
  vi.stubEnv('DATABASE_URL', url)
  await put('two')
  const other = join(root, 'other')
  mkdirSync(other)
  expect(await migrate({to: other, force: false}, options, voice)).toBe(0)
  expect(out.at(-1)).toBe(
    `To use it, put it in the place of ${join(data, 'commodarr.db')} and unset DATABASE_URL, then start Commodarr.`,
  )
  expect(await migrate({to: url, force: true}, options, voice)).toBe(1)
  expect(err.at(-1)).toMatch(/is what is in use already/)
  expect(await migrate({to: data, force: true}, options, voice)).toBe(0)
  expect(out.at(-1)).toBe('To use it, unset DATABASE_URL, then start Commodarr.')
  vi.stubEnv('DATABASE_URL', '')
  expect(await names()).toEqual(['one', 'two'])
  expect(await names(other)).toEqual(['one', 'two'])
})

test.runIf(isFull)(
  'nothing is moved out of or into a database that a program uses from another data folder',
  async () => {
    await put('here')
    const url = await newPostgres()
    const store = await takeDatabase({dataFolder: join(root, 'elsewhere'), url, say: () => {}})
    try {
      expect(await migrate({to: url, force: true}, options, voice)).toBe(1)
      vi.stubEnv('DATABASE_URL', url)
      expect(await migrate({to: join(root, 'out.db'), force: true}, options, voice)).toBe(1)
      expect(await restore(join(data, 'commodarr.db'), options, voice)).toBe(1)
      expect(err.every((line) => line.startsWith('Another Commodarr (connected from'))).toBe(true)
      expect(err).toHaveLength(3)
    } finally {
      await store.close()
    }
    const embedded = await takeDatabase({dataFolder: join(root, 'elsewhere'), url: null, say: () => {}})
    vi.stubEnv('DATABASE_URL', '')
    try {
      expect(await migrate({to: join(root, 'elsewhere'), force: true}, options, voice)).toBe(1)
      expect(err.at(-1)).toContain(join(root, 'elsewhere'))
    } finally {
      await embedded.close()
    }
  },
)

test('what cannot be done is said, and nothing is made', async () => {
  expect(await backup(undefined, {config: join(root, 'no.toml'), data: undefined}, voice)).toBe(1)
  expect(err.at(-1)).toContain(join(root, 'no.toml'))
  await put('x')
  writeFileSync(join(root, 'no.db'), 'no database')
  expect(await restore(join(root, 'no.db'), options, voice)).toBe(1)
  expect(await migrate({to: 'mysql://x/y', force: false}, options, voice)).toBe(1)
  expect(err.at(-1)).toMatch(/^--to is no address of PostgreSQL/)
  expect(await names()).toEqual(['x'])
})

test('the start looks for the data where the configuration is, and so do the commands', async () => {
  const config = join(root, 'config.toml')
  writeFileSync(config, '')
  data = join(root, 'commodarr')
  await put('x')
  expect(await backup(undefined, {config, data: undefined}, voice)).toBe(0)
  expect(readdirSync(join(data, 'backups'))).toHaveLength(1)
})

test('a user who locked themselves out gets a token', async () => {
  await inUse((store) => store.write((db) => insertUser(db, ada)))
  expect(await resetPassword('ada', options, voice)).toBe(0)
  expect(out[1]).toMatch(/^ {2}[\w-]{43}$/)
  expect(await resetPassword('Bo', options, voice)).toBe(2)
  expect(err.at(-1)).toBe('There is no user with the name "Bo".')
})

const ada: KeptUser = {
  id: asUserId('5b1d6a5e-6c0c-4f7e-9d56-0d5f3f0c0a01'),
  name: 'Ada',
  nameKey: 'ada',
  role: 'administrator',
  origin: 'local',
  passwordHash: null,
  disabled: false,
  subject: null,
  createdAt: 1,
  lastSeenAt: null,
}

test('a new key is made, and named', async () => {
  await put('x')
  expect(await rotateKey(options, voice)).toBe(0)
  expect(out[0]).toBe(`0 secrets are encrypted with the new key in ${join(data, 'secret.key')}.`)
  expect(existsSync(join(data, 'secret.key'))).toBe(true)
})

const rightAway = {
  backup: () => backup(undefined, options, voice),
  'reset-password': () => resetPassword('ada', options, voice),
  'rotate-key': () => rotateKey(options, voice),
  replay: () => replay({rule: undefined, days: 30}, options, voice),
} as const
for (const [name, command] of Object.entries(rightAway)) {
  test(`${name} in a folder without a database says so, and leaves nothing there`, async () => {
    expect(await command()).toBe(2)
    expect(err).toEqual([expect.stringContaining(`There is no database in ${data}.`)])
    expect([out, existsSync(data)]).toEqual([[], false])

    mkdirSync(data)
    expect(await command()).toBe(2)
    expect(readdirSync(data)).toEqual([])
  })
}

for (const [name, command] of Object.entries(rightAway)) {
  test(`${name} with PostgreSQL makes no tables, no key and no folder where there are none`, async () => {
    vi.stubEnv('DATABASE_URL', await newPostgres())
    expect(await command()).toBe(2)
    expect(err.splice(0)).toEqual([expect.stringContaining(`There is no data folder ${data}.`)])
    expect([out, existsSync(data)]).toEqual([[], false])

    mkdirSync(data)
    expect(await command()).toBe(2)
    expect(err).toEqual([expect.stringContaining('is no database of Commodarr (DATABASE_URL)')])
    expect([out, readdirSync(data)]).toEqual([[], []])
  })
}

test('a new key is not made beside secrets that another folder has the key of', async () => {
  vi.stubEnv('DATABASE_URL', await newPostgres())
  await inUse((store) =>
    store.write(async (db) => {
      await insertUser(db, ada)
      await putTwoStep(db, {userId: ada.id, secret: 'sealed', lastStep: null, recoveryCodes: []}, 1)
    }),
  )
  const other = join(root, 'other')
  mkdirSync(other)
  expect(await rotateKey({config: undefined, data: other}, voice)).toBe(2)
  expect(err).toEqual([expect.stringContaining(`a key that is not in ${other}`)])
  expect([out, readdirSync(other).includes('secret.key')]).toEqual([[], false])
  // Whoever lost it says so.
  writeFileSync(join(other, 'secret.key'), '')
  expect(await rotateKey({config: undefined, data: other}, voice)).toBe(0)
  expect(out[0]).toContain('0 secrets are encrypted with the new key')
})

test('a configuration in the data folder that is named is found, when there is none where it usually lies', async () => {
  mkdirSync(data)
  const path = join(data, 'config.toml')
  writeFileSync(path, '[Settings]\n')
  vi.spyOn(process, 'cwd').mockReturnValue(root)
  try {
    expect((await loadFor({config: undefined, data}, {})).path).toBe(path)
    expect((await loadFor({config: undefined, data: root}, {})).path).toBeNull()
    // Whoever names another one means that one.
    const elsewhere = join(root, 'none.toml')
    expect((await loadFor({config: elsewhere, data}, {})).path).toBeNull()
    expect((await loadFor({config: undefined, data}, {COMMODARR_CONFIG: elsewhere})).path).toBeNull()
    const usual = join(root, 'config.toml')
    writeFileSync(usual, '[Settings]\n')
    expect((await loadFor({config: undefined, data}, {})).path).toBe(usual)
  } finally {
    vi.restoreAllMocks()
  }
})
