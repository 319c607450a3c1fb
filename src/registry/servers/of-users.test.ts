import {expect, test} from 'vitest'
import {asUserId} from '#model/access.ts'
import {Secret} from '#model/secret.ts'
import {draft} from './drafts.fixture.ts'
import {codeOf, harness, type Harness} from './servers-harness.fixture.ts'

const [ada, ann, bob] = [asUserId('ada'), asUserId('ann'), asUserId('bob')]

const ownedIn = ({service}: Harness) => service.writes.ofUsers

/** Ann has two servers, Bob one; each shares with the other. */
async function peopled() {
  const it = await harness()
  const one = await it.service.create(it.as('ann'), draft({username: 'me', password: new Secret('hunter2')}))
  const two = await it.service.create(it.as('ann'), draft())
  const own = await it.service.create(it.as('bob'), draft())
  await it.service.share(it.as('ann'), one.id, {everyone: null, users: [{userId: bob, level: 'view'}]})
  await it.service.share(it.as('bob'), own.id, {everyone: null, users: [{userId: ann, level: 'view'}]})
  return {it, owned: ownedIn(it), one: one.id, two: two.id, own: own.id}
}

test('servers of a user who goes get another owner, with their secrets and shares', async () => {
  const {it, owned, one, two, own} = await peopled()
  expect([owned.countOf(ann), owned.countOf(ada)]).toEqual([2, 0])
  await it.store.write((db) => owned.transfer(db, ann, ada, it.as('ada').actor))
  // Nothing is in force before the transaction of whoever removes the user is through.
  expect(it.directory.card(one)?.ownerId).toBe('ann')
  await owned.refresh()
  expect([one, two, own].map((id) => it.directory.card(id)?.ownerId)).toEqual(['ada', 'ada', 'bob'])
  expect([owned.countOf(ann), owned.countOf(ada)]).toEqual([0, 2])
  expect(it.directory.card(one)?.sharing).toEqual([{with: 'bob', level: 'view'}])
  expect(it.directory.card(own)?.sharing).toEqual([])
  expect(it.directory.former(one)?.definition.password?.reveal()).toBe('hunter2')
  // He did not enter that password, so it goes nowhere else by him.
  const moved = {address: {url: 'http://10.6.6.6'}}
  expect(await codeOf(it.service.change(it.as('ada'), one, moved))).toBe('bad_request')
})

test('servers of a user who goes are removed, and those of others are not', async () => {
  const {it, owned, own} = await peopled()
  await it.store.write((db) => owned.remove(db, ann, null, it.as('ada').actor))
  await owned.refresh()
  expect(it.directory.cards().map(({id}) => id)).toEqual([own])
  expect(await it.store.read((db) => db.selectFrom('serverGrants').selectAll().execute())).toEqual([])
})

test('servers that have nothing to do with it stay the very same, and their secrets are not opened again', async () => {
  const {it, owned, one} = await peopled()
  const other = draft({username: 'me', password: new Secret('hunter2'), tags: ['home']})
  const {id} = await it.service.create(it.as('bob'), other)
  const [before, hers] = [it.directory.stored(id), it.directory.stored(one)]
  await it.store.write((db) => owned.transfer(db, ann, ada, it.as('ada').actor))
  await owned.refresh()
  expect(it.directory.stored(id)).toBe(before)
  expect(it.directory.stored(one)).not.toBe(hers)
})

test('an edit that meets the transfer does not give a server back to its former owner', async () => {
  const {it, owned, one} = await peopled()
  const edit = it.service.change(it.as('ann'), one, {name: 'Cellar'})
  await it.store.write((db) => owned.transfer(db, ann, ada, it.as('ada').actor))
  await edit
  await owned.refresh()
  expect(it.directory.card(one)?.ownerId).toBe('ada')
  expect(it.directory.former(one)?.definition.name).toBe('Cellar')
})
