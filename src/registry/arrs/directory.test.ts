import {expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import {Secret} from '#model/secret.ts'
import {arrHouse, draft, sectionNamed} from './arrs-harness.fixture.ts'
import {OwnedArrs} from './of-users.ts'

test('an edit of the file that takes the category of somebody’s Arr switches that off, and names the section', async () => {
  const house = await arrHouse([sectionNamed('Radarr')])
  const {id} = await house.service.create(house.as('ann'), draft())
  house.directory.setFile({arrs: [sectionNamed('Radarr', {Category: 'films'})], off: [], written: {}})
  expect(house.directory.card(id)?.obstacle).toEqual({code: 'same_category', detail: '', with: ['Radarr']})
  expect(house.directory.active().map((it) => it.id)).toEqual(['Radarr'])
  house.directory.setFile({arrs: [], off: [], written: {}})
  expect(house.directory.active().map((it) => it.id)).toEqual([id])
})

test('S51 an Arr with an obstacle has its library still, and one that a person switched off has not', async () => {
  const house = await arrHouse([sectionNamed('Radarr')])
  const {id} = await house.service.create(house.as('ada'), draft())
  house.directory.setFile({
    arrs: [sectionNamed('Radarr', {Category: 'films'})],
    off: [{section: 'Sonarr', kind: 'sonarr', reason: 'The address is missing.', category: 'series'}],
    written: {},
  })
  expect(house.directory.active()).toEqual([])
  const protecting = () =>
    house.directory
      .protecting()
      .map(({id: its, category, obstacle, isSetUp}) => [its, category, obstacle, isSetUp])
  const clash = 'Another one has its category or its address.'
  expect(protecting()).toEqual([
    ['Radarr', 'films', clash, true],
    ['Sonarr', 'series', 'The address is missing.', false],
    [id, 'films', clash, true],
  ])
  house.directory.setFile({arrs: [sectionNamed('Radarr', {Managed: false})], off: [], written: {}})
  expect(protecting()).toEqual([[id, 'films', null, true]])
  expect([house.directory.isOff(asArrId('Radarr')), house.directory.isOff(id)]).toEqual([true, false])
})

test('with an administrator’s both stay off: nobody can tell which was meant', async () => {
  const house = await arrHouse([sectionNamed('Radarr')])
  const {id} = await house.service.create(house.as('ada'), draft())
  house.directory.setFile({arrs: [sectionNamed('Radarr', {Category: 'films'})], off: [], written: {}})
  expect(house.directory.active()).toEqual([])
  expect(house.directory.card(asArrId('Radarr'))?.obstacle?.with).toEqual([id])
})

test('B.1 an edit of the file that has somebody’s category for failures switches his Arr off, and back on when it is gone', async () => {
  const house = await arrHouse()
  const {id: ofAnn} = await house.service.create(house.as('ann'), draft())
  const failed = {
    key: 'FailedCategory',
    section: 'Settings',
    category: 'films',
    subcategories: false,
  } as const
  const file = {arrs: [], off: [], written: {}}
  house.directory.setFile({...file, categoryRoles: [failed]})
  expect(house.directory.card(ofAnn)?.obstacle).toEqual({
    code: 'category_in_use',
    detail: 'FailedCategory',
    with: [],
  })
  expect(house.directory.active()).toEqual([])
  expect(house.directory.rolesOff).toEqual([])
  // What is off keeps its category.
  expect(house.directory.categories()).toEqual(['films'])
  house.directory.setFile({...file, categoryRoles: [{...failed, category: 'failed'}]})
  expect(house.directory.active().map(({id}) => id)).toEqual([ofAnn])
})

test('B.1 an Arr that an administrator adds under a category for failures is off, and so is that; nothing of others is', async () => {
  const house = await arrHouse([sectionNamed('Radarr')])
  const role = {section: 'Settings', subcategories: false} as const
  const failed = {...role, key: 'FailedCategory', category: 'films'} as const
  const recheck = {...role, key: 'RecheckCategory', category: 'recheck'} as const
  const managed = {...role, key: 'ManagedCategories', section: 'qBit', category: 'linux'} as const
  const categoryRoles = [failed, recheck, managed]
  house.directory.setFile({arrs: [sectionNamed('Radarr')], off: [], written: {}, categoryRoles})
  const {id} = await house.service.create(house.as('ada'), draft())
  expect(house.directory.active().map((it) => it.id)).toEqual(['Radarr'])
  expect(house.directory.rolesOff).toEqual([failed])
  await house.service.change(house.as('ada'), id, {category: 'linux'}, false)
  expect(house.directory.rolesOff).toEqual([managed])
  await house.service.change(house.as('ada'), id, {category: 'own'}, false)
  expect(house.directory.rolesOff).toEqual([])
  expect(house.directory.active().map((it) => it.id)).toEqual(['Radarr', id])
})

test('a section with a fault is there, and off; what the file hides as a secret is in no settings', async () => {
  const house = await arrHouse()
  const written = {
    'Radarr-4K': {
      ReSearch: true,
      APIKey: new Secret('x'),
      Torrent: {Pasword: new Secret('y'), StalledDelay: 5},
    },
  }
  const off = [{section: 'Sonarr', kind: 'sonarr', reason: 'URI cannot be read'} as const]
  house.directory.setFile({arrs: [sectionNamed('Radarr-4K')], off, written})
  expect(house.directory.card(asArrId('Sonarr'))).toMatchObject({
    enabled: true,
    url: null,
    obstacle: {code: 'section_off', detail: 'URI cannot be read'},
  })
  expect(house.service.describe(house.as('ada'), asArrId('Radarr-4K')).settings).toEqual({
    ReSearch: true,
    Torrent: {StalledDelay: 5},
  })
})

test.each([
  ['its settings are no JSON', {settings: '{"keys": {'}],
  ['its settings have another shape', {settings: '{"keys": 1}'}],
  ['it is of a kind that a newer release knows', {kind: 'newarr'}],
  ['its address is none', {url: 'no address'}],
])('S44 an Arr whose row cannot be read has not left, until somebody removes it: %s', async (_, broken) => {
  const house = await arrHouse()
  const {id} = await house.service.create(house.as('ann'), draft())
  await house.store.write((db) => db.updateTable('arrs').set(broken).execute())
  const again = await house.restarted()
  const {directory, service} = again
  expect([directory.active(), directory.hasLeft(id), directory.hasLeft(asArrId('a_other'))]).toEqual([
    [],
    false,
    true,
  ])
  expect(directory.unread()).toEqual([{id, ownerId: house.id('ann'), category: 'films', sharing: []}])
  // What lies there is nobody else's meanwhile.
  expect(directory.categories()).toEqual(['films'])
  await expect(service.remove(again.as('bob'), id)).rejects.toMatchObject({code: 'arr_unknown'})
  await service.remove(again.as('ann'), id)
  expect([directory.hasLeft(id), directory.unread(), directory.categories()]).toEqual([true, [], []])
  expect((await house.restarted()).directory.unread()).toEqual([])
})

test('who follows is told of each change, and one that is off is nobody’s', async () => {
  const house = await arrHouse([sectionNamed('Radarr', {Managed: false})])
  const reported: number[] = []
  house.directory.onChange(() => void reported.push(house.directory.active().length))
  const {id} = await house.service.create(house.as('ann'), draft())
  await house.service.change(house.as('ann'), id, {enabled: false}, false)
  await house.service.remove(house.as('ann'), id)
  expect(reported).toEqual([1, 0, 0])
})

test('the Arrs of somebody who goes are handed on with their keys, or go with him', async () => {
  const house = await arrHouse()
  const {store, directory, clock} = house
  const {id} = await house.service.create(house.as('ann'), draft())
  await house.service.share(house.as('ann'), id, {
    everyone: null,
    users: [{userId: house.id('bob'), level: 'view'}],
  })
  const owned = new OwnedArrs({directory, writes: house.service.writes, clock})
  expect(owned.countOf(house.id('ann'))).toBe(1)
  await store.write((db) => owned.transfer(db, house.id('ann'), house.id('ada')))
  await owned.refresh()
  expect(directory.active()).toMatchObject([{id, ownerId: house.id('ada')}])
  expect(directory.active()[0]?.config.APIKey?.reveal()).toBe('canary-key')
  await store.write((db) => owned.remove(db, house.id('ada')))
  await owned.refresh()
  expect(directory.cards()).toEqual([])
})
