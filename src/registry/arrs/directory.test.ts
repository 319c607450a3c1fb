import {expect, test} from 'vitest'
import {asArrId} from '#model/arr.ts'
import {Secret} from '#model/secret.ts'
import {arrHarness, draft, sectionNamed} from './arrs-harness.fixture.ts'

test('an edit of the file that takes the category of a user’s Arr switches that off, and names the section', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const {id} = await harness.service.create(harness.as('ann'), draft())
  harness.directory.setFile({arrs: [sectionNamed('Radarr', {Category: 'films'})], off: [], written: {}})
  expect(harness.directory.card(id)?.obstacle).toEqual({code: 'same_category', detail: '', with: ['Radarr']})
  expect(harness.directory.active().map((it) => it.id)).toEqual(['Radarr'])
  harness.directory.setFile({arrs: [], off: [], written: {}})
  expect(harness.directory.active().map((it) => it.id)).toEqual([id])
})

test('S51 an Arr with an obstacle has its library still, and one that a person switched off has not', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const {id} = await harness.service.create(harness.as('ada'), draft())
  harness.directory.setFile({
    arrs: [sectionNamed('Radarr', {Category: 'films'})],
    off: [{section: 'Sonarr', kind: 'sonarr', reason: 'The address is missing.', category: 'series'}],
    written: {},
  })
  expect(harness.directory.active()).toEqual([])
  const protecting = () =>
    harness.directory
      .protecting()
      .map(({id: its, category, obstacle, isSetUp}) => [its, category, obstacle, isSetUp])
  const clash = 'Another one has its category or its address.'
  expect(protecting()).toEqual([
    ['Radarr', 'films', clash, true],
    ['Sonarr', 'series', 'The address is missing.', false],
    [id, 'films', clash, true],
  ])
  harness.directory.setFile({arrs: [sectionNamed('Radarr', {Managed: false})], off: [], written: {}})
  expect(protecting()).toEqual([[id, 'films', null, true]])
  expect([harness.directory.isOff(asArrId('Radarr')), harness.directory.isOff(id)]).toEqual([true, false])
})

test('with an administrator’s both stay off: it is unknown which was meant', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const {id} = await harness.service.create(harness.as('ada'), draft())
  harness.directory.setFile({arrs: [sectionNamed('Radarr', {Category: 'films'})], off: [], written: {}})
  expect(harness.directory.active()).toEqual([])
  expect(harness.directory.card(asArrId('Radarr'))?.obstacle?.with).toEqual([id])
})

test('B.1 an edit of the file that has a user’s category for failures switches their Arr off, and back on when it is gone', async () => {
  const harness = await arrHarness()
  const {id: ofAnn} = await harness.service.create(harness.as('ann'), draft())
  const failed = {
    key: 'FailedCategory',
    section: 'Settings',
    category: 'films',
    subcategories: false,
  } as const
  const file = {arrs: [], off: [], written: {}}
  harness.directory.setFile({...file, categoryRoles: [failed]})
  expect(harness.directory.card(ofAnn)?.obstacle).toEqual({
    code: 'category_in_use',
    detail: 'FailedCategory',
    with: [],
  })
  expect(harness.directory.active()).toEqual([])
  expect(harness.directory.rolesOff).toEqual([])
  // What is off keeps its category.
  expect(harness.directory.categories()).toEqual(['films'])
  harness.directory.setFile({...file, categoryRoles: [{...failed, category: 'failed'}]})
  expect(harness.directory.active().map(({id}) => id)).toEqual([ofAnn])
})

test('B.1 an Arr that an administrator adds under a category for failures is off, and so is that; nothing of others is', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const role = {section: 'Settings', subcategories: false} as const
  const failed = {...role, key: 'FailedCategory', category: 'films'} as const
  const recheck = {...role, key: 'RecheckCategory', category: 'recheck'} as const
  const managed = {...role, key: 'ManagedCategories', section: 'qBit', category: 'linux'} as const
  const categoryRoles = [failed, recheck, managed]
  harness.directory.setFile({arrs: [sectionNamed('Radarr')], off: [], written: {}, categoryRoles})
  const {id} = await harness.service.create(harness.as('ada'), draft())
  expect(harness.directory.active().map((it) => it.id)).toEqual(['Radarr'])
  expect(harness.directory.rolesOff).toEqual([failed])
  await harness.service.change(harness.as('ada'), id, {category: 'linux'}, false)
  expect(harness.directory.rolesOff).toEqual([managed])
  await harness.service.change(harness.as('ada'), id, {category: 'own'}, false)
  expect(harness.directory.rolesOff).toEqual([])
  expect(harness.directory.active().map((it) => it.id)).toEqual(['Radarr', id])
})

