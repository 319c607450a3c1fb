import {hashSync} from 'bcryptjs'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Secret} from '#model/secret.ts'
import {StorageFault} from '#store/faults.ts'
import {goodPassword, machine, openAccounts, visit, type Accounts} from './accounts.fixture.ts'
import {nothingSpared} from './endings.ts'
import type {FileLogIn} from './file-log-in.ts'
import {entriesOf} from './people.fixture.ts'

let harness: Accounts
beforeEach(async () => void (harness = await openAccounts()))
afterEach(() => harness.close())

const hash = hashSync(goodPassword, 4)
const declared = (change: Partial<FileLogIn> = {}): FileLogIn => ({
  LocalAuthEnabled: true,
  Username: 'Fay',
  PasswordHash: new Secret(hash),
  ...change,
})
const none: FileLogIn = {LocalAuthEnabled: false, Username: null, PasswordHash: null}
const logIn = (username = 'Fay', password = goodPassword) =>
  harness.logIn.withPassword({username, password, code: null}, visit)
const fay = () => harness.users.byName('Fay')!

test('the file declares an administrator, who logs in with the password of its hash', async () => {
  expect(await harness.fileUser.followFile(declared())).toBeNull()
  expect((await logIn()).user).toMatchObject({name: 'Fay', role: 'administrator', origin: 'file'})
  expect((await harness.restarted()).users.byName('fay')).toMatchObject({origin: 'file', hasPassword: true})
  expect((await entriesOf(harness.store))[0]).toBe('config.toml user create Fay')
})

test('an argon2id hash is taken as well', async () => {
  const eve = await harness.users.create({name: 'Eve', role: 'member'}, machine)
  await harness.passwordChanges.set(eve.id, goodPassword, machine, null)
  const PasswordHash = new Secret(harness.users.passwordHashOf(eve.id)!)
  expect(await harness.fileUser.followFile(declared({PasswordHash}))).toBeNull()
  expect((await logIn()).user.origin).toBe('file')
})

test('a file that says the same as before changes nothing and logs no one out', async () => {
  await harness.fileUser.followFile(declared())
  const {token} = await logIn()
  const entries = await entriesOf(harness.store)
  await harness.fileUser.followFile(declared())
  expect(await entriesOf(harness.store)).toEqual(entries)
  expect(harness.sessions.use(token.reveal())).not.toBeNull()
})

test('a new hash in the file is a new password: a user of the old one is logged out', async () => {
  await harness.fileUser.followFile(declared())
  const {token} = await logIn()
  const before = fay()
  await harness.fileUser.followFile(declared({PasswordHash: new Secret(hashSync('another good one', 4))}))
  for (const {sessions} of [harness, await harness.restarted()])
    expect(sessions.use(token.reveal())).toBeNull()
  await expect(logIn()).rejects.toMatchObject({code: 'sign_in_refused'})
  expect((await logIn('Fay', 'another good one')).user.id).toBe(before.id)
})

for (const [how, next] of [
  ['switches the log-in off', declared({LocalAuthEnabled: false})],
  ['loses the name', declared({Username: null})],
  ['loses the hash', declared({PasswordHash: null})],
  ['has a hash that is none', declared({PasswordHash: new Secret('rubbish')})],
  ['names somebody else', declared({Username: 'Gus'})],
] as const) {
  test(`when the file ${how} its user is disabled and logged out, but not deleted`, async () => {
    await harness.fileUser.followFile(declared())
    const {token, user} = await logIn()
    await harness.fileUser.followFile(next)
    expect(harness.users.get(user.id)).toMatchObject({disabled: true, hasPassword: false, origin: 'file'})
    expect(harness.sessions.use(token.reveal())).toBeNull()
    await expect(logIn()).rejects.toMatchObject({code: 'sign_in_refused'})
    expect((await harness.restarted()).users.get(user.id)).toMatchObject({disabled: true})
  })
}

test('a user comes back as the same one when the file declares them again', async () => {
  await harness.fileUser.followFile(declared())
  const {id} = fay()
  await harness.fileUser.followFile(none)
  await harness.fileUser.followFile(declared({Username: 'FAY'}))
  expect(harness.users.get(id)).toMatchObject({name: 'FAY', disabled: false, role: 'administrator'})
  expect((await logIn()).user.id).toBe(id)
})

