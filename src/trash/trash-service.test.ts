import {mkdir, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {hearsOf} from '#executor/authorise.ts'
import {B, by} from '#executor/executor-harness.fixture.ts'
import type {JournalDecision} from '#journal/decided.ts'
import type {Access} from '#model/access.ts'
import {CommodarrError, NotSupported} from '#model/errors.ts'
import type {ArrId, LibraryClaim} from '#model/arr.ts'
import {staysAtLimit, type LimitEnd} from '#model/limit-end.ts'
import type {RuleId} from '#model/rule.ts'
import {away} from '#test/automation-state/memory.fixture.ts'
import {film, metainfo, trashHarness, usualFiles} from './trash-harness.fixture.ts'

const DAY_MS = 86_400_000
const there = ['Film/Subs/a.srt', 'Film/a.mkv']
const aside = ['aside: 1 a.mkv', 'aside: 2 a.srt', 'aside: note.json', 'aside: recycled']
const rule = {id: 'r1' as RuleId, revision: 2}
const keeping = {id: 'j1', verb: 'remove', rule, userId: null, plan: null, days: 3} as const

async function recycled() {
  const harness = await trashHarness()
  await harness.recycle()
  await harness.run()
  return harness
}

test('recycled: kept, removed, gone, moved aside; restored: back as it was, stopped, and the action is undone', async () => {
  const {list, files, service, added, causes, journal, ended, world} = await recycled()
  const [item] = list()
  expect(item).toMatchObject({verb: 'recycle', files: 2, bytes: 25, state: 'kept', rule, name: 'Film'})
  expect([await files(), world.removals, ended]).toEqual([aside, 1, ['done']])
  await service().restore(by, item!.id)
  expect(await files()).toEqual(there)
  expect(added).toEqual([
    {
      source: {torrent: metainfo, fileName: `${film.hash}.torrent`},
      comesBack: true,
      start: false,
      tags: ['a'],
      data: 'brought',
      savePath: expect.any(String),
      category: 'films',
    },
  ])
  expect(list()[0]!.state).toBe('restored')
  // One story: what was removed, and that it came back.
  expect(causes).toEqual([item!.id])
  expect(journal.filter(({id}) => id === item!.id).map(({verb, phase}) => [verb, phase])).toEqual([
    ['recycle', 'confirmed'],
    ['recycle', 'undone'],
  ])
  const restoring = journal.filter(({verb}) => verb === 'restore')
  expect(restoring.map(({phase, causeId}) => [phase, causeId])).toEqual([
    ['sending', item!.id],
    ['confirmed', item!.id],
  ])
  await expect(service().restore(by, item!.id)).rejects.toMatchObject({code: 'trash_unknown'})
})

test('why a restore is refused is kept for users who see its server: what is sent names nothing of another one', async () => {
  const harness = await recycled()
  await harness.service().restore(by, harness.list()[0]!.id)
  expect(harness.senders.map(({actor}) => actor)).toContain(by.actor)
  for (const {access} of harness.senders) {
    expect([hearsOf(access, film.serverId, false), access.may('add', film.serverId)]).toEqual([true, true])
    expect([hearsOf(access, B, false), hearsOf(access, B, true)]).toEqual([false, false])
  }
})

test('a rule lets go only of what is over on its server, as its owner may, and in its own name', async () => {
  const {list, files, service, clock, journal} = await trashHarness().then(async (harness) => {
    await harness.recycle({days: 2})
    await harness.run()
    return harness
  })
  const over = (access = by.access, server = film.serverId) => service().over(access, server)
  await clock.advance(2 * DAY_MS - 600_000)
  expect(over()).toEqual([])
  await clock.advance(600_000)
  expect(over().map(({id}) => id)).toEqual([list()[0]!.id])
  const reader: Access = {...by.access, permits: (scope) => scope === 'read', may: (it) => it === 'read'}
  expect([over(reader), over(by.access, B)]).toEqual([[], []])
  const ruled = {ruleId: 'r9' as RuleId, decided: {action: 'purge'} as unknown as JournalDecision}
  await service().purge({...by, actor: {...by.actor, name: 'Empty', origin: 'rule'}}, list()[0]!.id, ruled)
  expect([await files(), list()[0]!.state, over()]).toEqual([[], 'purged', []])
  expect(journal.filter(({verb}) => verb === 'purge')).toMatchObject([
    {phase: 'sending', actor: {name: 'Empty'}, ...ruled},
    {phase: 'confirmed', ruleId: 'r9'},
  ])
})

/** Of the one entry of its trash. */
async function entryIn(root: string): Promise<string> {
  const area = join(root, '.commodarr-recycle')
  const [entry] = await readdir(area)
  return join(area, entry!)
}

test('what a user took out of the trash by hand is named, and its torrent runs when its server has all of its data', async () => {
  const {root, list, service, settle, files, journal} = await recycled()
  await rm(join(await entryIn(root), '2 a.srt'))
  await service().restore(by, list()[0]!.id)
  await settle()
  expect(await files()).toEqual(['Film/a.mkv'])
  const message =
    'Of its files Film/Subs/a.srt were not in the trash any more: another program or person took them out.'
  const path = 'Film/Subs/a.srt'
  const reason = 'It was not in the trash any more: another program or person took it out.'
  expect(list()[0]).toMatchObject({state: 'restored', message, notRestored: [{path, reason}]})
  expect(journal.findLast((it) => it.verb === 'restore')).toMatchObject({phase: 'confirmed', message})
})

test('each file that did not come back is named, also where a user took away all of them', async () => {
  const {root, list, service, settle, world, files} = await recycled()
  await rm(await entryIn(root), {recursive: true})
  world.found = {complete: false, completed: 0}
  await expect(
    service()
      .restore(by, list()[0]!.id)
      .then(settle)
      .then(() => {
        throw new Error(list()[0]!.message!)
      }),
  ).rejects.toThrow(/Film\/a\.mkv, Film\/Subs\/a\.srt were not in the trash any more/)
  expect(await files()).toEqual([])
  expect(list()[0]!.notRestored.map(({path}) => path)).toEqual(['Film/a.mkv', 'Film/Subs/a.srt'])
})

test('what a user put in the place of what was set aside is neither brought back nor deleted', async () => {
  const {root, list, service, added, files} = await recycled()
  const place = join(await entryIn(root), '1 a.mkv')
  await writeFile(join(root, 'mine'), 'mine')
  await rename(join(root, 'mine'), place)
  await expect(service().restore(by, list()[0]!.id)).rejects.toMatchObject({code: 'changed_meanwhile'})
  expect([added, await files(), list()[0]!.state]).toEqual([[], aside, 'kept'])
  expect(list()[0]!.message).toContain('Another file is now in the place of the one that was set aside')
  await service().purge(by, list()[0]!.id)
  expect([await files(), await readFile(place, 'utf8')]).toEqual([['aside: 1 a.mkv'], 'mine'])
  expect(list()[0]).toMatchObject({
    state: 'purged',
    message: 'In the place of Film/a.mkv there were other files, which stay in the recycle area.',
  })
})

test('when its time is over it goes permanently, files and torrent file; not before', async () => {
  const {list, files, service, clock} = await trashHarness().then(async (harness) => {
    await harness.recycle({days: 2})
    await harness.run()
    harness.service().start()
    return harness
  })
  await clock.advance(2 * DAY_MS - 600_000)
  expect(await files()).toEqual(aside)
  await clock.advance(2 * 600_000)
  await service().stop()
  expect([await files(), list()[0]!.state]).toEqual([[], 'purged'])
})

test('S58 while the configuration lacks protections nothing goes when its time is over; a person lets it go anyway', async () => {
  const {harness, first} = await trashHarness().then(async (begun) => {
    await begun.recycle({days: 2})
    await begun.run()
    begun.service().start()
    return {harness: begun, first: begun.list()[0]!}
  })
  const {list, files, service, clock, world} = harness
  world.lostSettings = 1
  await clock.advance(3 * DAY_MS)
  expect([await files(), list()[0]!.state]).toEqual([aside, 'kept'])
  await service().purge(by, first.id)
  expect([await files(), list()[0]!.state]).toEqual([[], 'purged'])
  await service().stop()
})

test('S58 what is over goes as soon as the configuration is whole again', async () => {
  const harness = await trashHarness()
  await harness.recycle({days: 2})
  await harness.run()
  harness.world.lostSettings = 1
  harness.service().start()
  await harness.clock.advance(3 * DAY_MS)
  harness.world.lostSettings = 0
  await harness.clock.advance(600_000)
  await harness.service().stop()
  expect([await harness.files(), harness.list()[0]!.state]).toEqual([[], 'purged'])
})

const noLibrary = {arrId: 'radarr' as ArrId, is: 'unseen', why: 'Radarr does not see its library.'} as const

test('S51 while the library is away that it may have been imported into nothing goes without a person, who can let it go', async () => {
  const harness = await trashHarness()
  await harness.recycle({days: 2})
  await harness.run()
  const {list, files, service, clock, world} = harness
  world.libraryAway = noLibrary
  service().start()
  await clock.advance(3 * DAY_MS)
  expect([await files(), list()[0]]).toMatchObject([aside, {state: 'kept', libraryAway: 'unseen'}])
  expect(list()[0]!.until).toBeGreaterThan(clock.now())
  expect(world.waitsFor).toEqual([noLibrary])
  // Nor by a rule.
  expect(service().over(by.access, film.serverId)).toEqual([])
  const ruled = {ruleId: 'r1' as RuleId, decided: {} as never}
  await expect(service().purge(by, list()[0]!.id, ruled)).rejects.toMatchObject({code: 'changed_meanwhile'})
  await service().purge(by, list()[0]!.id)
  expect([await files(), list()[0]!.state]).toEqual([[], 'purged'])
  await clock.advance(600_000)
  expect(world.waitsFor).toEqual([])
  await service().stop()
})

test('S51 once the library is back there is a day left, and then it goes', async () => {
  const harness = await trashHarness()
  await harness.recycle({days: 2})
  await harness.run()
  const {list, service, clock, world} = harness
  world.libraryAway = noLibrary
  service().start()
  await clock.advance(2 * DAY_MS + 600_000)
  world.libraryAway = null
  await clock.advance(DAY_MS - 2 * 600_000)
  expect([list()[0]!.state, world.waitsFor]).toEqual(['kept', []])
  await clock.advance(3 * 600_000)
  await service().stop()
  expect(list()[0]!.state).toBe('purged')
})

test('S51 before its Arr was heard nothing goes, and nothing is reported', async () => {
  const harness = await trashHarness()
  await harness.recycle({days: 2})
  await harness.run()
  const {list, service, clock, world} = harness
  world.libraryAway = 'starting'
  service().start()
  await clock.advance(3 * DAY_MS)
  expect([list()[0], world.waitsFor]).toMatchObject([{state: 'kept', libraryAway: null}, []])
  world.libraryAway = null
  await clock.advance(600_000)
  await service().stop()
  expect(list()[0]!.state).toBe('purged')
})

test('a person may let it go now; who may not control its server may not, and others do not see it', async () => {
  const {list, files, service, journal} = await recycled()
  const {id} = list()[0]!
  const viewer = {...by, access: {...by.access, may: (right: string) => right === 'read'}}
  const stranger = {...by, access: {...by.access, may: () => false}}
  await expect(service().purge(viewer, id)).rejects.toMatchObject({code: 'forbidden'})
  await expect(service().restore(stranger, id)).rejects.toMatchObject({code: 'trash_unknown'})
  expect([service().list(viewer).length, service().list(stranger)]).toEqual([1, []])
  await service().purge(by, id)
  expect([await files(), list()[0]!.state, journal.at(-1)]).toMatchObject([
    [],
    'purged',
    {verb: 'purge', phase: 'confirmed', actor: by.actor},
  ])
})

test('what another torrent needs now is not let go, and says why', async () => {
  const {list, files, service, world} = await recycled()
  world.owner = 'another torrent'
  await expect(service().purge(by, list()[0]!.id)).rejects.toMatchObject({code: 'content_shared'})
  expect(await files()).toContain('aside: 1 a.mkv')
  expect(list()[0]).toMatchObject({state: 'kept', message: expect.stringContaining('another torrent')})
})

test('nothing is put over what is there now; what failed is kept on, and works when it is out of the way', async () => {
  const {list, service, added, world} = await recycled()
  const {id} = list()[0]!
  world.addFault = new CommodarrError('server_not_online', 'It is away.')
  await expect(service().restore(by, id)).rejects.toMatchObject({code: 'server_not_online'})
  expect([list()[0], added]).toMatchObject([{state: 'kept', message: 'It is away.'}, []])
  world.addFault = null
  // The files are back already.
  await service().restore(by, id)
  expect([list()[0]!.state, added.length]).toEqual(['restored', 1])
  const other = await recycled()
  await mkdir(join(other.root, 'Film'))
  await writeFile(join(other.root, 'Film/a.mkv'), 'another')
  const refused = other.service().restore(by, other.list()[0]!.id)
  await expect(refused).rejects.toMatchObject({code: 'path_refused'})
  expect([other.list()[0]!.state, other.added]).toEqual(['kept', []])
})

test('a torrent that was only removed is added again, with its torrent file or by its hash', async () => {
  const {service, world, added} = await trashHarness()
  await service().keep(film, keeping)
  world.exportFault = new NotSupported('Transmission does not give it away.')
  await service().keep(film, {...keeping, id: 'j2'})
  world.torrent = null
  await service().restore(by, 'j1')
  world.torrent = null
  await service().restore(by, 'j2')
  expect(added.map(({source}) => source)).toEqual([
    {torrent: metainfo, fileName: `${film.hash}.torrent`},
    {magnet: `magnet:?xt=urn:btih:${film.hash}&dn=Film`},
  ])
})

test('what comes back by its hash has its trackers, in their order', async () => {
  const {service, world, added} = await trashHarness()
  world.exportFault = new NotSupported('Transmission does not give it away.')
  world.trackers = [
    {url: 'udp://b.example:80/announce?a=1&b=2', tier: 1, status: 'working', message: ''},
    {url: '** [DHT] **', tier: 0, status: 'working', message: ''},
    {url: 'https://a.example/announce', tier: 0, status: 'working', message: ''},
  ]
  await service().keep(film, keeping)
  world.torrent = null
  await service().restore(by, 'j1')
  const links = added.flatMap(({source}) => ('magnet' in source ? [new URL(source.magnet)] : []))
  expect(links.map(({searchParams}) => searchParams.getAll('tr'))).toEqual([
    ['https://a.example/announce', 'udp://b.example:80/announce?a=1&b=2'],
  ])
})

for (const verb of ['restore', 'purge'] as const) {
  test(`while its removal has no answer it says so, and what is waited for; then ${verb} works`, async () => {
    const {list, service, world} = await recycled()
    const {id} = list()[0]!
    world.removal = {code: 'not_ready', message: 'There was no answer. That is known at noon.'}
    expect(list()[0]!.isUnderWay).toBe(true)
    await expect(service()[verb](by, id)).rejects.toMatchObject({
      code: 'changed_meanwhile',
      message: world.removal.message,
    })
    expect(list()[0]!.state).toBe('kept')
    world.removal = null
    await service()[verb](by, id)
    expect(list()[0]!.state).toBe(verb === 'restore' ? 'restored' : 'purged')
  })
}

test('what a rule removed, and never left its server, is in no trash', async () => {
  const {service, list} = await trashHarness()
  await service().keep(film, keeping)
  expect(list()).toHaveLength(1)
  await service().neverWent('another action')
  expect(list()).toHaveLength(1)
  await service().neverWent(keeping.id)
  expect(list()).toEqual([])
})

test('what cannot be kept is reported, and nothing is in the trash', async () => {
  const {service, world, list, setFault} = await trashHarness()
  world.exportFault = new CommodarrError('server_unreachable', 'No answer.')
  await expect(service().keep(film, keeping)).rejects.toBe(world.exportFault)
  world.exportFault = null
  setFault(away)
  await expect(service().keep(film, keeping)).rejects.toBe(away)
  expect(list()).toEqual([])
})

for (const [left, becomes, still] of [
  ['restoring', 'kept', 4],
  ['purging', 'purged', 0],
] as const) {
  test(`what a crash left ${left} is ${becomes} after the next start`, async () => {
    const {list, service, files, mark, restart} = await recycled()
    await mark(list()[0]!.id, left)
    await restart()
    service().start()
    await service().stop()
    expect([list()[0]!.state, (await files()).length]).toEqual([becomes, still])
  })
}

test('what its server called otherwise than its torrent file is checked by those names, and called so again', async () => {
  const harness = await recycled()
  const {world, sent, files, service, list} = harness
  world.names = ['Orig/x.mkv', 'Orig/Subs/a.srt']
  // It knows it by its torrent file alone.
  world.files = usualFiles.map((file, at) => ({...file, path: world.names![at]!}))
  await service().restore(by, list()[0]!.id)
  expect(await files()).toEqual(['Orig/Subs/a.srt', 'Orig/x.mkv'])
  await harness.settle()
  expect(sent).toEqual([
    'recheck {}',
    'renameFolder {"from":"Orig","to":"Film"}',
    'renameFile {"from":"Film/x.mkv","to":"Film/a.mkv"}',
  ])
  expect([list()[0]!.state, list()[0]!.message]).toEqual(['restored', null])
})

test('what its torrent file calls as no disk can comes back to where its server looks for it', async () => {
  const harness = await recycled()
  const {world, sent, files, service, list} = harness
  world.names = ['Film?/a:.mkv', 'Film?/Subs/a.srt']
  await service().restore(by, list()[0]!.id)
  await harness.settle()
  expect(await files()).toEqual(['Film/Subs/a.srt', 'Film/a.mkv'])
  expect(sent).toEqual(['recheck {}'])
  expect([list()[0]!.state, list()[0]!.message]).toEqual(['restored', null])
})

test('one that its server does not show at once gets its files as soon as it does', async () => {
  const harness = await recycled()
  const {world, files, service, list, clock} = harness
  world.names = ['Film?/a:.mkv', 'Film?/Subs/a.srt']
  world.isShown = false
  await service().restore(by, list()[0]!.id)
  await clock.advance(60_000)
  expect([await files(), list()[0]!.state, list()[0]!.message]).toEqual([
    aside,
    'restoring',
    'Its server does not show it yet.',
  ])
  world.isShown = true
  await harness.settle()
  expect([await files(), list()[0]!.state]).toEqual([['Film/Subs/a.srt', 'Film/a.mkv'], 'restored'])
})

test('unwanted files and limits are as they were before it runs, and what its server cannot do is reported', async () => {
  const harness = await trashHarness()
  const {world, sent, list} = harness
  world.torrent = {...world.torrent!, state: 'seeding', upLimit: 7}
  world.files = usualFiles.map((file, at) => ({...file, priority: at === 1 ? 'skip' : 'normal'}))
  await harness.recycle()
  await harness.run()
  Object.assign(world, {files: usualFiles, found: {complete: true, completed: 25, upLimit: null}})
  await harness.service().restore(by, list()[0]!.id)
  expect(list()[0]!.state).toBe('restoring')
  await harness.settle()
  expect(sent).toEqual([
    'setFilePriority {"files":[1],"priority":"skip"}',
    'setSpeedLimits {"up":7}',
    'start {}',
  ])
  expect(list()[0]).toMatchObject({state: 'restored', message: null})
})

test.each<[string, LibraryClaim | null, boolean | null]>([
  ['has it', {is: 'has', path: '/films/Film'}, true],
  ['does not have it', null, false],
  ['does not answer', {is: 'silent', folder: '/films'}, null],
  ['never answered', {is: 'unheard'}, null],
  ['cannot be compared', {is: 'unread', why: 'No.'}, null],
])(
  'what a person sets aside says that it was in a library when its Arr %s, over restarts',
  async (_, claim, said) => {
    const harness = await trashHarness()
    harness.world.library = async () => claim
    await harness.remove('removeWithData')
    await harness.run()
    expect(harness.list()[0]).toMatchObject({state: 'kept', inLibrary: said})
    await harness.restart()
    expect(harness.list()[0]).toMatchObject({state: 'kept', inLibrary: said})
  },
)

test('an Arr that answers late, or never, holds up nothing', async () => {
  const harness = await trashHarness()
  const answer = Promise.withResolvers<LibraryClaim>()
  harness.world.library = () => answer.promise
  await harness.remove('removeWithData')
  await harness.run()
  expect(harness.list()[0]).toMatchObject({state: 'kept', inLibrary: null})
  answer.resolve({is: 'has', path: ''})
  await harness.until(() => harness.list()[0]!.inLibrary === true)
  expect(harness.list()[0]).toMatchObject({state: 'kept', files: 2})
})

test.each<[string, LimitEnd, boolean]>([
  ['stops', staysAtLimit, true],
  ['removes', {is: 'goes', mayTakeFiles: false, wayOut: ''}, false],
  ['removes with its files', {is: 'goes', mayTakeFiles: true, wayOut: ''}, false],
])('share limits come back where its server %s what reaches them: %j %s', async (_what, end, isBack) => {
  const harness = await trashHarness()
  const {world, sent, list} = harness
  world.torrent = {...world.torrent!, ratioLimit: 2, idleLimit: 60}
  await harness.recycle()
  await harness.run()
  Object.assign(world, {
    limitEnd: end,
    found: {
      complete: true,
      completed: 25,
      ratioLimit: isBack ? 2 : null,
      seedTimeLimit: null,
      idleLimit: null,
    },
  })
  await harness.service().restore(by, list()[0]!.id)
  await harness.settle()
  expect([...new Set(sent)]).toEqual(isBack ? ['setShareLimits {"idleTime":60}'] : [])
  expect(harness.added[0]!.ratioLimit).toBe(isBack ? 2 : null)
  const message = 'Its server could not make these as they were: its share limits.'
  if (!isBack) expect(list()[0]).toMatchObject({state: 'restored', message})
})

test('a server that does not do as ordered is asked three times, and people hear of it', async () => {
  const harness = await trashHarness()
  const {world, sent, list} = harness
  world.torrent = {...world.torrent!, upLimit: 7}
  await harness.recycle()
  await harness.run()
  Object.assign(world, {obeys: false, found: {complete: true, completed: 25, upLimit: null}})
  await harness.service().restore(by, list()[0]!.id)
  await harness.settle()
  expect(sent).toEqual(['setSpeedLimits {"up":7}', 'setSpeedLimits {"up":7}', 'setSpeedLimits {"up":7}'])
  expect(list()[0]).toMatchObject({
    state: 'restored',
    message: 'Its server could not make these as they were: its speed limits.',
  })
})

test.each(['space_unknown', 'not_enough_space'])(
  'what would be moved by its category, and may have no space there (%s), comes back anyway, and runs',
  async (code) => {
    const harness = await trashHarness()
    const {world, sent, list} = harness
    world.torrent = {...world.torrent!, state: 'seeding', autoManaged: true}
    await harness.recycle()
    await harness.run()
    Object.assign(world, {found: {complete: true, completed: 25, autoManaged: false}})
    world.refused.set('setAutoManaged', {outcome: 'refused', code, message: 'No.'})
    await harness.service().restore(by, list()[0]!.id)
    await harness.settle()
    expect(sent).toEqual(['setAutoManaged {"on":true}', 'start {}'])
    expect(list()[0]).toMatchObject({
      state: 'restored',
      message: 'Its server could not make these as they were: automatic management.',
    })
  },
)

test('it does not run before its server found its data; what it does not find is reported, and it is in the trash still', async () => {
  const harness = await trashHarness()
  const {world, sent, list, journal} = harness
  world.torrent = {...world.torrent!, state: 'seeding'}
  await harness.recycle()
  await harness.run()
  world.found = {complete: false, completed: 3}
  await harness.service().restore(by, list()[0]!.id)
  await harness.settle()
  expect(sent).toEqual(['recheck {}'])
  expect(list()[0]).toMatchObject({
    state: 'kept',
    message: expect.stringContaining('found 3 of 25 bytes of it, so it is not started'),
  })
  expect(harness.foundLess).toEqual([`${film.hash} 25`])
  expect(journal.filter(({verb}) => verb === 'restore').map(({phase}) => phase)).toEqual([
    'sending',
    'failed',
  ])
  // Now it is there.
  world.found = {complete: true, completed: 25}
  await harness.service().restore(by, list()[0]!.id)
  await harness.settle()
  expect([sent, list()[0]!.state]).toEqual([['recheck {}', 'recheck {}', 'start {}'], 'restored'])
})

test('what its server lists again on its own has its files back and is checked, where it is the same place', async () => {
  const harness = await recycled()
  const {world, sent, files, added, service, list} = harness
  world.torrent = {...harness.listed, state: 'error', complete: true, savePath: '/elsewhere'}
  await expect(service().restore(by, list()[0]!.id)).rejects.toMatchObject({code: 'changed_meanwhile'})
  expect([list()[0]!.message, await files()]).toEqual([expect.stringContaining('/elsewhere'), aside])
  world.torrent = {...harness.listed, state: 'error', complete: true, category: '', tags: ['keep']}
  await service().restore(by, list()[0]!.id)
  await harness.settle()
  expect(sent).toEqual(['recheck {}', 'setCategory {"category":"films"}', 'addTags {"tags":["a"]}'])
  expect([added, await files(), list()[0]!.state]).toEqual([[], there, 'restored'])
})

test('what its server fetches again meanwhile is not written over, and goes on undisturbed', async () => {
  const harness = await recycled()
  const {world, sent, files, service, list, root} = harness
  world.torrent = {...harness.listed, state: 'downloading', complete: false}
  await mkdir(join(root, 'Film'))
  await writeFile(join(root, 'Film/a.mkv'), 'changed')
  await expect(service().restore(by, list()[0]!.id)).rejects.toMatchObject({code: 'path_refused'})
  expect([list()[0]!.state, await readFile(join(root, 'Film/a.mkv'), 'utf8')]).toEqual(['kept', 'changed'])
  expect(list()[0]).toMatchObject({failed: 'restore', restoring: null})
  expect([sent, await files()]).toEqual([[], expect.arrayContaining(['aside: 1 a.mkv'])])
})

test.each([
  ['', false, 'start {}'],
  [' by force', true, 'forceStart {}'],
])(
  'what its server fetches%s in the last moment before it is stopped is not written over, and goes on',
  async (_, forceStart, again) => {
    const harness = await recycled()
    const {world, sent, service, list, root} = harness
    world.torrent = {...harness.listed, state: 'downloading', complete: false, forceStart}
    world.beforeSent = async ({verb}) => {
      if (verb !== 'stop') return
      await mkdir(join(root, 'Film'))
      await writeFile(join(root, 'Film/a.mkv'), 'changed')
    }
    await expect(service().restore(by, list()[0]!.id)).rejects.toMatchObject({code: 'path_refused'})
    expect(sent).toEqual(['stop {}', again])
    expect([list()[0]!.state, await readFile(join(root, 'Film/a.mkv'), 'utf8')]).toEqual(['kept', 'changed'])
  },
)

test('what its disk would refuse is known before its server gets it', async () => {
  const harness = await recycled()
  const {world, sent, added, files, service, list, root} = harness
  // Its server called it otherwise than its torrent file does, so it would be told of it first.
  world.names = ['Made/other.mkv', 'Made/a.srt']
  await mkdir(join(root, 'Made'))
  await writeFile(join(root, 'Made/other.mkv'), 'somebody else has this')
  await expect(service().restore(by, list()[0]!.id)).rejects.toMatchObject({code: 'path_refused'})
  expect([added, sent, await files()]).toEqual([[], [], expect.arrayContaining(['aside: 1 a.mkv'])])
})

test('what lies where its torrent file alone calls its files is in no way of those that its server calls otherwise', async () => {
  const harness = await recycled()
  const {world, files, service, list, root} = harness
  world.names = ['Film?/a:.mkv', 'Film?/Subs/a.srt']
  await mkdir(join(root, 'Film?'))
  await writeFile(join(root, 'Film?/a:.mkv'), 'another one')
  await service().restore(by, list()[0]!.id)
  await harness.settle()
  expect(list()[0]!.state).toBe('restored')
  expect(await files()).toEqual(expect.arrayContaining(['Film/a.mkv', 'Film?/a:.mkv']))
})

test('what lies where its server called its files is known before its server gets it, whatever its torrent file calls them', async () => {
  const harness = await recycled()
  const {world, sent, added, service, list, root} = harness
  world.names = ['Film?/a:.mkv', 'Film?/Subs/a.srt']
  await mkdir(join(root, 'Film'))
  await writeFile(join(root, 'Film/a.mkv'), 'somebody else has this')
  await expect(service().restore(by, list()[0]!.id)).rejects.toMatchObject({code: 'path_refused'})
  expect([added, sent]).toEqual([[], []])
})

test('what a restore waits for is shown while its server is away, and it goes on', async () => {
  const harness = await recycled()
  const {world, list} = harness
  world.found = {complete: false, completed: 0}
  await harness.service().restore(by, list()[0]!.id)
  world.pollFault = new CommodarrError('server_unreachable', 'box does not answer.')
  await harness.until(() => list()[0]!.message === 'box does not answer.')
  expect(list()[0]).toMatchObject({state: 'restoring', failed: null})
  await expect(harness.service().restore(by, list()[0]!.id)).rejects.toMatchObject({
    code: 'changed_meanwhile',
  })
  world.pollFault = null
  world.torrent = {...harness.listed, state: 'stopped'}
  await harness.settle()
  expect(list()[0]).toMatchObject({state: 'restored', restoring: null})
})

test('killed while it is brought back it goes on, and its server does not get it twice', async () => {
  const harness = await recycled()
  const {world, sent, added, list} = harness
  world.found = {complete: false, completed: 0}
  await harness.service().restore(by, list()[0]!.id)
  expect(list()[0]).toMatchObject({state: 'restoring', restoring: {step: 'check', progress: null}})
  world.torrent = {...harness.listed, state: 'checking', taskProgress: 0.4}
  expect(list()[0]).toMatchObject({restoring: {step: 'check', progress: 0.4}, failed: null})
  await harness.restart()
  world.torrent = {...harness.listed, state: 'stopped'}
  harness.service().start()
  await harness.settle()
  expect([added.length, sent, list()[0]!.state]).toEqual([1, ['recheck {}'], 'restored'])
})

/* ───────────────────────────── the rights of now ───────────────────────────── */

const sees: Access = {...by.access, permits: (it) => it === 'read', may: (it) => it === 'read'}
const keyOf = (credentialId: string) => ({...by, via: 'api_key', credentialId}) as const

test.each<[string, Access | null]>([
  ['lost the server', {...by.access, may: () => false, servers: []}],
  ['only looks', sees],
  ['may not add there', {...by.access, may: (it) => it !== 'add'}],
  ['has no account or key any more', null],
])('who %s while a restore waits has nothing more sent by it', async (_, rights) => {
  const {list, service, world, sent, settle, files, journal} = await recycled()
  world.obeys = false
  world.found = {complete: false, completed: 5}
  await service().restore(keyOf('k'), list()[0]!.id)
  expect(list()[0]!.state).toBe('restoring')
  const before = sent.length
  world.rights = rights
  await settle()
  expect(sent).toHaveLength(before)
  expect(list()[0]).toMatchObject({
    state: 'kept',
    failed: 'restore',
    message: expect.stringMatching(/may not/),
  })
  expect(journal.at(-1)).toMatchObject({verb: 'restore', phase: 'failed', code: 'forbidden'})
  expect(await files()).toEqual(there)
})

test('a user without rights when their restore goes on after a restart has nothing brought back', async () => {
  const {list, service, world, added, sent, settle, files, restart} = await recycled()
  world.pollFault = new CommodarrError('server_unreachable', 'box does not answer.')
  const {id} = list()[0]!
  await expect(service().restore(by, id)).rejects.toMatchObject({code: 'server_unreachable'})
  world.pollFault = null
  // He lost them while his restore was under way, before its files were moved.
  world.rights = null
  await expect(service().restore(by, id)).rejects.toMatchObject({code: 'forbidden'})
  await restart()
  await settle()
  expect([added, sent, await files()]).toEqual([[], [], aside])
  expect(list()[0]).toMatchObject({state: 'kept', failed: 'restore'})
  world.rights = by.access
  await service().restore(by, id)
  await settle()
  expect([list()[0]!.state, await files()]).toEqual(['restored', there])
})

test('a user who loses their rights while a command of their restore is looked at has it not sent', async () => {
  const {list, service, world, settle} = await recycled()
  world.found = {complete: false, completed: 5}
  world.beforeSent = async () => void (world.rights = sees)
  await expect(service().restore(by, list()[0]!.id)).rejects.toMatchObject({code: 'forbidden'})
  await settle()
  expect(list()[0]).toMatchObject({state: 'kept', failed: 'restore'})
})

test('what a restore stopped for a moment runs again, also when who wanted it may nothing any more', async () => {
  const {list, service, world, listed, sent, causes} = await recycled()
  world.torrent = {...listed, complete: false, state: 'downloading'}
  const seen = sent.length
  world.afterSent = () => void (world.rights = null)
  const {id} = list()[0]!
  await expect(service().restore(by, id)).rejects.toMatchObject({code: 'forbidden'})
  expect(sent.slice(seen)).toEqual(['stop {}', 'start {}'])
  expect(causes).toEqual([id, id])
})

test('what a restore stopped for a moment and its server does not start again is said to be stopped', async () => {
  const {list, service, world, listed} = await recycled()
  world.torrent = {...listed, complete: false, state: 'downloading'}
  world.afterSent = () => void (world.rights = null)
  world.refused.set('start', {outcome: 'refused', code: 'not_supported', message: 'Not at its limit.'})
  await expect(service().restore(by, list()[0]!.id)).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringMatching(
      /may not do that.*could not start it again: start it yourself\. Not at its limit\./,
    ),
  })
  expect(list()[0]).toMatchObject({state: 'kept', message: expect.stringContaining('Not at its limit.')})
})

