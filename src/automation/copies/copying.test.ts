import {expect, test} from 'vitest'
import {A, B, by, key} from '#executor/executor-harness.fixture.ts'
import type {Access} from '#model/access.ts'
import {CommodarrError} from '#model/errors.ts'
import {staysAtLimit, type LimitEnd} from '#model/limit-end.ts'
import {keyText} from '#model/torrent-key.ts'
import {copy, copyHarness, source} from './copy-harness.fixture.ts'

const wayOut = 'turn it off'
const removesWithFiles: LimitEnd = {is: 'goes', mayTakeFiles: true, wayOut}
const removesAlone: LimitEnd = {is: 'goes', mayTakeFiles: false, wayOut}
const links = {savePath: '/b', way: 'links', bytes: 0}

type Harness = Awaited<ReturnType<typeof copyHarness>>
const sourceOf = ({world}: Harness) => world.torrents.get(`${A}/${source.hash}`)!
const readsOnly: Access = {...by.access, may: (it) => it === 'read'}

for (const [what, ails, code, params = {}] of [
  ['where nobody sees the data', (it: Harness) => (it.world.plan = {why: 'No mapping.'}), 'not_supported'],
  [
    'of an owner without the right to the other server',
    (it: Harness) => (it.world.access = readsOnly),
    'forbidden',
  ],
  [
    'into a folder that the owner of the rule may not name there',
    (it: Harness) => (it.world.noFolder = new CommodarrError('folder_forbidden', 'Not there.')),
    'folder_forbidden',
    {path: '/root'},
  ],
  ['while the other server is away', (it: Harness) => (it.world.isOnline = false), 'server_not_online'],
  [
    'of what is not complete',
    (it: Harness) => Object.assign(sourceOf(it), {complete: false}),
    'not_supported',
  ],
  [
    'of what is not wanted as a whole',
    (it: Harness) => Object.assign(sourceOf(it), {size: 900}),
    'not_supported',
  ],
  ['of what went meanwhile', (it: Harness) => it.world.torrents.clear(), 'torrent_not_found'],
  [
    'while its server does not answer',
    (it: Harness) => (it.world.faults['plan'] = new CommodarrError('server_unreachable', 'No.')),
    'server_unreachable',
  ],
  [
    'over the files of another one where its server removes what reached a limit with its files',
    (it: Harness) => Object.assign(it.world, {limitEnd: removesWithFiles, plan: {...links, way: 'place'}}),
    'not_supported',
  ],
  [
    'as links where its server removes what reached a limit with its files',
    (it: Harness) => (it.world.limitEnd = removesWithFiles),
    'not_supported',
  ],
  [
    'while nobody knows what its server does at a limit',
    (it: Harness) => (it.world.faults['limitEnd'] = new CommodarrError('server_unreachable', 'No.')),
    'server_unreachable',
  ],
] as [string, (it: Harness) => void, string, object?][]) {
  test(`${what} nothing is begun or written down`, async () => {
    const harness = await copyHarness()
    ails(harness)
    expect(await harness.begin(params)).toMatchObject({is: 'not', outcome: {outcome: 'refused', code}})
    expect([harness.lines(), harness.world.added]).toEqual([[], []])
  })
}

test.each([
  ['copyTo', removesWithFiles, {ratioLimit: null}],
  ['copyTo', removesAlone, {ratioLimit: null}],
  ['copyTo', staysAtLimit, {ratioLimit: 2}],
] as const)(
  '%s with data of its own to a server that %j: with the limits %j',
  async (action, end, limits) => {
    const harness = await copyHarness()
    Object.assign(sourceOf(harness), {ratioLimit: 2})
    Object.assign(harness.world, {limitEnd: end, plan: {...links, way: 'copies', bytes: 1_000}})
    await harness.begin({}, source, action)
    await harness.run()
    expect([harness.world.ended, harness.world.added.length]).toEqual([['done'], 1])
    expect(harness.world.added[0]!.ratioLimit).toBe(limits.ratioLimit)
  },
)

test('nothing moves to a server that removes what reached a limit with its files, however it is laid', async () => {
  const harness = await copyHarness()
  Object.assign(harness.world, {limitEnd: removesWithFiles, plan: {...links, way: 'copies', bytes: 1_000}})
  const stand = await harness.begin({}, source, 'move')
  expect(stand).toMatchObject({is: 'not', outcome: {code: 'not_supported'}})
  expect(JSON.stringify(stand)).toContain('To change that, turn it off.')
})

test('what moved there whole does not leave here while that server may delete its files', async () => {
  const harness = await copyHarness()
  await harness.begin({}, source, 'move')
  await harness.run()
  harness.world.limitEnd = removesWithFiles
  expect(await harness.begin({}, source, 'move')).toMatchObject({is: 'not', outcome: {code: 'not_supported'}})
  harness.world.limitEnd = staysAtLimit
  expect(await harness.begin({}, source, 'move')).toMatchObject({is: 'there'})
})

test('a server that is set so after it was decided gets nothing that shares files', async () => {
  const harness = await copyHarness()
  await harness.begin()
  harness.world.limitEnd = removesWithFiles
  await harness.run()
  expect([harness.world.added, harness.world.ended[0]]).toEqual([[], 'removes_at_limit'])
})

test('what was added stays stopped and shares nothing when its server is set so before it is laid', async () => {
  const harness = await copyHarness()
  await harness.begin()
  harness.world.onAdded = () => (harness.world.limitEnd = removesWithFiles)
  await harness.run()
  expect([harness.world.lays, harness.world.sharedWith, harness.world.verbs]).toEqual([0, [], []])
  expect(harness.world.ended[0]).toBe('removes_at_limit')
})

