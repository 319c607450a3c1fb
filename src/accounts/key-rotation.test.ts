import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import {asServerId} from '#model/torrent-key.ts'
import {Store} from '#store/store.ts'
import {keyPath, openKeys, readKeyFile, writeKeyFile} from './key-file.ts'
import {rotateKey} from './key-rotation.ts'
import {
  arrSecretContext,
  keyIdOf,
  Sealer,
  EncryptionKey,
  serverSecretContext,
  totpContext,
} from './secrets.ts'

type KeyFiles = NonNullable<Parameters<typeof rotateKey>[3]>

let dataFolder: string
let path: string
let store: Store
beforeEach(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'commodarr-rotation-'))
  path = keyPath(dataFolder)
  store = await Store.sqlite(':memory:')
  await fill((await openKeys({dataFolder, env: {}}, false)).sealer)
})
afterEach(async () => {
  await store.close()
  rmSync(dataFolder, {recursive: true, force: true})
})

const keys = () => openKeys({dataFolder, env: {}}, true)
const rotate = (more: {env?: Record<string, string>; files?: KeyFiles; store?: Pick<Store, 'write'>} = {}) =>
  rotateKey(more.store ?? store, {dataFolder, env: more.env ?? {}}, 5, more.files)

test('after a rotation everything opens with the new key alone, and the audit records it', async () => {
  const before = readKeyFile(path).keys
  expect(await rotate()).toEqual({resealed: 4, unreadable: [], keptIn: 'file'})
  const after = readKeyFile(path).keys
  expect(after).toHaveLength(1)
  expect(after[0]!.id).not.toBe(before[0]!.id)
  expect(await opened(new Sealer(after[0]!))).toEqual(secrets)
  const [event] = await store.read((db) => db.selectFrom('journal').selectAll().execute())
  expect(event).toMatchObject({verb: 'rotate-key', subject: 'setting', phase: 'confirmed', at: 5})
})

test('the key of an Arr is encrypted again with the others', async () => {
  const old = readKeyFile(path).keys[0]!
  await putArr(new Sealer(old).encrypt(new Secret('k'), arrSecretContext('radarr', 'apiKey')))
  expect(await rotate()).toEqual({resealed: 5, unreadable: [], keptIn: 'file'})
  const {secrets: text} = await store.read((db) =>
    db.selectFrom('arrs').select('secrets').executeTakeFirstOrThrow(),
  )
  const {apiKey} = JSON.parse(text!) as {apiKey: string}
  const context = arrSecretContext('radarr', 'apiKey')
  expect(new Sealer(readKeyFile(path).keys[0]!).open(apiKey, context).reveal()).toBe('k')
})

test('what no key opens is reported and stays, and so does a key that it names', async () => {
  const [lost, old] = [EncryptionKey.random(), readKeyFile(path).keys[0]!]
  const encryptedWithLost = new Sealer(lost).encrypt(
    new Secret('a'),
    serverSecretContext(asServerId('one'), 'password'),
  )
  const moved = new Sealer(old).encrypt(new Secret('b'), 'server/elsewhere/password')
  await putSecrets('one', {password: encryptedWithLost, apiKey: 'damaged'})
  await putSecrets('two', {password: moved})
  expect(await rotate()).toEqual({
    resealed: 1,
    unreadable: [
      {of: 'server', id: 'one', field: 'password', keyId: lost.id},
      {of: 'server', id: 'one', field: 'apiKey', keyId: null},
      {of: 'server', id: 'two', field: 'password', keyId: old.id},
    ],
    keptIn: 'file',
  })
  expect(await encryptedSecrets('one')).toEqual({password: encryptedWithLost, apiKey: 'damaged'})
  expect(await encryptedSecrets('two')).toEqual({password: moved})
  expect(readKeyFile(path).keys.map(({id}) => id)).toContain(old.id)
})

test('with a lost key file a rotation makes a new key and erases nothing', async () => {
  rmSync(path)
  const before = await encryptedSecrets('one')
  expect(await rotate()).toMatchObject({resealed: 0, unreadable: {length: 4}})
  expect(await encryptedSecrets('one')).toEqual(before)
  const {sealer} = await keys()
  const context = serverSecretContext(asServerId('one'), 'password')
  expect(sealer.open(sealer.encrypt(new Secret('again'), context), context).reveal()).toBe('again')
})

test('a damaged key file stops the rotation before anything is changed', async () => {
  const {keys: old} = readKeyFile(path)
  const files = {read: () => ({keys: old, problem: 'damaged' as const}), write: expectNever}
  await expect(rotate({files})).rejects.toMatchObject({code: 'secret_unreadable'})
  expect(await opened((await keys()).sealer)).toEqual(secrets)
})

test('with keys in the environment all is encrypted with the first, and the file is left alone', async () => {
  const before = readKeyFile(path).keys
  const key = EncryptionKey.random()
  const env = {COMMODARR_SECRET_KEY: key.reveal().toString('hex')}
  expect(await rotate({env})).toEqual({resealed: 4, unreadable: [], keptIn: 'environment'})
  expect(await opened(new Sealer(key))).toEqual(secrets)
  expect(readKeyFile(path).keys.map(({id}) => id)).toEqual(before.map(({id}) => id))
})

