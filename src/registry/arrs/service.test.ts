import {expect, test} from 'vitest'
import {Sealer, EncryptionKey} from '#accounts/secrets.ts'
import {asArrId} from '#model/arr.ts'
import {CommodarrError} from '#model/errors.ts'
import {Secret} from '#model/secret.ts'
import {plainReach} from '#model/server.ts'
import {codeOf} from '../servers/servers-harness.fixture.ts'
import {arrHarness, draft, sectionNamed, type ArrHarness} from './arrs-harness.fixture.ts'
import {DraftInvalid} from '../owned/draft.ts'

const everyone = {everyone: 'view', users: []} as const
const names = (harness: ArrHarness, who: 'ada' | 'ann' | 'bob' | 'vic') =>
  harness.service.seenBy(harness.as(who)).map(({name}) => name)

async function faultsOf(work: Promise<unknown>): Promise<string[]> {
  try {
    await work
    return []
  } catch (error) {
    if (error instanceof DraftInvalid) return error.faults.map(({field}) => field)
    throw error
  }
}

test('who may only look at an Arr, or looks alone, does not command it', async () => {
  const harness = await arrHarness()
  const ann = harness.as('ann')
  const {id} = await harness.service.create(ann, draft())
  const commanding = () =>
    (['ann', 'bob', 'vic'] as const).filter((who) => harness.service.mayCommand(harness.as(who), id))
  expect(commanding()).toEqual(['ann'])
  await harness.service.share(ann, id, everyone)
  expect(commanding()).toEqual(['ann'])
  await harness.service.share(ann, id, {everyone: 'control', users: []})
  expect(commanding()).toEqual(['ann', 'bob'])
  expect(harness.service.mayCommand(ann, asArrId('a_none'))).toBe(false)
})

test('a member has ten Arrs at most, each with a thread of its own, and an administrator more', async () => {
  const harness = await arrHarness()
  const add = (who: 'ann' | 'ada', n: number) =>
    harness.service.create(
      harness.as(who),
      draft({name: `${who} ${n}`, url: `http://${who}-${n}.example`, category: `${who}-${n}`}),
    )
  for (let n = 0; n < 10; n++) await add('ann', n)
  expect(await codeOf(add('ann', 10))).toBe('forbidden')
  for (let n = 0; n < 11; n++) await add('ada', n)
})

test('an Arr is its owner’s alone until they share it, and its key is shown to no one', async () => {
  const harness = await arrHarness()
  const ann = harness.as('ann')
  const {id} = await harness.service.create(ann, draft())
  expect([names(harness, 'ann'), names(harness, 'bob'), names(harness, 'ada')]).toEqual([
    ['Films'],
    [],
    ['Films'],
  ])
  await harness.service.share(ann, id, everyone)
  expect([names(harness, 'bob'), names(harness, 'vic')]).toEqual([['Films'], ['Films']])
  expect(await codeOf(harness.service.change(harness.as('bob'), id, {category: 'x'}, false))).toBe(
    'forbidden',
  )
  expect(await codeOf(harness.service.remove(harness.as('vic'), asArrId('a_none')))).toBe('arr_unknown')
  const reported = JSON.stringify([harness.service.describe(ann, id), await harness.entries()])
  expect(reported).not.toContain('canary')
  expect(harness.service.describe(ann, id).secrets).toEqual({
    apiKey: 'set',
    ombiKey: 'none',
    overseerrKey: 'none',
  })
})

test('a key for certain servers knows no Arrs, and a key that may only read changes none', async () => {
  const harness = await arrHarness()
  const {id} = await harness.service.create(harness.as('ann'), draft())
  const some = harness.as('ann', {scopes: ['manage'], everywhere: false})
  const reading = harness.as('ann', {scopes: ['read']})
  expect(harness.service.seenBy(some)).toEqual([])
  expect(await codeOf(harness.service.create(some, draft({url: 'http://b:1', category: 'b'})))).toBe(
    'forbidden',
  )
  expect(harness.service.seenBy(reading)).toHaveLength(1)
  expect(await codeOf(harness.service.change(reading, id, {category: 'x'}, false))).toBe('forbidden')
})