/* ───────────────────────────── servers that left ───────────────────────────── */

const nobodys: Access = {...by.access, may: () => false, servers: []}
const administrator = {...by, access: nobodys}

test('what lies in the trash of a server that left is let go by no time and no rule, and its administrators see it', async () => {
  const {list, files, service, world, clock, logged} = await recycled()
  const {id, until} = list()[0]!
  world.hasLeft = true
  world.rights = nobodys
  world.owner = 'a server whose folders are not known here any more'
  service().start()
  for (let day = 0; day < 40; day++) await clock.advance(DAY_MS)
  await service().stop()
  expect(await files()).toEqual(aside)
  const member = {...by, access: {...nobodys, permits: (it: string) => it !== 'admin'}}
  const narrow = {...by, access: {...nobodys, everywhere: false}}
  expect([member, narrow].map((who) => service().list(who))).toEqual([[], []])
  await expect(service().purge(member, id)).rejects.toMatchObject({code: 'trash_unknown'})
  const ruled = {ruleId: 'r1' as RuleId, decided: {} as JournalDecision}
  await expect(service().purge(administrator, id, ruled)).rejects.toMatchObject({code: 'trash_unknown'})
  const [item] = service().list(administrator)
  expect(item).toMatchObject({id, state: 'kept', hasServerLeft: true, failed: null, message: null})
  expect(item!.until).toBeGreaterThan(until)
  expect(logged).toEqual([])
})

