import {hashSync} from 'bcryptjs'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Secret} from '#model/secret.ts'
import {StorageFault} from '#store/faults.ts'
import {goodPassword, machine, openAccounts, visit, type Accounts} from './accounts.fixture.ts'
import {nothingSpared} from './endings.ts'
import type {FileLogIn} from './file-user.ts'
import {entriesOf} from './people.fixture.ts'

let house: Accounts
beforeEach(async () => void (house = await openAccounts()))
afterEach(() => house.close())

const hash = hashSync(goodPassword, 4)
const declared = (change: Partial<FileLogIn> = {}): FileLogIn => ({
  LocalAuthEnabled: true,
  Username: 'Fay',
  PasswordHash: new Secret(hash),
  ...change,
})
const none: FileLogIn = {LocalAuthEnabled: false, Username: null, PasswordHash: null}
const logIn = (username = 'Fay', password = goodPassword) =>
  house.logIn.withPassword({username, password, code: null}, visit)
const fay = () => house.users.byName('Fay')!

test('the file declares an administrator, who logs in with the password of its hash', async () => {
  expect(await house.fileUser.followFile(declared())).toEqual([])
  expect((await logIn()).user).toMatchObject({name: 'Fay', role: 'administrator', origin: 'file'})
  expect((await house.restarted()).users.byName('fay')).toMatchObject({origin: 'file', hasPassword: true})
  expect((await entriesOf(house.store))[0]).toBe('config.toml user create Fay')
})

test('an argon2id hash is taken as well', async () => {
  const eve = await house.users.create({name: 'Eve', role: 'member'}, machine)
  await house.passwordChanges.set(eve.id, goodPassword, machine, null)
  const PasswordHash = new Secret(house.users.passwordHashOf(eve.id)!)
  expect(await house.fileUser.followFile(declared({PasswordHash}))).toEqual([])
  expect((await logIn()).user.origin).toBe('file')
})

test('a file that says the same as before changes nothing and logs nobody out', async () => {
  await house.fileUser.followFile(declared())
  const {token} = await logIn()
  const entries = await entriesOf(house.store)
  await house.fileUser.followFile(declared())
  expect(await entriesOf(house.store)).toEqual(entries)
  expect(house.sessions.use(token.reveal())).not.toBeNull()
})

test('a new hash in the file is a new password: whoever used the old one is logged out', async () => {
  await house.fileUser.followFile(declared())
  const {token} = await logIn()
  const before = fay()
  await house.fileUser.followFile(declared({PasswordHash: new Secret(hashSync('another good one', 4))}))
  for (const {sessions} of [house, await house.restarted()]) expect(sessions.use(token.reveal())).toBeNull()
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
    await house.fileUser.followFile(declared())
    const {token, user} = await logIn()
    await house.fileUser.followFile(next)
    expect(house.users.get(user.id)).toMatchObject({disabled: true, hasPassword: false, origin: 'file'})
    expect(house.sessions.use(token.reveal())).toBeNull()
    await expect(logIn()).rejects.toMatchObject({code: 'sign_in_refused'})
    expect((await house.restarted()).users.get(user.id)).toMatchObject({disabled: true})
  })
}

test('he comes back as the same user when the file declares him again', async () => {
  await house.fileUser.followFile(declared())
  const {id} = fay()
  await house.fileUser.followFile(none)
  await house.fileUser.followFile(declared({Username: 'FAY'}))
  expect(house.users.get(id)).toMatchObject({name: 'FAY', disabled: false, role: 'administrator'})
  expect((await logIn()).user.id).toBe(id)
})

test('a name that is another one is another user', async () => {
  await house.fileUser.followFile(declared())
  await house.fileUser.followFile(declared({Username: 'Gus'}))
  expect(house.users.list().map(({name, disabled}) => [name, disabled])).toEqual([
    ['Fay', true],
    ['Gus', false],
  ])
})

