import {expect, test} from 'vitest'
import type {Share} from '#model/access.ts'
import {asArrId, type ArrId} from '#model/arr.ts'
import type {ArrCard} from '#model/arr-service.ts'
import {rightsOnArrs} from './rights.ts'
import type {RuleOwner} from './reach.ts'
import {rulesHarness, type Name} from './rules-harness.fixture.ts'

async function arrsHarness() {
  const harness = await rulesHarness()
  const cards = new Map<ArrId, ArrCard>()
  const add = (id: string, owner: Name | null, ...sharing: readonly Share[]) =>
    cards.set(asArrId(id), {ownerId: owner && harness.id(owner), sharing} as ArrCard)
  const {people: users, accessOf} = harness
  const may = rightsOnArrs(users, {card: (id) => cards.get(id) ?? null}, accessOf)
  return {
    ...harness,
    add,
    /** What the owner of a rule may do with it. */
    rights: (owner: RuleOwner, arr: string) =>
      (['read', 'control'] as const).filter((permission) =>
        may({owner, ceilings: []}, permission, asArrId(arr)),
      ),
  }
}

const all = ['read', 'control']

test('S29 a rule of a member uses their own Arrs and what is shared with them, as far as it is shared', async () => {
  const {add, rights, id} = await arrsHarness()
  add('anns', 'ann')
  add('bobs', 'bob')
  add('file', null)
  add('shown', 'bob', {with: id('ann'), level: 'view'})
  add('lent', null, {with: 'everyone', level: 'control'})
  const arrs = ['anns', 'bobs', 'file', 'shown', 'lent', 'nowhere']
  expect(arrs.map((arr) => rights(id('ann'), arr))).toEqual([all, [], [], ['read'], all, []])
})

test('a rule of an administrator, or of a user without an account, uses every Arr there is', async () => {
  const {add, rights, id} = await arrsHarness()
  add('bobs', 'bob')
  for (const owner of [id('ada'), null]) {
    expect(rights(owner, 'bobs')).toEqual(all)
    expect(rights(owner, 'nowhere')).toEqual([])
  }
})

test('rules of the configuration use the Arrs of the instance, and none that a user added for themselves', async () => {
  const {add, rights} = await arrsHarness()
  add('file', null)
  add('adas', 'ada')
  add('anns', 'ann', {with: 'everyone', level: 'control'})
  expect(['file', 'adas', 'anns'].map((arr) => rights('file', arr))).toEqual([all, all, []])
})

test('a user who is disabled, or may only look, commands no Arr by a rule', async () => {
  const {add, rights, id, people} = await arrsHarness()
  add('vics', 'vic')
  add('anns', 'ann')
  expect(rights(id('vic'), 'vics')).toEqual(['read'])
  people.change(id('ann'), {disabled: true})
  expect(rights(id('ann'), 'anns')).toEqual([])
})