test('S41 what was found in a trash folder goes by no time and no rule, and by an administrator', async () => {
  const {list, files, service, markFound, clock} = await recycled()
  const {id, until} = list()[0]!
  await markFound(id)
  service().start()
  for (let day = 0; day < 40; day++) await clock.advance(DAY_MS)
  await service().stop()
  expect([await files(), service().over(by.access, film.serverId)]).toEqual([aside, []])
  const ruled = {ruleId: 'r1' as RuleId, decided: {} as JournalDecision}
  await expect(service().purge(by, id, ruled)).rejects.toMatchObject({code: 'trash_unknown'})
  const [item] = service().list(by)
  expect(item).toMatchObject({state: 'kept', isFound: true, hasServerLeft: false})
  expect(item!.until).toBeGreaterThan(until)
  await service().purge(by, id)
  expect([await files(), list()[0]!.state]).toEqual([[], 'purged'])
})

test('when a server that left is back, a day is left to bring back what lies in its trash, whenever that is', async () => {
  for (const hours of [0, 1, 12, 23, 24, 25, 47]) {
    const {list, files, service, world, clock, restart} = await recycled()
    const {until} = list()[0]!
    world.hasLeft = true
    service().start()
    await clock.advance(until - clock.now() - DAY_MS + (hours * DAY_MS) / 24)
    await service().stop()
    world.hasLeft = false
    await restart()
    service().start()
    await clock.advance(DAY_MS - 60_000)
    expect(list()[0]).toMatchObject({state: 'kept', hasServerLeft: false})
    await clock.advance(2 * DAY_MS)
    await service().stop()
    expect([list()[0]!.state, await files()]).toEqual(['purged', []])
  }
})