test('one of ours with the same name becomes the user of the file, with its password', async () => {
  const own = await house.users.create({name: 'fay', role: 'viewer', passwordHash: 'own'}, machine)
  expect(await house.fileUser.followFile(declared())).toEqual([])
  expect(house.users.get(own.id)).toMatchObject({name: 'Fay', role: 'administrator', origin: 'file'})
  expect((await logIn()).user.id).toBe(own.id)
})

test.each(['oidc', 'proxy'] as const)('somebody who logs in by %s is not taken over', async (origin) => {
  const subject = {issuer: 'https://id.example', subject: '17'}
  const theirs = await house.users.create({name: 'Fay', role: 'viewer', origin, subject}, machine)
  const problems = await house.fileUser.followFile(declared())
  expect(problems).toEqual([expect.stringContaining('WebUI.Username')])
  expect(house.users.get(theirs.id)).toEqual(theirs)
  await expect(logIn()).rejects.toMatchObject({code: 'sign_in_refused'})
})

test.each([
  [declared({Username: null}), 'WebUI.Username'],
  [declared({PasswordHash: null}), 'WebUI.PasswordHash'],
  [declared({PasswordHash: new Secret('hunter2')}), 'WebUI.PasswordHash'],
  [declared({PasswordHash: new Secret(hash.replace('$04$', '$31$'))}), 'cost 14'],
  [declared({Username: 'a\u0000b'}), 'WebUI.Username'],
])('what cannot be done is said, and no secret with it', async (webui, said) => {
  const problems = await house.fileUser.followFile(webui)
  expect(problems).toEqual([expect.stringContaining(said)])
  expect(problems.join()).not.toContain('hunter2')
  expect(house.users.list()).toEqual([])
})

test('a file without a log-in of its own says nothing', async () => {
  expect(await house.fileUser.followFile(none)).toEqual([])
  expect(await entriesOf(house.store)).toEqual([])
})

test('what the file declares is changed in the file alone', async () => {
  await house.fileUser.followFile(declared())
  await house.users.create({name: 'Eve', role: 'administrator'}, machine)
  const {id} = fay()
  for (const attempt of [
    () => house.users.change(id, {role: 'member'}, machine),
    () => house.users.change(id, {name: 'Gus'}, machine),
    () => house.users.change(id, {disabled: true}, machine),
    () => house.users.remove(id, 'remove', machine),
    () => house.users.setPassword(id, 'hash', nothingSpared, machine),
    () => house.passwordChanges.set(id, 'another good one', machine, null),
    () =>
      house.passwordChanges.own(fay(), 'not even the right one', 'another good one', nothingSpared, visit),
    () => house.passwordChanges.offerReset(id, machine),
  ]) {
    await expect(attempt()).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('WebUI.PasswordHash') as string,
    })
  }
  expect((await logIn()).user).toMatchObject({name: 'Fay', role: 'administrator'})
})

test('whom the file declares no longer can be removed, or becomes one of ours by a password given here', async () => {
  await house.fileUser.followFile(declared())
  await house.fileUser.followFile(none)
  await house.users.create({name: 'Eve', role: 'administrator'}, machine)
  const {id} = fay()
  await expect(house.users.change(id, {disabled: false}, machine)).rejects.toMatchObject({code: 'forbidden'})
  await house.passwordChanges.set(id, 'another good one', machine, null)
  await house.users.change(id, {disabled: false}, machine)
  expect((await logIn('Fay', 'another good one')).user).toMatchObject({origin: 'local'})
  await house.fileUser.followFile(none)
  expect(fay()).toMatchObject({disabled: false})
  await house.users.remove(id, 'refuse', machine)
})

test('when the database fails nothing has changed, and the next reading of the file does it', async () => {
  house.store.fault = new StorageFault('storage_full', 'The disk is full.', true)
  await expect(house.fileUser.followFile(declared())).rejects.toMatchObject({code: 'storage_full'})
  expect(house.users.list()).toEqual([])
  house.store.fault = null
  await house.fileUser.followFile(declared())
  expect((await logIn()).user.name).toBe('Fay')
})