test('a name that is another one is another user', async () => {
  await harness.fileUser.followFile(declared())
  await harness.fileUser.followFile(declared({Username: 'Gus'}))
  expect(harness.users.list().map(({name, disabled}) => [name, disabled])).toEqual([
    ['Fay', true],
    ['Gus', false],
  ])
})

test('one of ours with the same name becomes the user of the file, with its password', async () => {
  const own = await harness.users.create({name: 'fay', role: 'viewer', passwordHash: 'own'}, machine)
  expect(await harness.fileUser.followFile(declared())).toBeNull()
  expect(harness.users.get(own.id)).toMatchObject({name: 'Fay', role: 'administrator', origin: 'file'})
  expect((await logIn()).user.id).toBe(own.id)
})

test.each(['oidc', 'proxy'] as const)('a user who logs in by %s is not taken over', async (origin) => {
  const subject = {issuer: 'https://id.example', subject: '17'}
  const theirs = await harness.users.create({name: 'Fay', role: 'viewer', origin, subject}, machine)
  expect(await harness.fileUser.followFile(declared())).toContain('WebUI.Username')
  expect(harness.users.get(theirs.id)).toEqual(theirs)
  await expect(logIn()).rejects.toMatchObject({code: 'sign_in_refused'})
})

test.each([
  declared({Username: null}),
  declared({PasswordHash: null}),
  declared({PasswordHash: new Secret('hunter2')}),
  declared({PasswordHash: new Secret(hash.replace('$04$', '$31$'))}),
  declared({Username: 'a\u0000b'}),
])('no user is declared by what cannot be read', async (webui) => {
  expect(await harness.fileUser.followFile(webui)).toBeNull()
  expect(harness.users.list()).toEqual([])
})

test('a file without a login of its own says nothing', async () => {
  expect(await harness.fileUser.followFile(none)).toBeNull()
  expect(await entriesOf(harness.store)).toEqual([])
})

test('what the file declares is changed in the file alone', async () => {
  await harness.fileUser.followFile(declared())
  await harness.users.create({name: 'Eve', role: 'administrator'}, machine)
  const {id} = fay()
  for (const attempt of [
    () => harness.users.change(id, {role: 'member'}, machine),
    () => harness.users.change(id, {name: 'Gus'}, machine),
    () => harness.users.change(id, {disabled: true}, machine),
    () => harness.users.remove(id, 'remove', machine),
    () => harness.users.setPassword(id, 'hash', nothingSpared, machine),
    () => harness.passwordChanges.set(id, 'another good one', machine, null),
    () =>
      harness.passwordChanges.own(fay(), 'not even the right one', 'another good one', nothingSpared, visit),
    () => harness.passwordChanges.offerReset(id, machine),
  ]) {
    await expect(attempt()).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('WebUI.PasswordHash') as string,
    })
  }
  expect((await logIn()).user).toMatchObject({name: 'Fay', role: 'administrator'})
})

test('whom the file declares no longer can be removed, or becomes one of ours by a password given here', async () => {
  await harness.fileUser.followFile(declared())
  await harness.fileUser.followFile(none)
  await harness.users.create({name: 'Eve', role: 'administrator'}, machine)
  const {id} = fay()
  await expect(harness.users.change(id, {disabled: false}, machine)).rejects.toMatchObject({
    code: 'forbidden',
  })
  await harness.passwordChanges.set(id, 'another good one', machine, null)
  await harness.users.change(id, {disabled: false}, machine)
  expect((await logIn('Fay', 'another good one')).user).toMatchObject({origin: 'local'})
  await harness.fileUser.followFile(none)
  expect(fay()).toMatchObject({disabled: false})
  await harness.users.remove(id, 'refuse', machine)
})

test('when the database fails nothing has changed, and the next reading of the file does it', async () => {
  harness.store.fault = new StorageFault('storage_full', 'The disk is full.', true)
  await expect(harness.fileUser.followFile(declared())).rejects.toMatchObject({code: 'storage_full'})
  expect(harness.users.list()).toEqual([])
  harness.store.fault = null
  await harness.fileUser.followFile(declared())
  expect((await logIn()).user.name).toBe('Fay')
})