test('of a server that left an administrator brings the files back, or lets them go', async () => {
  for (const verb of ['restore', 'purge'] as const) {
    const {list, files, service, world, added, sent, journal} = await recycled()
    const {id} = list()[0]!
    const before = sent.length
    world.hasLeft = true
    const sees = {...administrator, access: {...nobodys, permits: (it: string) => it !== 'control'}}
    await expect(service()[verb](sees, id)).rejects.toMatchObject({code: 'forbidden'})
    await service()[verb](administrator, id)
    expect([added, sent.length]).toEqual([[], before])
    expect(await files()).toEqual(verb === 'restore' ? there : [])
    expect(service().list(administrator)[0]).toMatchObject(
      verb === 'restore'
        ? {state: 'restored', message: expect.stringMatching(/no torrent was added/)}
        : {state: 'purged', message: null},
    )
    expect(journal.filter((it) => it.verb === verb).map(({phase}) => phase)).toEqual(['sending', 'confirmed'])
  }
})

test('what has no files in the trash stays until its server is back, or a user lets it go', async () => {
  const {service, world, clock, added} = await trashHarness()
  await service().keep(film, keeping)
  world.torrent = null
  world.hasLeft = true
  await clock.advance(10 * DAY_MS)
  await expect(service().restore(administrator, 'j1')).rejects.toMatchObject({code: 'undo_impossible'})
  expect(service().list(administrator)[0]).toMatchObject({state: 'kept', failed: 'restore'})
  world.hasLeft = false
  await service().restore(by, 'j1')
  expect(added).toHaveLength(1)
})