test('what is kept comes back after a restart; with another key the Arr stays off and loses nothing', async () => {
  const harness = await arrHarness()
  const {id} = await harness.service.create(
    harness.as('ann'),
    draft({
      settings: {ReSearch: true, EntrySearch: {Ombi: {OmbiURI: 'http://ombi:1', OmbiAPIKey: 'canary-ombi'}}},
    }),
  )
  const again = await harness.restarted()
  const [active] = again.directory.active()
  expect(active).toMatchObject({id, ownerId: harness.id('ann'), reach: plainReach.guarded})
  expect(active!.config).toMatchObject({ReSearch: true, Category: 'films', URI: 'http://films.example:7878'})
  expect(active!.config.APIKey?.reveal()).toBe('canary-key')
  expect(active!.config.EntrySearch.Ombi.OmbiAPIKey?.reveal()).toBe('canary-ombi')
  const rows = await harness.store.read((db) => db.selectFrom('arrs').selectAll().execute())
  expect(JSON.stringify(rows)).not.toContain('canary')
  const strange = await harness.restarted(new Sealer(EncryptionKey.random()))
  expect(strange.directory.active()).toEqual([])
  expect(strange.directory.card(id)?.obstacle?.code).toBe('secret_unreadable')
  await strange.service.change(strange.as('ann'), id, {category: 'cinema'}, false)
  expect((await harness.restarted()).directory.active()[0]?.config.APIKey?.reveal()).toBe('canary-key')
})

test('who does not know the key cannot lead it elsewhere: administrators, heirs and keys of people included', async () => {
  const harness = await arrHarness()
  const {id} = await harness.service.create(harness.as('ann'), draft())
  const elsewhere = {url: 'http://evil.example:7878'}
  const {service} = harness
  expect(await faultsOf(service.change(harness.as('ada'), id, elsewhere, false))).toEqual(['api_key'])
  expect(
    await faultsOf(service.change(harness.as('ann', {scopes: ['manage', 'control']}), id, elsewhere, false)),
  ).toEqual(['api_key'])
  expect(await faultsOf(service.change(harness.as('ada'), id, {skipVerify: true}, false))).toEqual([
    'api_key',
  ])
  expect(
    await service.change(harness.as('ada'), id, {...elsewhere, apiKey: new Secret('mine')}, false),
  ).toMatchObject({effect: 'restart'})
})

test('the key of a request manager goes no new way either', async () => {
  const harness = await arrHarness()
  const Overseerr = {OverseerrURI: 'http://seerr:5055', OverseerrAPIKey: 'canary-seerr'}
  const {id} = await harness.service.create(harness.as('ann'), draft({settings: {EntrySearch: {Overseerr}}}))
  const moved = {settings: {EntrySearch: {Overseerr: {OverseerrURI: 'http://evil:1'}}}}
  const field = 'settings.EntrySearch.Overseerr.OverseerrAPIKey'
  expect(await faultsOf(harness.service.change(harness.as('ada'), id, moved, false))).toEqual([field])
  expect(await harness.service.change(harness.as('ann'), id, moved, false)).toMatchObject({
    effect: 'live',
    lines: null,
  })
  const erased = {settings: {EntrySearch: {Overseerr: {OverseerrAPIKey: null}}}}
  await harness.service.change(harness.as('ann'), id, erased, false)
  expect(harness.service.describe(harness.as('ann'), id).secrets.overseerrKey).toBe('none')
})