test('a section with a fault is there, and off; what the file hides as a secret is in no settings', async () => {
  const harness = await arrHarness()
  const written = {
    'Radarr-4K': {
      ReSearch: true,
      APIKey: new Secret('x'),
      Torrent: {Pasword: new Secret('y'), StalledDelay: 5},
    },
  }
  const off = [{section: 'Sonarr', kind: 'sonarr', reason: 'URI cannot be read'} as const]
  harness.directory.setFile({arrs: [sectionNamed('Radarr-4K')], off, written})
  expect(harness.directory.card(asArrId('Sonarr'))).toMatchObject({
    enabled: true,
    url: null,
    obstacle: {code: 'section_off', detail: 'URI cannot be read'},
  })
  expect(harness.service.describe(harness.as('ada'), asArrId('Radarr-4K')).settings).toEqual({
    ReSearch: true,
    Torrent: {StalledDelay: 5},
  })
})

test.each([
  ['its settings are no JSON', {settings: '{"keys": {'}],
  ['its settings have another shape', {settings: '{"keys": 1}'}],
  ['it is of a kind that a newer release knows', {kind: 'newarr'}],
  ['its address is none', {url: 'no address'}],
])('S44 an Arr whose row cannot be read has not left, until a user removes it: %s', async (_, broken) => {
  const harness = await arrHarness()
  const {id} = await harness.service.create(harness.as('ann'), draft())
  await harness.store.write((db) => db.updateTable('arrs').set(broken).execute())
  const again = await harness.restarted()
  const {directory, service} = again
  expect([directory.active(), directory.hasLeft(id), directory.hasLeft(asArrId('a_other'))]).toEqual([
    [],
    false,
    true,
  ])
  expect(directory.unread()).toEqual([{id, ownerId: harness.id('ann'), category: 'films', sharing: []}])
  // What lies there is nobody else's meanwhile.
  expect(directory.categories()).toEqual(['films'])
  await expect(service.remove(again.as('bob'), id)).rejects.toMatchObject({code: 'arr_unknown'})
  await service.remove(again.as('ann'), id)
  expect([directory.hasLeft(id), directory.unread(), directory.categories()]).toEqual([true, [], []])
  expect((await harness.restarted()).directory.unread()).toEqual([])
})

test('a listener hears of each change, and one that is off has no owner', async () => {
  const harness = await arrHarness([sectionNamed('Radarr', {Managed: false})])
  const reported: number[] = []
  harness.directory.onChange(() => void reported.push(harness.directory.active().length))
  const {id} = await harness.service.create(harness.as('ann'), draft())
  await harness.service.change(harness.as('ann'), id, {enabled: false}, false)
  await harness.service.remove(harness.as('ann'), id)
  expect(reported).toEqual([1, 0, 0])
})

test('the Arrs of a user who goes are handed on with their keys, or go with the user', async () => {
  const harness = await arrHarness()
  const {store, directory} = harness
  const {id} = await harness.service.create(harness.as('ann'), draft())
  await harness.service.share(harness.as('ann'), id, {
    everyone: null,
    users: [{userId: harness.id('bob'), level: 'view'}],
  })
  const owned = harness.service.writes.ofUsers
  expect(owned.countOf(harness.id('ann'))).toBe(1)
  await store.write((db) => owned.transfer(db, harness.id('ann'), harness.id('ada'), harness.as('ada').actor))
  await owned.refresh()
  expect(directory.active()).toMatchObject([{id, ownerId: harness.id('ada')}])
  expect(directory.active()[0]?.config.APIKey?.reveal()).toBe('canary-key')
  await store.write((db) => owned.remove(db, harness.id('ada'), null, harness.as('ada').actor))
  await owned.refresh()
  expect(directory.cards()).toEqual([])
})