test('S44 a restore whose server leaves while it waits says so, and brings the files back alone when it is asked again', async () => {
  const {list, files, service, world, settle, added} = await recycled()
  const {id} = list()[0]!
  world.isShown = false
  await service().restore(by, id)
  expect(list()[0]).toMatchObject({state: 'restoring'})
  world.hasLeft = true
  world.rights = nobodys
  world.pollFault = new CommodarrError('server_unknown', 'There is no server with this id.')
  await settle()
  expect(service().list(administrator)[0]).toMatchObject({
    state: 'kept',
    failed: 'restore',
    message: expect.stringContaining('left the configuration'),
  })
  await service().restore(administrator, id)
  expect([added.length, await files(), list()[0]!.state]).toEqual([1, there, 'restored'])
})

/** A person restores an item as soon as an Arr is asked of it. @returns whether that happened */
function restoredWhileAsked(
  {world, service}: Awaited<ReturnType<typeof trashHarness>>,
  id: string,
): () => boolean {
  let isAsked = false
  world.whileAsked = async () => {
    if (isAsked) return
    isAsked = true
    await service().restore(by, id)
  }
  return () => isAsked
}

test.each([
  ['its library is away', noLibrary],
  ['its library is there', null],
] as const)(
  'what a person restores while its Arr is asked is neither put off nor purged: %s',
  async (_, library) => {
    const harness = await trashHarness()
    const {list, service, clock, world, files, recycle, run, until} = harness
    await recycle({days: 2})
    await run()
    world.libraryAway = library
    const {id} = list()[0]!
    const restored = restoredWhileAsked(harness, id)
    service().start()
    await clock.advance(2 * DAY_MS + 600_000)
    await until(restored)
    await service().stop()
    expect([await files(), list()[0]!.state]).toEqual([['Film/Subs/a.srt', 'Film/a.mkv'], 'restored'])
  },
)