test('a setting is named by its path or stands in its table, and what is no key is said with what is', async () => {
  const harness = await arrHarness()
  const ann = harness.as('ann')
  const settings = {'Torrent.StalledDelay': 20, 'EntrySearch.Ombi': {OmbiURI: 'http://ombi:1'}}
  const {id} = await harness.service.create(ann, draft({settings}))
  const patch = {
    'Torrent.StalledDelay': 30,
    Torrent: {MaximumETA: 60},
    'EntrySearch.Ombi.OmbiAPIKey': 'canary',
  }
  await harness.service.change(ann, id, {settings: patch}, false)
  await harness.service.change(ann, id, {settings: {'Torrent.MaximumETA': null}}, false)
  const described = harness.service.describe(ann, id)
  expect(described.settings).toEqual({
    Torrent: {StalledDelay: 30},
    EntrySearch: {Ombi: {OmbiURI: 'http://ombi:1'}},
  })
  expect(described.secrets.ombiKey).toBe('set')
  const refused = async (key: string) => {
    const end = await harness.service
      .change(ann, id, {settings: {[key]: 1}}, false)
      .catch((it: unknown) => it)
    return (end as DraftInvalid).faults
  }
  expect(await refused('Torrent.StaledDelay')).toMatchObject([
    {field: expect.stringContaining('StaledDelay')},
  ])
  const [fault] = await refused('Reserch')
  expect(fault).toMatchObject({field: 'settings.Reserch'})
  expect(fault!.accepted).toBe('a key of GET /api/arrs/keys. Did you mean ReSearch?')
})

test('settings are checked as those of the file, each fault with its place', async () => {
  const harness = await arrHarness()
  const create = (change: object) => faultsOf(harness.service.create(harness.as('ann'), draft(change)))
  expect(await create({settings: {Torrent: {StalledDelay: 'soon'}, Reserch: true}})).toEqual([
    'settings.Torrent.StalledDelay',
    'settings.Reserch',
  ])
  expect(await create({settings: {Torrent: {Trackers: [{URI: 'a.example'}, {Priority: 1}]}}})).toEqual([
    'settings.Torrent.Trackers[1].URI',
  ])
  expect(await create({settings: {URI: 'http://a'}})).toEqual(['settings.URI'])
  expect(await create({url: 'not an address', category: ''})).toEqual(['category'])
  expect(await create({url: 'http://user:pass@a:1'})).toEqual(['url'])
  expect(await create({apiKey: undefined})).toEqual(['api_key'])
  expect(await codeOf(harness.service.create(harness.as('ann'), draft({url: 'http://169.254.1.1'})))).toBe(
    'address_forbidden',
  )
})

test('a patch says what it will restart, and does nothing when it is only looked at', async () => {
  const harness = await arrHarness()
  const ann = harness.as('ann')
  const {id} = await harness.service.create(ann, draft({settings: {Torrent: {StalledDelay: 30}}}))
  const effect = async (patch: object) => (await harness.service.change(ann, id, patch, true)).effect
  expect(await effect({category: 'cinema'})).toBe('live')
  expect(await effect({enabled: false})).toBe('restart')
  expect(await effect({settings: {importMode: 'Copy'}})).toBe('live')
  expect(await effect({settings: {RssSyncTimer: 5}})).toBe('restart')
  expect(await effect({settings: {Torrent: {StalledDelay: null}}})).toBe('live')
  expect(await effect({settings: {Torrent: {StalledDelay: 30}}})).toBe('none')
  expect(harness.directory.active()[0]?.config.Torrent.StalledDelay).toBe(1_800)
  await harness.service.change(ann, id, {settings: {Torrent: {StalledDelay: null}}}, false)
  expect(harness.directory.active()[0]?.config.Torrent.StalledDelay).toBe(900)
  const [, event] = await harness.entries()
  expect(event).toMatchObject({verb: 'change', args: {fields: ['settings.Torrent'], effect: 'live'}})
})

test('no user makes an Arr with the category or address of one that they see, and they are shown its name', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const create = harness.service.create(harness.as('ann'), draft({category: 'radarr'}))
  await expect(create).rejects.toMatchObject({
    faults: [{field: 'category', accepted: 'another one than that of Radarr'}],
  })
  await harness.service.create(harness.as('ann'), draft())
  expect(await codeOf(harness.service.create(harness.as('bob'), draft()))).toBe('done')
  expect(harness.directory.active().map(({config}) => config.Category)).toEqual(['radarr', 'films', 'films'])
})

