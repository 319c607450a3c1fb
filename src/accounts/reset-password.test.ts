import {hashSync} from 'bcryptjs'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {Secret} from '#model/secret.ts'
import {goodPassword, machine, openAccounts, visit, type Accounts} from './accounts.fixture.ts'
import {RESET_MS} from './password-changes.ts'
import {entriesOf} from './people.fixture.ts'
import {resetPassword} from './reset-password.ts'

let harness: Accounts
beforeEach(async () => void (harness = await openAccounts()))
afterEach(() => harness.close())

const file = {LocalAuthEnabled: true, Username: 'Fay', PasswordHash: new Secret(hashSync(goodPassword, 4))}

/** As the program finds it when it starts again. */
async function selects(token: string) {
  const people = await harness.restarted()
  return people.invitations.accept({token, username: null, password: goodPassword, code: null}, visit)
}

test('a locked-out administrator gets a token with which they set a new password', async () => {
  const ada = await harness.users.create({name: 'Ada', role: 'administrator'}, machine)
  const token = await resetPassword(harness.store, 'ADA', harness.clock)
  expect((await entriesOf(harness.store)).at(-1)).toBe('command line user reset Ada')
  expect((await selects(token)).user).toMatchObject({id: ada.id, role: 'administrator'})
  await expect(selects(token)).rejects.toMatchObject({code: 'invitation_invalid'})
})

test('the token works for a day, and makes an older one worthless', async () => {
  await harness.users.create({name: 'Ada', role: 'administrator'}, machine)
  const [older, newer] = [
    await resetPassword(harness.store, 'Ada', harness.clock),
    await resetPassword(harness.store, 'Ada', harness.clock),
  ]
  await expect(selects(older)).rejects.toMatchObject({code: 'invitation_invalid'})
  await harness.clock.advance(RESET_MS)
  await expect(selects(newer)).rejects.toMatchObject({code: 'invitation_invalid'})
})

test('an account that was switched off is switched on by it, and its second step taken away', async () => {
  const {id} = await harness.users.create({name: 'Ada', role: 'administrator'}, machine)
  await harness.users.create({name: 'Eve', role: 'administrator'}, machine)
  await harness.users.change(id, {disabled: true}, machine)
  await harness.store.write((db) =>
    db.updateTable('users').set({totpSecret: 'sealed', totpStep: 7}).execute(),
  )
  const token = await resetPassword(harness.store, 'Ada', harness.clock)
  const {users} = await harness.restarted()
  expect(users.get(id)).toMatchObject({disabled: false, twoStep: false})
  await selects(token)
})

test('a user whom the file declares has their password there; one whom it declares no longer becomes one of ours', async () => {
  await harness.fileUser.followFile(file)
  await expect(resetPassword(harness.store, 'Fay', harness.clock)).rejects.toMatchObject({code: 'forbidden'})
  await harness.fileUser.followFile({...file, LocalAuthEnabled: false})
  const token = await resetPassword(harness.store, 'Fay', harness.clock)
  expect((await selects(token)).user).toMatchObject({origin: 'local', role: 'administrator'})
})

test('an unknown user is said to be unknown', async () => {
  await expect(resetPassword(harness.store, 'Nobody', harness.clock)).rejects.toMatchObject({
    code: 'user_unknown',
    message: 'There is no user with the name "Nobody".',
  })
})