test('what was laid is not started when its server is set so by then, and it is known that it shares files', async () => {
  const harness = await copyHarness()
  await harness.begin()
  harness.world.onAdded = () => (harness.world.onRecheck = () => (harness.world.limitEnd = removesWithFiles))
  await harness.run()
  expect([harness.world.sharedWith, harness.world.verbs]).toEqual([[B], ['recheck']])
  expect(harness.world.ended[0]).toBe('removes_at_limit')
})

test('in the moment in which what moved would leave here its server is asked once more', async () => {
  const harness = await copyHarness()
  await harness.begin({}, source, 'move')
  await harness.run()
  const [copying, left] = [harness.copying(), {copiedTo: B, seedsOn: true}]
  // Nobody looked at its files yet.
  expect(copying.stands(source, left)).toBe(false)
  await copying.lookAgain(source, left)
  expect(copying.stands(source, left)).toBe(true)
  for (const ails of [
    () => (harness.world.limitEnd = removesWithFiles),
    () => (harness.world.faults['limitEnd'] = new CommodarrError('server_unreachable', 'No.')),
    () => (harness.world.differs = 'The disk of the other server cannot be relied on now.'),
  ]) {
    ails()
    await copying.lookAgain(source, left)
    expect(copying.stands(source, left)).toBe(false)
    Object.assign(harness.world, {limitEnd: removesAlone, faults: {}, differs: null})
    await copying.lookAgain(source, left)
    expect(copying.stands(source, left)).toBe(true)
  }
})

test('to the server that it is on it is not copied', async () => {
  const {begin} = await copyHarness()
  expect(await begin({server: A})).toMatchObject({is: 'not', outcome: {code: 'bad_argument'}})
})

test('it is begun once, and no more than two at a time', async () => {
  const {begin, lines, world} = await copyHarness()
  for (const n of [2, 3]) {
    const of = key(A, n)
    world.torrents.set(`${A}/${of.hash}`, {...sourceOf({world} as Harness), key: of})
  }
  await begin()
  expect(await begin()).toMatchObject({is: 'underWay'})
  await begin({}, key(A, 2))
  expect(await begin({}, key(A, 3))).toMatchObject({
    is: 'underWay',
    message: expect.stringContaining('waits'),
  })
  expect(lines()).toEqual(['copyTo sending', 'copyTo sending'])
})

const left = {copiedTo: B, seedsOn: true}

test('what is moved may leave only when its copy was checked by our hand, and runs as it did', async () => {
  const {begin, run, copying, change, world} = await copyHarness()
  const moves = () => begin({}, source, 'move')
  expect(await moves()).toMatchObject({is: 'underWay'})
  expect(copying().stands(source, left)).toBe(false)
  await run()
  expect([await moves(), copying().stands(source, left)]).toEqual([{is: 'there', seedsOn: true}, true])
  change({state: 'stopped'})
  expect([await moves(), copying().stands(source, left)]).toMatchObject([{is: 'underWay'}, false])
  for (const ails of [
    {stale: true},
    {state: 'checking'},
    {state: 'missingFiles'},
    {state: 'error'},
    {state: 'unknown'},
    {complete: false},
    {addedAt: 7},
  ] as const) {
    change({stale: false, state: 'seeding', complete: true, addedAt: undefined, ...ails})
    expect(copying().stands(source, left), JSON.stringify(ails)).toBe(false)
  }
  change({addedAt: undefined})
  world.isOnline = false
  expect(copying().stands(source, left)).toBe(false)
})

test('a copy of what did not run stands only without an error, and with its files on the disk', async () => {
  const {begin, run, copying, change, world} = await copyHarness()
  Object.assign(world.torrents.get(`${A}/${source.hash}`)!, {state: 'stopped'})
  const moves = () => begin({}, source, 'move')
  await moves()
  await run()
  const resting = {copiedTo: B, seedsOn: false}
  expect([await moves(), copying().stands(source, resting)]).toEqual([{is: 'there', seedsOn: false}, true])
  for (const state of ['error', 'missingFiles', 'unknown'] as const) {
    change({state})
    expect(await moves()).toMatchObject({is: 'underWay'})
    expect(copying().stands(source, resting), state).toBe(false)
  }
  change({state: 'stopped'})
  world.differs = 'Not all of its files are on the disk of the other server.'
  expect(await moves()).toEqual({
    is: 'underWay',
    message: 'It stays here as well. Not all of its files are on the disk of the other server.',
  })
  expect(copying().stands(source, resting)).toBe(false)
})

test('what the other server has from another user is no reason to remove anything here', async () => {
  const {begin, copying, world, whole} = await copyHarness()
  world.torrents.set(keyText(copy), whole(copy))
  expect(await begin()).toMatchObject({is: 'there'})
  expect(await begin({}, source, 'move')).toMatchObject({is: 'not', outcome: {code: 'not_supported'}})
  expect(copying().stands(source, left)).toBe(false)
})

test('S29 no data is brought for a rule whose owner lost the right to one of the servers while its copy waited', async () => {
  for (const lost of [A, B]) {
    const {begin, run, world, there, lines} = await copyHarness()
    world.faults['lay'] = new CommodarrError('server_unreachable', 'No.')
    await begin()
    await run(3)
    world.access = {...by.access, may: (it, id) => id !== lost || it === 'read'}
    world.faults = {}
    await run()
    expect([world.lays, there()?.state, lines().at(-1)]).toEqual([0, 'stopped', 'copyTo failed rule_gone'])
  }
})