test('a change of an Arr of the file says its lines before, and one that was edited meanwhile is written by nothing', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const [ada, id] = [harness.as('ada'), asArrId('Radarr')]
  const line = {is: 'added', line: 3, text: 'Category = "cinema"'} as const
  harness.world.edit = {lines: [[line]], conflicts: []}
  const patch = {category: 'cinema'}
  expect(await harness.service.change(ada, id, patch, true)).toMatchObject({
    effect: 'live',
    lines: [[line]],
    conflicts: [],
    after: {Category: 'cinema'},
  })
  harness.world.edit = {lines: [[line]], conflicts: [{key: 'Category', now: 'films'}]}
  expect(await harness.service.change(ada, id, patch, true)).toMatchObject({conflicts: [{now: 'films'}]})
  expect(await codeOf(harness.service.change(ada, id, patch, false, {Category: 'old'}))).toBe(
    'changed_meanwhile',
  )
  expect(harness.asked).toEqual([])
})

test('a setting of an Arr that was added here is not changed where it was changed elsewhere meanwhile', async () => {
  const harness = await arrHarness()
  const ann = harness.as('ann')
  const {id} = await harness.service.create(ann, draft({settings: {Torrent: {StalledDelay: 30}}}))
  const patch = {settings: {Torrent: {StalledDelay: 60}}}
  const was = {'Torrent.StalledDelay': 15, importMode: null}
  expect(await harness.service.change(ann, id, patch, true, was)).toMatchObject({
    lines: null,
    conflicts: [{key: 'Torrent.StalledDelay', now: 30}],
  })
  expect(await codeOf(harness.service.change(ann, id, patch, false, was))).toBe('changed_meanwhile')
  expect(harness.directory.active()[0]?.config.Torrent.StalledDelay).toBe(1_800)
  await harness.service.change(ann, id, patch, false, {
    'Torrent.StalledDelay': 30,
    importMode: null,
    Category: 'films',
  })
  expect(harness.directory.active()[0]?.config.Torrent.StalledDelay).toBe(3_600)
})

test('why the section of an Arr cannot be changed is shown to users who may change it', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  expect(await harness.service.obstacle(harness.as('ada'), asArrId('Radarr'))).toBeNull()
  expect(await codeOf(harness.service.obstacle(harness.as('ann'), asArrId('Radarr')))).toBe('forbidden')
  const {id} = await harness.service.create(harness.as('ann'), draft())
  expect(await harness.service.obstacle(harness.as('ann'), id)).toBeNull()
  expect(await codeOf(harness.service.obstacle(harness.as('bob'), id))).toBe('arr_unknown')
})

test('an Arr of the file is changed in the file, by administrators; its sharing is kept here', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  const id = asArrId('Radarr')
  const patch = {category: 'cinema', settings: {Torrent: {StalledDelay: 30, MaximumETA: null}}}
  expect(await codeOf(harness.service.change(harness.as('ann'), id, patch, false))).toBe('forbidden')
  expect(await harness.service.change(harness.as('ada'), id, patch, false)).toMatchObject({effect: 'live'})
  expect(harness.asked).toEqual([
    [
      ...(['change', 'Radarr'] as const),
      [
        {path: ['Category'], value: 'cinema'},
        {path: ['Torrent', 'StalledDelay'], value: 30},
        {path: ['Torrent', 'MaximumETA'], value: undefined},
      ],
    ],
  ])
  expect(await faultsOf(harness.service.change(harness.as('ada'), id, {name: 'other'}, false))).toEqual([
    'name',
  ])
  expect(names(harness, 'vic')).toEqual(['Radarr'])
  await harness.service.share(harness.as('ada'), id, {
    everyone: null,
    users: [{userId: harness.id('bob'), level: 'view'}],
  })
  const again = await harness.restarted()
  expect([names(again, 'vic'), names(again, 'bob')]).toEqual([[], ['Radarr']])
  await again.service.remove(again.as('ada'), id)
  expect(again.asked).toEqual([['remove', 'Radarr']])
})