/** Where the program may die: before or after each step, and inside the transaction. */
const deaths = [
  'write 1 before',
  'write 1 after',
  'seal before',
  'seal inside',
  'seal after',
  'write 2 before',
  'write 2 after',
] as const

test.each(deaths)(
  'dying at "%s" loses nothing: the next start opens everything, the next rotation ends it',
  async (death) => {
    await expect(rotate(dyingAt(death))).rejects.toThrow('died')
    const restarted = await keys()
    expect(restarted.notices).toEqual([])
    expect(await opened(restarted.sealer)).toEqual(secrets)
    expect(await rotate()).toMatchObject({resealed: 4, unreadable: []})
    expect(readKeyFile(path).keys).toHaveLength(1)
    expect(await opened((await keys()).sealer)).toEqual(secrets)
  },
)

function dyingAt(death: (typeof deaths)[number]): {files: KeyFiles; store: Pick<Store, 'write'>} {
  let writes = 0
  const die = (at: string) => {
    if (at === death) throw new Error('died')
  }
  return {
    files: {
      read: readKeyFile,
      write: (...given) => {
        const step = `write ${++writes}`
        die(`${step} before`)
        writeKeyFile(...given)
        die(`${step} after`)
      },
    },
    store: {
      write: async (work) => {
        die('seal before')
        const done = await store.write(async (db) => {
          const result = await work(db)
          die('seal inside')
          return result
        })
        die('seal after')
        return done
      },
    },
  }
}

const secrets = {'one/password': 'p1', 'one/apiKey': 'k1', 'two/password': 'p2', 'user/totp': 't'}

async function fill(sealer: Sealer): Promise<void> {
  const encrypt = (id: string, field: string, text: string) =>
    sealer.encrypt(new Secret(text), serverSecretContext(asServerId(id), field))
  await store.write(async (db) => {
    for (const id of ['one', 'two', 'file']) {
      await db
        .insertInto('servers')
        .values({
          id,
          origin: 'user',
          ownerId: null,
          definition: null,
          secrets: null,
          tags: '[]',
          colour: null,
          icon: null,
          position: 0,
          defaultForAdding: 0,
          createdAt: 0,
          updatedAt: 0,
        })
        .execute()
    }
    await db
      .insertInto('users')
      .values({
        id: 'u',
        name: 'U',
        nameKey: 'u',
        role: 'member',
        origin: 'local',
        passwordHash: null,
        disabled: 0,
        totpSecret: sealer.encrypt(new Secret('t'), totpContext(asUserId('u'))),
        totpStep: null,
        recoveryCodes: '[]',
        oidcIssuer: null,
        oidcSubject: null,
        createdAt: 0,
        updatedAt: 0,
        lastSeenAt: null,
      })
      .execute()
  })
  await putSecrets('one', {
    password: encrypt('one', 'password', 'p1'),
    apiKey: encrypt('one', 'apiKey', 'k1'),
  })
  await putSecrets('two', {password: encrypt('two', 'password', 'p2')})
}

async function putSecrets(id: string, encrypted: Record<string, string>): Promise<void> {
  await store.write((db) =>
    db
      .updateTable('servers')
      .set({secrets: JSON.stringify(encrypted)})
      .where('id', '=', id)
      .execute(),
  )
}

async function putArr(apiKey: string): Promise<void> {
  await store.write((db) =>
    db
      .insertInto('arrs')
      .values({
        id: 'radarr',
        ownerId: null,
        kind: 'radarr',
        name: 'Radarr',
        url: 'http://radarr',
        category: 'films',
        settings: '{}',
        secrets: JSON.stringify({apiKey}),
        enabled: 1,
        position: 0,
        createdAt: 0,
        updatedAt: 0,
      })
      .execute(),
  )
}

async function encryptedSecrets(id: string): Promise<Record<string, string>> {
  const {secrets} = await store.read((db) =>
    db.selectFrom('servers').select('secrets').where('id', '=', id).executeTakeFirstOrThrow(),
  )
  return JSON.parse(secrets!)
}

async function opened(sealer: Sealer): Promise<Record<string, string>> {
  const all: Record<string, string> = {}
  for (const id of ['one', 'two']) {
    for (const [field, encrypted] of Object.entries(await encryptedSecrets(id))) {
      expect(keyIdOf(encrypted)).not.toBeNull()
      all[`${id}/${field}`] = sealer.open(encrypted, serverSecretContext(asServerId(id), field)).reveal()
    }
  }
  const user = await store.read((db) => db.selectFrom('users').select('totpSecret').executeTakeFirstOrThrow())
  return {...all, 'user/totp': sealer.open(user.totpSecret!, totpContext(asUserId('u'))).reveal()}
}

function expectNever(): never {
  throw new Error('the key file was written')
}