for (const ruled of [undefined, {ruleId: 'r1', decided: {}} as never]) {
  test(`what is being restored goes neither as its time is over nor by a rule that looked before (${ruled ? 'rule' : 'time'})`, async () => {
    const harness = await trashHarness()
    const {list, service, clock, world, files, recycle, run, until} = harness
    await recycle({days: 2})
    await run()
    // It waits for its server to list it.
    world.names = ['Film?/a:.mkv', 'Film?/Subs/a.srt']
    world.isShown = false
    const {id} = list()[0]!
    const restored = restoredWhileAsked(harness, id)
    service().start()
    if (ruled) await expect(service().purge(by, id, ruled)).rejects.toMatchObject({code: 'changed_meanwhile'})
    else await clock.advance(2 * DAY_MS + 600_000)
    await until(restored)
    await service().stop()
    expect([await files(), list()[0]!.state]).toEqual([aside, 'restoring'])
  })
}

test('a user who restores what another one restores in that moment is refused, and the first one goes on', async () => {
  const {service, list, world} = await recycled()
  world.isShown = false
  world.names = ['Film?/a:.mkv', 'Film?/Subs/a.srt']
  const {id} = list()[0]!
  const results = await Promise.allSettled([service().restore(by, id), service().restore(by, id)])
  expect(results.map(({status}) => status)).toEqual(['fulfilled', 'rejected'])
  expect((results[1] as PromiseRejectedResult).reason).toMatchObject({code: 'changed_meanwhile'})
  expect(list()[0]!.state).toBe('restoring')
})

test('what was restored is listed for a month', async () => {
  const {service, list, clock} = await recycled()
  const {id} = list()[0]!
  await service().restore(by, id)
  expect(list()[0]!.state).toBe('restored')
  clock.jump(31 * DAY_MS)
  expect(list()).toEqual([])
})