test('before an Arr is removed it can still be asked, and when that fails it stays', async () => {
  const harness = await arrHarness()
  const {id} = await harness.service.create(harness.as('ann'), draft())
  const asked: string[] = []
  harness.service.beforeRemoval(async (arr) => {
    asked.push(arr)
    if (asked.length === 1) throw new CommodarrError('storage_busy', 'Another program has the database.')
  })
  expect(await codeOf(harness.service.remove(harness.as('vic'), id))).toBe('arr_unknown')
  expect(await codeOf(harness.service.remove(harness.as('ann'), id))).toBe('storage_busy')
  expect([asked, names(harness, 'ann')]).toEqual([[id], ['Films']])
  await harness.service.remove(harness.as('ann'), id)
  expect([asked, names(harness, 'ann')]).toEqual([[id, id], []])
})

test('a refusal of what a user sees is written down, and what could not be written is not in force', async () => {
  const harness = await arrHarness([sectionNamed('Radarr')])
  await codeOf(harness.service.remove(harness.as('ann'), asArrId('Radarr')))
  expect(await harness.entries()).toMatchObject([{verb: 'remove', name: 'Radarr', code: 'forbidden'}])
  await harness.store.close()
  await expect(harness.service.create(harness.as('ann'), draft())).rejects.not.toBeInstanceOf(DraftInvalid)
  expect(harness.directory.cards()).toHaveLength(1)
})

test('an Arr takes the right to command of the user who adds or changes it: torrents are commanded for it', async () => {
  const harness = await arrHarness()
  const {service, directory} = harness
  const {id} = await service.create(harness.as('ann'), draft())
  for (const scopes of [['read'], ['manage'], ['control'], ['add', 'manage']] as const) {
    const key = harness.as('ann', {scopes})
    await expect(service.create(key, draft({name: 'Other', category: 'other'}))).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(service.change(key, id, {category: 'cinema'}, false)).rejects.toMatchObject({
      code: 'forbidden',
    })
  }
  expect(directory.active().map(({authority}) => authority.ceilings)).toEqual([[]])
  await service.change(harness.as('ann', {scopes: ['control', 'manage']}), id, {category: 'cinema'}, false)
  expect(directory.active()[0]?.authority.ceilings).toEqual([
    {keyId: 'key of ann', scopes: ['read', 'control', 'manage'], servers: null},
  ])
})

test('an Arr that a key added stays off once that key has ended, until a user changes it, also after a restart', async () => {
  const harness = await arrHarness()
  const {service, directory, keysOver} = harness
  const {id} = await service.create(harness.as('ann', {scopes: ['control', 'manage']}), draft())
  const own = await service.create(
    harness.as('ann'),
    draft({name: 'Own', category: 'own', url: 'http://own.example:7878'}),
  )
  const ofKey = (keyId: string) => keyId === 'key of ann'
  expect(directory.madeWith(ofKey).map((it) => it.id)).toEqual([id])
  keysOver.add('key of ann')
  directory.reevaluate()
  expect(directory.card(id)?.obstacle).toEqual({code: 'key_ended', detail: '', with: []})
  expect(directory.active().map((it) => it.id)).toEqual([own.id])
  const again = await harness.restarted()
  again.keysOver.add('key of ann')
  again.directory.reevaluate()
  expect(again.directory.active().map((it) => it.id)).toEqual([own.id])
  // Sharing it is no answer for what is done for it.
  await service.share(harness.as('ann'), id, {everyone: 'view', users: []})
  expect(directory.card(id)?.obstacle?.code).toBe('key_ended')
  await service.change(harness.as('ann'), id, {enabled: true}, false)
  expect(directory.active()).toMatchObject([
    {id, authority: {owner: harness.id('ann'), ceilings: []}},
    {id: own.id},
  ])
})
