import type {Acting} from '#model/access.ts'
import type {AddTorrent, Confirmed, RemovalCommand, ServerCommand, TorrentCommand} from '#model/command.ts'
import {describe, expect, test} from 'vitest'
import {CommodarrError, QuotaUsedUp, ServerFault} from '#model/errors.ts'
import type {DoubtCode} from '#ownership/doubts.ts'
import {staysAtLimit, type LimitEnd} from '#model/limit-end.ts'
import {keyText} from '#model/torrent-key.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import type {Doubt} from '#ownership/doubts.ts'
import type {TouchedFiles} from '#ownership/ownership.ts'
import {
  A,
  B,
  by,
  Harness,
  hash,
  key,
  neighbour,
  removeWithData,
  stop,
  untouched,
} from './executor-harness.fixture.ts'
import {MOST_FETCHED} from './fetched-additions.ts'
import {inverseOf} from './undo-plan.ts'

test('one order per server reaches the gate, with that server’s hashes only', async () => {
  const harness = new Harness()
  const results = await harness.run([key(A, 1), key(B, 1), key(A, 2)], stop)
  expect(harness.orders.map(({serverId, hashes}) => [serverId, ...hashes])).toEqual([
    [A, hash(1), hash(2)],
    [B, hash(1)],
  ])
  expect(results.map(({result}) => result.outcome)).toEqual(['done', 'done', 'done'])
})

test('an intention is in the journal before anything is sent, and the outcome after', async () => {
  const harness = new Harness()
  await harness.run([key(A, 1)], stop)
  expect(harness.phases()).toEqual(['A1 intended', 'A1 sending', 'A1 sent'])
  expect(new Set(harness.journal.map(({id}) => id)).size).toBe(1)
})

test('what cannot be written down is not done', async () => {
  const harness = new Harness()
  harness.journalFails = true
  const [result] = await harness.run([key(A, 1)], removeWithData)
  const message = 'The journal cannot be written, so nothing was sent.'
  expect(result!.result).toEqual({outcome: 'refused', code: 'internal', message})
  expect(harness.logged).toEqual(['the journal cannot be written'])
  harness.journalFault = new CommodarrError('storage_full', 'No space on /srv/data.')
  const [again] = await harness.run([key(A, 1)], removeWithData)
  expect(again!.result).toEqual({outcome: 'refused', code: 'storage_full', message})
  expect(harness.orders).toEqual([])
})

test('a member who wrote enough sends no more commands, and gets that as the reason', async () => {
  const harness = new Harness()
  harness.journalFails = true
  harness.journalFault = new QuotaUsedUp(1, 'It comes back day by day.')
  const [result] = await harness.run([key(A, 1)], stop)
  const refused = {outcome: 'refused', code: 'quota_used_up', message: 'It comes back day by day.'}
  expect([result!.result, harness.orders, harness.logged]).toEqual([refused, [], []])
})

test('torrents of a server that is not online are refused with its reason; the others go on', async () => {
  const harness = new Harness()
  harness.offline.add(A)
  const results = await harness.run([key(A, 1), key(B, 1)], stop)
  expect(results.map(({result}) => result)).toEqual([
    {outcome: 'refused', code: 'server_not_online', message: 'A is unreachable.'},
    {outcome: 'done'},
  ])
})

test('a hash the named server does not have is refused, even when another server has it', async () => {
  const harness = new Harness()
  harness.torrents.delete(keyText(key(A, 1)))
  const [result] = await harness.run([key(A, 1)], stop)
  expect(result!.result).toMatchObject({outcome: 'refused', code: 'torrent_not_found'})
  expect(harness.orders).toEqual([])
})

test('S55 what may have torrents checked is watched before it is sent, for any requester, and nothing else', async () => {
  const harness = new Harness()
  const checking: readonly TorrentCommand[] = [
    {verb: 'recheck', args: {}},
    {verb: 'setLocation', args: {path: '/srv/films', moveData: false}},
  ]
  for (const command of [stop, ...checking]) await harness.run([key(A, 1)], command)
  harness.offline.add(A)
  await harness.run([key(A, 2)], checking[0]!)
  expect(harness.checked).toEqual([keyText(key(A, 1)), keyText(key(A, 1))])
  expect(harness.notChecked).toEqual([])
})

test('S32 the watch of a check hears when its server refuses it, or is not reached', async () => {
  const harness = new Harness()
  const ends = ['failed', 'refused', 'unconfirmed'] as const
  for (const [at, outcome] of ends.entries())
    harness.answers.set(key(A, at + 1).hash, {outcome, code: 'x', message: 'x'})
  await harness.run(
    ends.map((_, at) => key(A, at + 1)),
    {verb: 'recheck', args: {}},
  )
  expect(harness.checked).toHaveLength(3)
  expect(harness.notChecked).toEqual([keyText(key(A, 1)), keyText(key(A, 2))])
})

test('S55 a rule may only stop, and have checked, what a check found much less of; a person may do anything', async () => {
  const ofRule = {...by, actor: {...by.actor, origin: 'rule'}} as const
  const commands: readonly (TorrentCommand | RemovalCommand)[] = [
    {verb: 'start', args: {}},
    {verb: 'addTags', args: {tags: ['a']}},
    {verb: 'remove', args: {}},
    removeWithData,
    stop,
    {verb: 'recheck', args: {}},
  ]
  const outcomes: Record<string, readonly string[]> = {}
  for (const who of [ofRule, by]) {
    const harness = new Harness()
    harness.lost.add(keyText(key(A, 1)))
    const ends: string[] = []
    for (const command of commands) {
      const [item] = await harness.executor.run({by: who, keys: [key(A, 1)], command})
      ends.push(item!.result.outcome === 'done' ? 'done' : item!.result.code)
      const {id} = harness.journal.at(-1) ?? {}
      if (id !== undefined) harness.settle({id, key: key(A, 1), outcome: 'removed'})
    }
    outcomes[who.actor.origin] = ends
  }
  const no = 'changed_meanwhile'
  expect(outcomes).toEqual({rule: [no, no, no, no, 'done', 'done'], api: Array(6).fill('done')})
})

test('what a kind cannot do is refused with its reason before it is sent', async () => {
  const harness = new Harness()
  harness.none = ['stop']
  expect((await harness.run([key(A, 1)], stop))[0]!.result).toEqual({
    outcome: 'refused',
    code: 'not_supported',
    message: 'It cannot.',
  })
})

test('data that another torrent needs is not removed; the torrent alone may go', async () => {
  const harness = new Harness()
  harness.shared.set(keyText(key(A, 1)), [key(A, 2)])
  expect((await harness.run([key(A, 1)], removeWithData))[0]!.result).toMatchObject({
    outcome: 'refused',
    code: 'content_shared',
  })
  expect((await harness.run([key(A, 1)], {verb: 'remove', args: {}}))[0]!.result).toEqual({outcome: 'done'})
})

test('a daemon deletes nothing through a link to another folder, whatever the user accepts; without data it may go', async () => {
  const harness = new Harness()
  harness.linksOut.set(keyText(key(A, 1)), '/d/1/Subs is a link to another folder.')
  const accepting = {verb: 'removeWithData', args: {freeAtOnce: true, acceptsDoubt: true}} as const
  for (const command of [removeWithData, accepting])
    expect((await harness.run([key(A, 1)], command))[0]!.result).toMatchObject({
      outcome: 'refused',
      code: 'path_refused',
      message: expect.stringContaining('Remove it into the trash'),
    })
  expect(harness.orders).toEqual([])
  expect((await harness.run([key(A, 1)], {verb: 'remove', args: {}}))[0]!.result).toEqual({outcome: 'done'})
  expect((await harness.run([key(A, 2)], removeWithData))[0]!.result).toEqual({outcome: 'done'})
})

test.each([
  ['was never listed', {isNeverListed: true}, 'has never sent its list'],
  ['tells its list just now', {status: 'warming'}, 'has not sent its whole list yet'],
  // Its rows were read from disk, or are those of before it went.
  ...(['unreachable', 'auth_failed', 'banned', 'connecting'] as const).map(
    (status) => [`is ${status}`, {status}, 'has not been online since 2026-01-01T03:12'] as const,
  ),
] as const)('data is not removed while a neighbour in use %s', async (_, change, why) => {
  const harness = new Harness()
  harness.neighbours.set(B, neighbour(B, change))
  const [withData] = await harness.run([key(A, 1)], removeWithData)
  expect(withData!.result).toMatchObject({
    code: 'content_unknown',
    message: expect.stringContaining(`Shed may have something there and ${why}`),
  })
  expect(harness.orders).toEqual([])
  expect((await harness.run([key(A, 1)], {verb: 'remove', args: {}}))[0]!.result).toEqual({outcome: 'done'})
})

test('neighbours that are online or switched off keep nothing but what they have', async () => {
  const harness = new Harness()
  harness.neighbours.set(B, neighbour(B, {isNeverListed: true, enabled: false, status: 'paused'}))
  expect((await harness.run([key(A, 1)], removeWithData))[0]!.result).toMatchObject({
    code: 'content_unknown',
    message: expect.stringMatching(
      /Shed .* is switched off, and its whole list was never read. Switch it on/,
    ),
  })
  harness.neighbours.set(B, neighbour(B, {enabled: false, status: 'paused'}))
  expect((await harness.run([key(A, 1)], removeWithData))[0]!.result).toEqual({outcome: 'done'})
  harness.neighbours.set(B, neighbour(B, {status: 'online'}))
  expect((await harness.run([key(A, 2)], removeWithData))[0]!.result).toEqual({outcome: 'done'})
  harness.shared.set(keyText(key(A, 3)), [key(B, 1)])
  harness.neighbours.set(B, neighbour(B, {enabled: false, status: 'paused'}))
  expect((await harness.run([key(A, 3)], removeWithData))[0]!.result).toMatchObject({code: 'content_shared'})
})

test('data is not removed while it is unknown where it is', async () => {
  const harness = new Harness()
  const record = harness.torrents.get(keyText(key(A, 1)))!
  harness.torrents.set(keyText(key(A, 1)), {...record, contentPath: undefined})
  expect((await harness.run([key(A, 1)], removeWithData))[0]!.result).toMatchObject({code: 'content_unknown'})
  // Of a server that is away somebody may know better, and wants it gone; where the data lies he cannot say.
  const knowing: RemovalCommand = {verb: 'removeWithData', args: {acceptsDoubt: true}}
  expect((await harness.run([key(A, 1)], knowing))[0]!.result).toMatchObject({code: 'content_unknown'})
  harness.neighbours.set(B, neighbour(B, {}))
  expect((await harness.run([key(A, 1)], knowing))[0]!.result).toMatchObject({code: 'content_unknown'})
  expect((await harness.run([key(A, 3)], knowing))[0]!.result).toEqual({outcome: 'done'})
  harness.shared.set(keyText(key(A, 2)), [key(A, 3)])
  expect((await harness.run([key(A, 2)], knowing))[0]!.result).toMatchObject({code: 'content_shared'})
})

test.each<[DoubtCode, boolean]>([
  ['away', true],
  ['unmapped', true],
  ['path', false],
  ['spelled', false],
  ['unseen', false],
  ['unread', false],
  ['disk', false],
])('that a user accepts the doubt "%s" lets the data go: %s', async (code, goes) => {
  const harness = new Harness()
  harness.neighbours.set(B, neighbour(B, {status: 'online'}))
  harness.doubts = [{code, serverId: B, torrent: null, detail: 'It does not tell.'}]
  const knowing = {verb: 'removeWithData', args: {freeAtOnce: true, acceptsDoubt: true}} as const
  const [result] = await harness.run([key(A, 1)], knowing)
  expect(result!.result).toMatchObject(goes ? {outcome: 'done'} : {code: 'content_unknown'})
  harness.doubts = [{code: 'away', serverId: B, torrent: null, detail: ''}, ...harness.doubts]
  const [both] = await harness.run([key(A, 2)], knowing)
  expect(both!.result.outcome).toBe(goes ? 'done' : 'refused')
  expect((await harness.run([key(A, 3)], removeWithData))[0]!.result).toMatchObject({code: 'content_unknown'})
})

test('what stopped being true while the journal was written is not sent', async () => {
  const harness = new Harness()
  harness.beforeWriteEnds = () => harness.shared.set(keyText(key(A, 1)), [key(A, 2)])
  const [result] = await harness.run([key(A, 1)], removeWithData)
  expect(result!.result).toMatchObject({outcome: 'refused', code: 'content_shared'})
  expect(harness.orders).toEqual([])
  expect(harness.phases()).toEqual(['A1 intended', 'A1 sending', 'A1 refused'])
})

test.each<[string, (harness: Harness) => unknown, string]>([
  [
    'another torrent came to need the data',
    (harness) => harness.shared.set(keyText(key(A, 1)), [key(B, 1)]),
    'content_shared',
  ],
  ['it left its server', (harness) => harness.torrents.delete(keyText(key(A, 1))), 'torrent_not_found'],
  ['its server went', (harness) => harness.offline.add(A), 'server_not_online'],
])('%s while the commands before its removal were under way: it stays', async (_, change, code) => {
  const harness = new Harness()
  harness.beforeTurn = async () => void change(harness)
  const [result] = await harness.run([key(A, 1)], removeWithData)
  expect(result!.result).toMatchObject({outcome: 'refused', code})
  expect(harness.orders).toEqual([])
  expect(harness.phases()).toEqual(['A1 intended', 'A1 sending', 'A1 refused'])
  expect(harness.journal.at(-1)).toMatchObject({code})
})

test('what goes is read again before it is sent, and stays where its server does not report how it is', async () => {
  const harness = new Harness()
  const read: string[] = []
  harness.readNow = async (id, hashes) => {
    read.push(`${id} ${hashes.length}`)
    harness.torrents.delete(keyText(key(A, 1)))
    return true
  }
  await harness.run([key(A, 1)], stop)
  expect([read, harness.orders.length]).toEqual([[], 1])
  const [gone, ready] = await harness.run([key(A, 1), key(A, 2)], removeWithData)
  expect([read, gone!.result, ready!.result]).toEqual([
    ['A 2'],
    {outcome: 'refused', code: 'torrent_not_found', message: 'This server has no torrent with this hash.'},
    {outcome: 'done'},
  ])
  harness.readNow = async () => false
  expect((await harness.run([key(A, 3)], removeWithData))[0]!.result).toMatchObject({
    code: 'server_not_online',
  })
  expect(harness.orders).toHaveLength(2)
})

test('whose data it also is stands in the answer to who acted, and not in the journal that others read', async () => {
  const harness = new Harness()
  harness.beforeWriteEnds = () => harness.shared.set(keyText(key(A, 1)), [key(B, 2)])
  const [result] = await harness.run([key(A, 1)], removeWithData)
  expect(result!.result).toMatchObject({message: expect.stringContaining('"B2" on B')})
  expect(harness.journal.at(-1)).toMatchObject({phase: 'refused', code: 'content_shared'})
  expect(JSON.stringify(harness.journal)).not.toContain('B2')
})

test('the same key twice is done once and answered twice', async () => {
  const harness = new Harness()
  const results = await harness.run([key(A, 1), key(A, 1)], stop)
  expect(harness.orders[0]!.hashes).toEqual([hash(1)])
  expect(results).toHaveLength(2)
})

test('no answer is unconfirmed, never failed; a failed item shows again what the server says', async () => {
  const harness = new Harness()
  harness.answers.set(hash(1), {outcome: 'unconfirmed', code: 'server_unreachable', message: 'No answer.'})
  harness.answers.set(hash(2), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const results = await harness.run([key(A, 1), key(A, 2)], stop)
  expect(results.map(({result}) => result.outcome)).toEqual(['unconfirmed', 'failed'])
  expect(harness.withdrawn).toHaveLength(1)
})

test('while a removal has no answer no other one of that torrent is sent, by whatever verb; then it is', async () => {
  const harness = new Harness()
  harness.removals.start()
  harness.answers.set(hash(1), {outcome: 'unconfirmed', code: 'server_unreachable', message: 'No answer.'})
  await harness.run([key(A, 1)], removeWithData)
  harness.answers.clear()
  const underWay = {outcome: 'refused', code: 'not_ready', message: expect.stringContaining('no answer')}
  for (const verb of ['remove', 'removeWithData'] as const) {
    const results = await harness.run([key(A, 1), key(A, 2), key(B, 1)], {verb, args: {freeAtOnce: true}})
    expect(results.map(({result}) => result)).toMatchObject([
      underWay,
      {outcome: verb === 'remove' ? 'done' : 'refused'},
      {outcome: verb === 'remove' ? 'done' : 'refused'},
    ])
  }
  // What does not remove it goes on.
  expect((await harness.run([key(A, 1)], stop))[0]!.result.outcome).toBe('done')
  await harness.clock.advance(70_000)
  expect(harness.journal.at(-1)).toMatchObject({verb: 'removeWithData', phase: 'failed', code: 'not_removed'})
  expect((await harness.run([key(A, 1)], removeWithData))[0]!.result).toEqual({outcome: 'done'})
})

test('of two removals of one torrent that are ordered in the same moment one is sent', async () => {
  const harness = new Harness()
  const turn = Promise.withResolvers<void>()
  harness.beforeTurn = () => turn.promise
  const first = harness.run([key(A, 1)], removeWithData)
  await expect.poll(() => harness.phases().at(-1)).toBe('A1 sending')
  const second = harness.run([key(A, 1)], removeWithData)
  expect((await second)[0]!.result).toMatchObject({outcome: 'refused', code: 'not_ready'})
  turn.resolve()
  expect((await first)[0]!.result).toEqual({outcome: 'done'})
  expect(harness.orders).toHaveLength(1)
})

test('what the server shows later confirms the entry, silence leaves it unconfirmed', async () => {
  const harness = new Harness()
  await harness.run([key(A, 1), key(A, 2)], stop)
  const ids = harness.expected.map((line) => line.split(' ')[1]!)
  harness.settle({id: ids[0]!, key: key(A, 1), outcome: 'confirmed'})
  harness.settle({id: ids[1]!, key: key(A, 2), outcome: 'expired'})
  expect(harness.phases().slice(6)).toEqual(['A1 confirmed', 'A2 unconfirmed'])
})

test('an effect that shows before the answer is written after it', async () => {
  const harness = new Harness()
  harness.beforeSent = () =>
    harness.settle({id: harness.expected[0]!.split(' ')[1]!, key: key(A, 1), outcome: 'confirmed'})
  await harness.run([key(A, 1)], stop)
  expect(harness.phases()).toEqual(['A1 intended', 'A1 sending', 'A1 sent', 'A1 confirmed'])
})

test('what was sent is not called failed because the journal failed after it, and is still concluded', async () => {
  const harness = new Harness()
  harness.journalFails = 'after sending'
  const results = await harness.run([key(A, 1), key(B, 1)], stop)
  expect(results.map(({result}) => result)).toEqual([{outcome: 'done'}, {outcome: 'done'}])
  expect(await harness.executor.add(by, A, {source: {url: 'https://x.example/t'}, start: true})).toEqual({
    status: 'added',
    hash: null,
  })
  harness.journalFails = false
  harness.settle({id: harness.expected[0]!.split(' ')[1]!, key: key(A, 1), outcome: 'confirmed'})
  expect(harness.phases().at(-1)).toBe('A1 confirmed')
})

test('an addition that takes something back names it in the journal', async () => {
  const harness = new Harness()
  await harness.executor.add(by, A, {source: {url: 'https://x.example/t'}, start: true}, 'removal')
  const {journal: entries} = harness
  expect(entries.map(({verb, phase, causeId}) => [verb, phase, causeId])).toEqual([
    ['addTorrent', 'intended', 'removal'],
    ['addTorrent', 'sending', 'removal'],
    ['addTorrent', 'unconfirmed', 'removal'],
  ])
})

test('a command to a server that was not answered is unconfirmed in the journal', async () => {
  const harness = new Harness()
  harness.fault = new ServerFault('server_unreachable', 'timed_out', 'No answer.', {outcomeUnknown: true})
  await expect(harness.executor.add(by, A, {source: {magnet: 'magnet:?xt=a'}, start: true})).rejects.toBe(
    harness.fault,
  )
  expect(harness.journal.map(({phase}) => phase)).toEqual(['intended', 'sending', 'unconfirmed'])
})

test('a torrent that went confirms its removal, and nothing else', async () => {
  const harness = new Harness()
  await harness.run([key(A, 1)], stop)
  await harness.run([key(A, 2)], {verb: 'remove', args: {}})
  for (const [index, line] of harness.expected.entries())
    harness.settle({id: line.split(' ')[1]!, key: key(A, index + 1), outcome: 'removed'})
  expect(harness.phases().slice(6)).toEqual(['A1 unconfirmed', 'A2 confirmed'])
})

test('data is not removed while the list of its server is not certain; the torrent alone may go', async () => {
  const harness = new Harness()
  harness.status = 'warming'
  expect((await harness.run([key(A, 1)], removeWithData))[0]!.result).toMatchObject({
    outcome: 'refused',
    code: 'content_unknown',
  })
  expect((await harness.run([key(A, 1)], {verb: 'remove', args: {}}))[0]!.result).toEqual({outcome: 'done'})
})

test('a long order is evaluated, written down and sent in portions, and answered in its own order', async () => {
  const harness = new Harness()
  const keys = Array.from({length: 1_200}, (_, n) => key(A, n + 1))
  for (const one of keys) harness.torrents.set(keyText(one), harness.torrents.get(keyText(key(A, 1)))!)
  harness.beforeSent = () => void harness.torrents.delete(keyText(key(A, 1_100)))
  const results = await harness.run(keys, stop)
  expect(harness.orders.map(({hashes}) => hashes.length)).toEqual([500, 500, 199])
  expect(results.map(({key: of}) => of)).toEqual(keys)
  expect(results.flatMap(({key: of, result}) => (result.outcome === 'done' ? [] : [of.hash]))).toEqual([
    hash(1_100),
  ])
  expect(harness.journal[1_500]!.phase).toBe('intended')
})

test('S46 what may go is sent when every server has listed its torrents, and all else when its own server has', async () => {
  const harness = new Harness()
  await harness.run([key(A, 1)], stop)
  await harness.run([key(A, 1)], {verb: 'remove', args: {}})
  await harness.executor.add(by, B, {source: {magnet: 'magnet:?xt=a'}, start: true})
  const all = `${A},who could object`
  expect(harness.caughtUp).toEqual([A, A, all, all, B])
})

test('S46 what the program stood still before is evaluated once more before it is sent', async () => {
  const harness = new Harness()
  harness.beforeSent = () => {
    if (harness.orders.length > 1) return
    harness.standstills++
    harness.shared.set(keyText(key(A, 1)), [key(B, 1)])
  }
  const results = await harness.run([key(A, 1), key(A, 2)], removeWithData)
  expect(results.map(({result}) => result)).toMatchObject([{code: 'content_shared'}, {outcome: 'done'}])
  expect(harness.orders.map(({hashes, standstills}) => [hashes.length, standstills])).toEqual([
    [2, 0],
    [1, 1],
  ])
  // What was not sent is shown as its server has it, until it is sent.
  expect(harness.withdrawn).toHaveLength(3)
  expect(harness.phases()).toEqual([
    'A1 intended',
    'A2 intended',
    'A1 sending',
    'A2 sending',
    'A1 refused',
    'A2 sent',
  ])
})

test('S46 a check that the program stood still before is sent once it was evaluated again', async () => {
  const harness = new Harness()
  harness.beforeSent = () => {
    if (harness.orders.length === 1) harness.standstills++
  }
  const results = await harness.run([key(A, 1), key(A, 2)], {verb: 'recheck', args: {}})
  expect(results.map(({result}) => result)).toEqual([{outcome: 'done'}, {outcome: 'done'}])
  expect(harness.orders.map(({standstills}) => standstills)).toEqual([0, 1])
  expect(harness.notChecked).toEqual([])
})

const moved = {verb: 'setLocation', args: {path: '/e', moveData: true}} as const
const doubt: Doubt = {code: 'unmapped', serverId: B, torrent: key(B, 1), detail: ''}
/** What commands do to files of others, by what is said of it. */
const touching = [
  [
    'others lose files',
    {...untouched, taken: [{key: key(A, 2), files: 'all'}]},
    'content_shared',
    'acceptsOthers',
  ],
  [
    'it arrives on their files',
    {...untouched, landedOn: [{key: key(B, 2), files: 'all'}]},
    'content_shared',
    'acceptsOthers',
  ],
  [
    'it arrives on files of a person',
    {...untouched, occupied: ['/e/a.mkv']},
    'path_occupied',
    'acceptsOthers',
  ],
  ['it is unknown', {...untouched, doubts: [doubt]}, 'content_unknown', 'acceptsDoubt'],
] as const satisfies readonly (readonly [string, TouchedFiles, string, keyof Confirmed])[]

test.each(touching)(
  'where %s nothing is moved or renamed before a person was shown it and confirmed',
  async (_, what, code, flag) => {
    const harness = new Harness()
    harness.touched.set(keyText(key(A, 1)), what)
    const commands = [
      moved,
      {verb: 'renameFile', args: {from: 'a', to: 'b'}},
      {verb: 'renameFiles', args: {files: [{from: 'a', to: 'b'}]}},
      {verb: 'renameFolder', args: {from: 'a', to: 'b'}},
      {verb: 'rename', args: {name: 'b'}},
      {verb: 'setCategory', args: {category: 'b'}},
      {verb: 'setAutoManaged', args: {on: true}},
    ] as const
    const other = flag === 'acceptsOthers' ? 'acceptsDoubt' : 'acceptsOthers'
    for (const command of commands) {
      for (const more of [{}, {[other]: true}]) {
        const sent = {verb: command.verb, args: {...command.args, ...more}} as TorrentCommand
        expect((await harness.run([key(A, 1)], sent))[0]!.result).toMatchObject({outcome: 'refused', code})
      }
      const sure = {verb: command.verb, args: {...command.args, [flag]: true}} as TorrentCommand
      expect((await harness.run([key(A, 1)], sure))[0]!.result).toEqual({outcome: 'done'})
    }
    expect(harness.orders).toHaveLength(commands.length)
    // A doubt is the same on the way back. Others may have come to the former place since: those he was not told of.
    const before = {name: 'A1', savePath: '/d', category: 'a', autoManaged: false} as TorrentRecord
    for (const command of commands) {
      const sure = {verb: command.verb, args: {...command.args, [flag]: true}} as TorrentCommand
      const wayBack = inverseOf(sure, before, null)
      if (typeof wayBack === 'string') continue
      for (const {args} of wayBack)
        expect((args as Confirmed)[flag]).toBe(flag === 'acceptsDoubt' ? true : undefined)
    }
  },
)

test('a refusal says what confirms it exactly where its words do', async () => {
  const harness = new Harness()
  harness.touched.set(keyText(key(A, 1)), {...untouched, occupied: ['/e/a.mkv'], overOwn: []})
  harness.touched.set(keyText(key(A, 2)), {...untouched, doubts: [doubt]})
  harness.touched.set(keyText(key(A, 3)), {...untouched, occupied: ['/e/a.mkv'], overOwn: ['pack/2.mkv']})
  const keys = [key(A, 1), key(A, 2), key(A, 3)]
  const results = []
  for (const one of keys)
    results.push(...(await harness.run([one], {verb: 'renameFile', args: {from: 'a', to: 'b'}})))
  const asked = results.map(({result}) => (result as {confirmWith?: string}).confirmWith)
  expect(asked).toEqual(['accepts_others', 'accepts_doubt', undefined])
  for (const [at, {result}] of results.entries()) {
    const named = /`(accepts_\w+)`/.exec((result as {message: string}).message)?.[1]
    expect(named).toBe(asked[at])
  }
})

test('a rename of which it is unknown whether it meets another file of its torrent is refused, whatever a person confirms', async () => {
  const harness = new Harness()
  harness.touched.set(keyText(key(A, 1)), {...untouched, doubts: [doubt], overOwn: 'unread'})
  const args = {from: 'pack/1.mkv', to: 'pack/2.mkv', acceptsOthers: true, acceptsDoubt: true}
  const [it] = await harness.run([key(A, 1)], {verb: 'renameFile', args})
  const message = expect.stringContaining('Its list of files could not be read')
  expect(it!.result).toEqual({outcome: 'refused', code: 'content_unknown', message})
  expect(harness.orders).toEqual([])
})

test('a rename onto another file of its own torrent is refused, whatever a person confirms', async () => {
  const harness = new Harness()
  harness.touched.set(keyText(key(A, 1)), {...untouched, overOwn: ['pack/2.mkv']})
  const args = {from: 'pack/1.mkv', to: 'pack/2.mkv', acceptsOthers: true, acceptsDoubt: true}
  const [it] = await harness.run([key(A, 1)], {verb: 'renameFile', args})
  const message = 'pack/2.mkv of the same torrent would be replaced. Use a name that no other file of it has.'
  expect(it!.result).toEqual({outcome: 'refused', code: 'path_occupied', message})
  expect(harness.orders).toEqual([])
})

describe('space for what moves', () => {
  const disk = (device: string, freeBytes: number) => ({device, freeBytes, totalBytes: 1, usedShare: 0})
  const outcomes = (results: readonly {readonly result: object}[]) => results.map(({result}) => result)
  const full = {outcome: 'refused', code: 'not_enough_space'} as const
  /** `/d` is one disk of ours, `/e` another. */
  function onDisks(free: number) {
    const harness = new Harness()
    harness.disks.set('/d', disk('1', 0))
    harness.disks.set('/e', disk('2', free))
    return harness
  }

  test('too little of it is a no that no one can confirm, with the folder and the bytes', async () => {
    const harness = onDisks(999)
    for (const args of [moved.args, {...moved.args, acceptsDoubt: true, acceptsOthers: true}]) {
      const [it] = await harness.run([key(A, 1)], {verb: 'setLocation', args})
      const message = 'There is no room for it in /e: 999 bytes are free, and 1000 are needed.'
      expect(it!.result).toEqual({...full, message})
    }
    expect(harness.orders).toEqual([])
  })

  test('those of one order, and of orders at the same time, share what is there', async () => {
    const harness = onDisks(2_500)
    const three = await harness.run(
      [1, 2, 3].map((n) => key(A, n)),
      moved,
    )
    expect(outcomes(three)).toMatchObject([{outcome: 'done'}, {outcome: 'done'}, full])
    const other = onDisks(1_500)
    const both = await Promise.all([other.run([key(A, 1)], moved), other.run([key(A, 2)], moved)])
    expect(both.flatMap(outcomes)).toMatchObject([{outcome: 'done'}, full])
    expect(other.orders).toHaveLength(1)
  })

  test('what its server did not take takes no space', async () => {
    const harness = onDisks(1_500)
    harness.answers.set(hash(1), {outcome: 'failed', code: 'command_refused', message: 'No.'})
    await harness.run([key(A, 1)], moved)
    expect(outcomes(await harness.run([key(A, 2)], moved))).toEqual([{outcome: 'done'}])
  })

  test('what was looked at again after a standstill is not in its own way', async () => {
    const harness = onDisks(1_000)
    harness.beforeSent = () => {
      harness.beforeSent = () => {}
      harness.standstills++
    }
    expect(outcomes(await harness.run([key(A, 1)], moved))).toEqual([{outcome: 'done'}])
    expect(harness.orders).toHaveLength(2)
  })

  test('where it is unknown a person confirms it, seeing what else is unknown, and a rule waits', async () => {
    const harness = new Harness()
    harness.free = new Map()
    const [it] = await harness.run([key(A, 1)], moved)
    expect(it!.result).toMatchObject({
      code: 'space_unknown',
      message: expect.stringContaining('accepts_doubt'),
    })
    harness.touched.set(keyText(key(A, 1)), {...untouched, doubts: [doubt]})
    const [both] = await harness.run([key(A, 1)], moved)
    expect(both!.result).toMatchObject({
      code: 'content_unknown',
      message: expect.stringMatching(/free space in \/e is unknown.*accepts_doubt/s),
    })
    const sure = {verb: 'setLocation', args: {...moved.args, acceptsDoubt: true}} as const
    expect(outcomes(await harness.run([key(A, 1)], sure))).toEqual([{outcome: 'done'}])
  })

  test('a rule sets a category where it is unknown, and moves nothing there', async () => {
    const harness = new Harness()
    harness.free = new Map()
    const rule = {...by, actor: {...by.actor, origin: 'rule' as const}}
    const films = {verb: 'setCategory', args: {category: 'films'}} as const
    const run = async (who: typeof by, command: TorrentCommand) => {
      const name = keyText(key(A, 1))
      harness.torrents.set(name, {
        ...harness.torrents.get(name)!,
        savePath: '/e',
        category: '',
        autoManaged: true,
      })
      return outcomes(await harness.executor.run({by: who, keys: [key(A, 1)], command}))
    }
    const elsewhere = {verb: 'setLocation', args: {path: '/d', moveData: true}} as const
    expect(await run(rule, elsewhere)).toMatchObject([{code: 'space_unknown'}])
    expect(await run(by, films)).toMatchObject([{code: 'space_unknown'}])
    expect(await run(rule, films)).toEqual([{outcome: 'done'}])
    // Too little, unless its data lies on that disk already.
    harness.disks.set('/d', disk('1', 999))
    harness.free = null
    expect(await run(by, films)).toMatchObject([{code: 'space_unknown'}])
    expect(await run(rule, films)).toEqual([{outcome: 'done'}])
    // Too little for certain.
    harness.disks.set('/e', disk('2', 0))
    expect(await run(rule, films)).toMatchObject([full])
    // Enough for what it has, and too little for certain for the rest: a rule confirms nothing.
    harness.disks.set('/d', disk('1', 999))
    harness.torrents.set(keyText(key(A, 1)), {...harness.torrents.get(keyText(key(A, 1)))!, completed: 999})
    expect(await run(rule, films)).toMatchObject([{code: 'space_unknown'}])
    const sure = {verb: 'setCategory', args: {category: 'films', acceptsDoubt: true}} as const
    expect(await run(by, sure)).toEqual([{outcome: 'done'}])
  })

  test('another category, or automatic management, that moves the data is asked the same', async () => {
    const harness = onDisks(999)
    harness.torrents.set(keyText(key(A, 1)), {
      ...harness.torrents.get(keyText(key(A, 1)))!,
      savePath: '/e',
      category: '',
      autoManaged: false,
    })
    harness.disks.set('/d', disk('1', 10))
    const on = {verb: 'setAutoManaged', args: {on: true}} as const
    expect(outcomes(await harness.run([key(A, 1)], on))).toMatchObject([full])
    const name = keyText(key(A, 1))
    harness.torrents.set(name, {...harness.torrents.get(name)!, autoManaged: true})
    const films = {verb: 'setCategory', args: {category: 'films'}} as const
    expect(outcomes(await harness.run([key(A, 1)], films))).toMatchObject([full])
  })

  test('said with the torrents that a folder of a server moves', async () => {
    const harness = new Harness()
    harness.disks.set('/d', disk('1', 0))
    harness.disks.set('/elsewhere', disk('2', 1_999))
    harness.moved = {moved: [key(A, 1), key(A, 2)], touched: []}
    const set = (more = {}) =>
      harness.executor.runOnServer(by, A, {
        verb: 'setPreferences',
        args: {values: {save_path: '/elsewhere'}, ...more},
      })
    await expect(set()).rejects.toMatchObject({
      code: 'moves_torrents',
      message: expect.stringMatching(/room for it in \/elsewhere: 1999 bytes are free, and 2000 are needed/),
    })
    await set({acceptsMoves: true})
    const later = await harness.run([key(A, 3)], {
      verb: 'setLocation',
      args: {path: '/elsewhere', moveData: true},
    })
    expect(outcomes(later)).toMatchObject([{...full, message: expect.stringContaining('3000 are needed')}])
  })
})

test('what takes nothing from other torrents is moved without a question, and verbs that touch no file ask no question', async () => {
  const harness = new Harness()
  harness.touched.set(keyText(key(A, 1)), untouched)
  harness.touched.set(keyText(key(A, 2)), {...untouched, doubts: [doubt]})
  expect((await harness.run([key(A, 1)], moved))[0]!.result).toEqual({outcome: 'done'})
  const all = `${A},who could object`
  expect(harness.caughtUp).toEqual([all, all])
  expect((await harness.run([key(A, 2)], stop))[0]!.result).toEqual({outcome: 'done'})
})

test('whose files a move touches is asked again right before it is sent', async () => {
  const harness = new Harness()
  harness.beforeWriteEnds = () =>
    harness.touched.set(keyText(key(A, 1)), {...untouched, occupied: ['/e/late.mkv']})
  expect((await harness.run([key(A, 1)], moved))[0]!.result).toMatchObject({code: 'path_occupied'})
  expect(harness.orders).toEqual([])
})

test.each(touching.slice(1))(
  'where %s a torrent is not added before the user confirmed it',
  async (_, what, code, flag) => {
    const harness = new Harness()
    harness.added = {key: key(A, 9), name: 'a.mkv', files: [{path: 'a.mkv', size: 1}]}
    harness.touched.set(keyText(key(A, 9)), what)
    const add = {source: {torrent: new Uint8Array(), fileName: 'a.torrent'}, start: true, skipCheck: true}
    await expect(harness.executor.add(by, A, add)).rejects.toMatchObject({code})
    expect([harness.orders, harness.journal]).toEqual([[], []])
    await harness.executor.add(by, A, {...add, [flag]: true})
    expect(harness.serverCommands).toHaveLength(1)
    harness.added = {...harness.added, key: key(A, 1)}
    harness.touched.set(keyText(key(A, 1)), what)
    // It has that one already, and says so.
    await harness.executor.add(by, A, add)
    expect(harness.serverCommands).toHaveLength(2)
  },
)

test('what comes back finds its own files, but not those of another torrent', async () => {
  const harness = new Harness()
  harness.added = {key: key(A, 9), name: 'a.mkv', files: [{path: 'a.mkv', size: 1}]}
  const add = {source: {torrent: new Uint8Array(), fileName: 'a.torrent'}, start: false, comesBack: true}
  harness.touched.set(keyText(key(A, 9)), {...untouched, occupied: ['/d/a.mkv']})
  await harness.executor.add(by, A, add)
  harness.touched.set(keyText(key(A, 9)), {...untouched, landedOn: [{key: key(A, 1), files: 'all'}]})
  await expect(harness.executor.add(by, A, add)).rejects.toMatchObject({code: 'content_shared'})
})

test('what comes back by its link finds its own files, and is watched as such', async () => {
  const harness = new Harness()
  const add = {source: {magnet: 'magnet:?xt=urn:btih:1&dn=Film'}, savePath: '/d', start: true}
  harness.canWait = false
  harness.addHashes = [hash(5)]
  harness.addHash = hash(5)
  harness.touched.set(keyText(key(A, 5)), {...untouched, occupied: ['/d/Film']})
  await expect(harness.executor.add(by, A, add)).rejects.toMatchObject({code: 'content_unknown'})
  await harness.executor.add(by, A, {...add, comesBack: true})
  expect(harness.linksAdded).toEqual([
    [keyText(key(A, 5)), {isHeld: false, start: 'start', hasItsFiles: true}],
  ])
  harness.touched.set(keyText(key(A, 5)), {...untouched, landedOn: [{key: key(A, 1), files: 'all'}]})
  await expect(harness.executor.add(by, A, {...add, comesBack: true})).rejects.toMatchObject({
    code: 'content_unknown',
  })
})

test('the files of a link are unknown: it waits for them, and is watched unless the user who adds it accepts everything', async () => {
  const harness = new Harness()
  const add = (more: object = {}) =>
    harness.executor.add(by, A, {source: {magnet: 'magnet:?xt=urn:btih:1'}, start: true, ...more})
  harness.addHash = hash(5)
  harness.addIsHeld = true
  await add()
  await add({forceStart: true, acceptsOthers: true})
  expect(harness.serverCommands).toMatchObject([{args: {waitsForFiles: true}}, {args: {waitsForFiles: true}}])
  expect(harness.linksAdded).toEqual([
    [keyText(key(A, 5)), {isHeld: true, start: 'start'}],
    [keyText(key(A, 5)), {isHeld: true, start: 'forceStart', acceptsOthers: true}],
  ])
  await add({acceptsOthers: true, acceptsDoubt: true})
  harness.addStatus = 'duplicate'
  await add()
  expect(harness.linksAdded).toHaveLength(2)
  expect(harness.serverCommands[2]).not.toHaveProperty('args.waitsForFiles')
  // Who accepts everything, or adds the file, is not held up by a watch of before.
  expect(harness.linksForgotten).toEqual([keyText(key(A, 5))])
  harness.addStatus = 'added'
  await harness.executor.add(by, A, {source: {torrent: new Uint8Array(), fileName: 'a'}, start: true})
  expect(harness.linksForgotten).toHaveLength(2)
})

test('an address that its server still fetches is watched until a torrent comes of it, whose files are compared then', async () => {
  const harness = new Harness()
  harness.addStatus = 'pending'
  harness.addFetching = {mark: 'm', forceStart: false}
  const source = {url: 'http://indexer.example.org/1.torrent'}
  await harness.executor.add(by, A, {source, start: true})
  const phases = () => harness.journal.map(({phase, hash: its}) => [phase, its])
  expect(phases().at(-1)).toEqual(['unconfirmed', null])
  expect(harness.journal.at(-1)!.message).toContain('still fetches')
  expect(harness.linksAdded).toEqual([])
  // A look that fails ends nothing.
  harness.findFetched = (times) => {
    if (times === 2) throw new CommodarrError('server_not_online', 'It is away.', {})
    return times > 3 ? hash(5) : null
  }
  for (let n = 0; n < 20; n++) await harness.clock.advance(5_000)
  expect(harness.fetchLooks).toBe(4)
  expect(harness.linksAdded).toEqual([[keyText(key(A, 5)), {isHeld: false, start: 'start'}]])
  expect(phases().at(-1)).toEqual(['confirmed', hash(5)])
  await harness.clock.advance(3_600_000)
  expect(harness.fetchLooks).toBe(4)
})

test('the files of what came of an address are compared also where the answer to taking its mark away is lost', async () => {
  const harness = new Harness()
  harness.addStatus = 'pending'
  harness.addFetching = {mark: 'm', forceStart: true}
  await harness.executor.add(by, A, {source: {url: 'http://indexer.example.org/1.torrent'}, start: true})
  // Once its mark is away nothing finds it by that.
  harness.findFetched = (times) => (times === 1 ? hash(5) : null)
  let reported = 0
  const forced: boolean[] = []
  harness.finishFetched = (_hash, {forceStart}) => {
    forced.push(forceStart)
    if (++reported < 3) throw new CommodarrError('server_unreachable', 'No answer.', {})
  }
  for (let n = 0; n < 20; n++) await harness.clock.advance(5_000)
  expect([harness.fetchLooks, reported]).toEqual([1, 3])
  // It may be stopped for others by then.
  expect(forced).toEqual([true, false, false])
  expect(harness.linksAdded).toEqual([[keyText(key(A, 5)), {isHeld: false, start: 'start'}]])
  expect(harness.journal.at(-1)).toMatchObject({phase: 'confirmed', hash: hash(5)})
})

test('a mark that cannot be removed ends with half an hour, and its torrent is confirmed anyway', async () => {
  const harness = new Harness()
  harness.addStatus = 'pending'
  harness.addFetching = {mark: 'm', forceStart: false}
  await harness.executor.add(by, A, {source: {url: 'http://indexer.example.org/1.torrent'}, start: true})
  harness.findFetched = () => hash(5)
  harness.finishFetched = () => {
    throw new CommodarrError('server_unreachable', 'No answer.', {})
  }
  for (let n = 0; n < 400; n++) await harness.clock.advance(5_000)
  expect(harness.linksAdded).toHaveLength(1)
  const message = expect.stringContaining('passing tag')
  expect(harness.journal.at(-1)).toMatchObject({phase: 'confirmed', hash: hash(5), message})
})

test('a server that still fetches many addresses gets no further one', async () => {
  const harness = new Harness()
  harness.addStatus = 'pending'
  harness.addFetching = {mark: 'm', forceStart: false}
  const add = () =>
    harness.executor.add(by, A, {source: {url: 'http://indexer.example.org/1.torrent'}, start: true})
  for (let n = 0; n < MOST_FETCHED; n++) await add()
  const sent = harness.serverCommands.length
  await expect(add()).rejects.toMatchObject({code: 'too_many_actions'})
  expect(harness.serverCommands).toHaveLength(sent)
  expect(harness.journal.at(-1)).toMatchObject({verb: 'addTorrent', code: 'too_many_actions'})
  for (let n = 0; n < 400; n++) await harness.clock.advance(5_000)
  await add()
})

test('of an address that brings no torrent in half an hour the journal says so, and it is not looked for any longer', async () => {
  const harness = new Harness()
  harness.addStatus = 'pending'
  harness.addFetching = {mark: 'm', forceStart: false}
  const add = () =>
    harness.executor.add(by, A, {source: {url: 'http://indexer.example.org/1.torrent'}, start: true})
  await add()
  for (let n = 0; n < 400; n++) await harness.clock.advance(5_000)
  expect(harness.journal.at(-1)).toMatchObject({
    phase: 'unconfirmed',
    message: expect.stringContaining('no torrent'),
  })
  const looks = harness.fetchLooks
  expect(looks).toBeLessThanOrEqual(64)
  await harness.clock.advance(3_600_000)
  expect(harness.fetchLooks).toBe(looks)
  await add()
  harness.executor.stop()
  await harness.clock.advance(3_600_000)
  expect(harness.fetchLooks).toBe(looks)
})

test('a link that its server may have taken is watched, whatever fails, by each hash that it may be listed by', async () => {
  const harness = new Harness()
  const add = (more: Partial<AddTorrent> = {}) =>
    harness.executor.add(by, A, {source: {magnet: 'magnet:?xt=urn:btih:1'}, start: true, ...more})
  harness.addHashes = [hash(5), hash(6)]
  harness.addStatus = 'pending'
  expect(await add()).toMatchObject({status: 'pending'})
  const watched = () => harness.linksAdded.splice(0)
  const about = {isHeld: false, start: 'start'}
  expect(watched()).toEqual([5, 6].map((n) => [keyText(key(A, n)), about]))
  // What failed after it was taken is logged, and said in the journal where it is known by which hash.
  harness.addFault = new CommodarrError('server_not_online', 'It went away.')
  await add()
  expect([watched().length, harness.logged, harness.journal.at(-1)?.phase]).toEqual([
    2,
    ['a torrent was added, and what was to follow failed'],
    'unconfirmed',
  ])
  harness.addStatus = 'added'
  harness.addHash = hash(5)
  await add()
  expect(watched()).toEqual([[keyText(key(A, 5)), about]])
  expect(harness.journal.at(-1)).toMatchObject({
    phase: 'sent',
    message: 'Its server took it, and then this failed: It went away.',
  })
  // No answer: what it had before is left alone.
  harness.addHashes = [hash(1), hash(6)]
  harness.fault = new ServerFault('server_unreachable', 'timed_out', 'No answer.', {outcomeUnknown: true})
  await expect(add()).rejects.toThrow('No answer.')
  expect(watched()).toEqual([[keyText(key(A, 6)), {...about, isHeld: true}]])
  // What it would stop for us nothing else starts; what is to stay stopped, or cannot wait there, is not started.
  for (const [more, canWait] of [
    [{start: false}, true],
    [{stopCondition: 'metadata'}, true],
    [{}, false],
  ] as const) {
    harness.canWait = canWait
    await expect(add({...more, acceptsDoubt: true})).rejects.toThrow('No answer.')
    expect(watched()).toMatchObject([[keyText(key(A, 6)), {isHeld: false}]])
  }
  harness.canWait = true
  harness.fault = new CommodarrError('command_refused', 'No.')
  await expect(add()).rejects.toThrow('No.')
  expect(watched()).toEqual([[keyText(key(A, 6)), about]])
  // What was not sent is not watched.
  harness.journalFails = true
  await expect(add()).rejects.toThrow()
  expect(watched()).toEqual([])
})

test('a link is not added beside files of its name where its server writes at once, before a person confirmed it', async () => {
  const harness = new Harness()
  const add = (more: object = {}) =>
    harness.executor.add(by, A, {source: {magnet: 'magnet:?xt=urn:btih:1'}, start: true, ...more})
  harness.touched.set(keyText(key(A, 0xadd)), {...untouched, landedOn: [{key: key(A, 3), files: 'all'}]})
  await add()
  // Of a hybrid no server waits.
  const hybrid = {source: {magnet: 'magnet:?xt=urn:btih:1&xt=urn:btmh:2'}}
  await expect(add(hybrid)).rejects.toMatchObject({code: 'content_unknown'})
  harness.canWait = false
  await expect(add()).rejects.toMatchObject({
    code: 'content_unknown',
    message: expect.stringContaining('"A3"'),
  })
  harness.touched.set(keyText(key(A, 0xadd)), {...untouched, occupied: ['/d/added']})
  await expect(add()).rejects.toMatchObject({message: expect.stringContaining('/d/added may be')})
  await add({acceptsDoubt: true})
  harness.touched.clear()
  await add()
  expect(harness.serverCommands).toHaveLength(3)
})

test.each(['rule', 'system'] as const)(
  'what waits for its files no %s starts or removes, and a person may',
  async (origin) => {
    const harness = new Harness()
    harness.heldLinks.add(keyText(key(A, 1)))
    const rule = {...by, actor: {...by.actor, origin}}
    const run = async (who: typeof by, verb: 'start' | 'stop' | 'remove') => {
      const [it] = await harness.executor.run({by: who, keys: [key(A, 1)], command: {verb, args: {}}})
      return it!.result.outcome
    }
    expect([await run(rule, 'start'), await run(rule, 'remove')]).toEqual(['refused', 'refused'])
    expect([await run(rule, 'stop'), await run(by, 'start')]).toEqual(['done', 'done'])
  },
)

test('a daemon deletes no files that are not those of its torrent, for any requester', async () => {
  const harness = new Harness()
  harness.strangers.set(keyText(key(A, 1)), '/data/film.mkv has 7 bytes, and on its server 5.')
  const [with1, with2] = await harness.run([key(A, 1), key(A, 2)], removeWithData)
  expect(with1!.result).toMatchObject({outcome: 'refused', code: 'path_refused'})
  expect(with2!.result).toEqual({outcome: 'done'})
  const [alone] = await harness.run([key(A, 1)], {verb: 'remove', args: {}})
  expect(alone!.result).toEqual({outcome: 'done'})
})

test('a rule sets a share limit only where its server is known to keep what reaches it; a person does as they like', async () => {
  const rule = {...by, actor: {...by.actor, origin: 'rule' as const}}
  const wayOut = 'select "Stop torrent"'
  const ends: readonly (LimitEnd | null)[] = [
    staysAtLimit,
    {is: 'goes', mayTakeFiles: false, wayOut},
    {is: 'goes', mayTakeFiles: true, wayOut},
    null,
  ]
  const limited: TorrentCommand = {verb: 'setShareLimits', args: {ratio: 2}}
  const inherited: TorrentCommand = {verb: 'setShareLimits', args: {idleTime: 'inherit'}}
  const unlimited: TorrentCommand = {verb: 'setShareLimits', args: {ratio: null}}
  for (const end of ends) {
    const harness = new Harness()
    harness.limitEnd = end
    const reported = async (who: Acting, command: TorrentCommand) => {
      const [item] = await harness.run([key(A, 1)], command, who)
      return item!.result.outcome === 'done' ? 'done' : (item!.result as {code: string}).code
    }
    const its = end === null ? 'not_ready' : end.is === 'stays' ? 'done' : 'not_supported'
    expect([await reported(rule, limited), await reported(rule, inherited)]).toEqual([its, its])
    expect([await reported(rule, unlimited), await reported(by, limited)]).toEqual(['done', 'done'])
  }
})

test('a rule sets no category in which a share limit becomes a removal that it is not yet; a person does as they like', async () => {
  const rule = {...by, actor: {...by.actor, origin: 'rule' as const}}
  const goes = {is: 'goes', mayTakeFiles: false, wayOut: 'select "Stop torrent"'} as const
  const deletes = {...goes, mayTakeFiles: true}
  for (const [now, then, its] of [
    [staysAtLimit, undefined, 'done'],
    [staysAtLimit, staysAtLimit, 'done'],
    [staysAtLimit, goes, 'not_supported'],
    [staysAtLimit, deletes, 'not_supported'],
    [goes, undefined, 'done'],
    [goes, deletes, 'not_supported'],
    [deletes, goes, 'done'],
    [goes, staysAtLimit, 'done'],
    // It does not tell.
    [null, undefined, 'not_ready'],
  ] as const) {
    const harness = new Harness()
    harness.limitEnd = now
    if (then) harness.categoryEnds.set('films', then)
    const reported = async (who: Acting, category: string) => {
      const command = {verb: 'setCategory', args: {category}} as const
      const [item] = await harness.run([key(A, 1)], command, who)
      return item!.result.outcome === 'done' ? 'done' : (item!.result as {code: string}).code
    }
    expect([await reported(rule, 'films'), await reported(rule, ''), await reported(by, 'films')]).toEqual([
      its,
      now === null ? its : 'done',
      'done',
    ])
  }
})

test('a person is shown who else has the files before a server deletes them at the limit that they set', async () => {
  const deletes = {is: 'goes', mayTakeFiles: true, wayOut: 'select "Stop torrent"'} as const
  const commands: readonly TorrentCommand[] = [
    {verb: 'setShareLimits', args: {ratio: 2}},
    {verb: 'setShareLimits', args: {seedingTime: 'inherit'}},
    {verb: 'setCategory', args: {category: 'films'}},
    // Its category may have spared it.
    {verb: 'setCategory', args: {category: ''}},
  ]
  for (const command of commands) {
    const harness = new Harness()
    if (command.verb === 'setCategory') {
      harness.limitEnd = staysAtLimit
      harness.categoryEnds.set(command.args.category, deletes)
    } else harness.limitEnd = deletes
    const reported = async (confirmed: Confirmed = {}) => {
      const it = {...command, args: {...command.args, ...confirmed}} as TorrentCommand
      const [item] = await harness.run([key(A, 1)], it)
      return item!.result
    }
    expect(await reported()).toEqual({outcome: 'done'})
    harness.shared.set(keyText(key(A, 1)), [key(A, 2), key(B, 1)])
    expect(await reported()).toMatchObject({
      code: 'content_shared',
      message: expect.stringContaining('delete'),
    })
    expect(await reported({acceptsDoubt: true})).toMatchObject({code: 'content_shared'})
    expect(await reported({acceptsOthers: true})).toEqual({outcome: 'done'})
  }
})

/** A1 seeds past the queue. */
function force(harness: Harness, {complete = true} = {}): void {
  const name = keyText(key(A, 1))
  const forced = {state: complete ? 'seeding' : 'downloading', complete, forceStart: true} as const
  harness.torrents.set(name, {...harness.torrents.get(name)!, ...forced})
}

test('a start that ends a forced one ends what spares it a limit: rules are refused, a person is shown the others', async () => {
  const rule = {...by, actor: {...by.actor, origin: 'rule' as const}}
  const wayOut = 'select "Stop torrent"'
  for (const [end, ofRule, ofPerson] of [
    [staysAtLimit, 'done', 'done'],
    [{is: 'goes', mayTakeFiles: false, wayOut}, 'not_supported', 'done'],
    [{is: 'goes', mayTakeFiles: true, wayOut}, 'not_supported', 'content_shared'],
    [null, 'not_ready', 'content_shared'],
  ] as const) {
    const reported = async (who: Acting, verb: 'start' | 'forceStart', confirmed: Confirmed = {}) => {
      const harness = new Harness()
      harness.limitEnd = end
      force(harness)
      for (const n of [1, 2]) harness.shared.set(keyText(key(A, n)), [key(B, 1)])
      const results = await harness.run([key(A, 1), key(A, 2)], {verb, args: confirmed}, who)
      return results.map(({result}) => (result.outcome === 'done' ? 'done' : (result as {code: string}).code))
    }
    // What is not forced is exposed to it already.
    expect(await reported(rule, 'start')).toEqual([ofRule, 'done'])
    expect(await reported(by, 'start')).toEqual([ofPerson, 'done'])
    expect(await reported(by, 'start', {acceptsOthers: true})).toEqual(['done', 'done'])
    expect(await reported(rule, 'forceStart')).toEqual(['done', 'done'])
  }
})

/** A1 is stopped, as a quarantine or a person left it. */
function halt(harness: Harness, more: Partial<TorrentRecord> = {}): void {
  const name = keyText(key(A, 1))
  harness.torrents.set(name, {...harness.torrents.get(name)!, state: 'stopped', ...more})
}

test('a start that lets its server delete what has reached a limit needs the confirmation of a person', async () => {
  const automatic = (origin: 'rule' | 'system') => ({...by, actor: {...by.actor, origin}})
  const wayOut = 'select "Stop torrent"'
  for (const [end, ofRule, ofPerson] of [
    [staysAtLimit, 'done', 'done'],
    [{is: 'goes', mayTakeFiles: false, wayOut}, 'not_supported', 'done'],
    [{is: 'goes', mayTakeFiles: true, wayOut}, 'not_supported', 'content_unknown'],
    [null, 'not_ready', 'content_unknown'],
  ] as const)
    for (const isBelow of [false, true]) {
      const reported = async (
        who: Acting,
        verb: 'start' | 'forceStart',
        confirmed: Confirmed = {},
        more = {},
      ) => {
        const harness = new Harness()
        harness.limitEnd = end
        halt(harness, more)
        if (isBelow) harness.belowLimit.add(hash(1))
        const results = await harness.run([key(A, 1), key(A, 2)], {verb, args: confirmed}, who)
        return results.map(({result}) =>
          result.outcome === 'done' ? 'done' : (result as {code: string}).code,
        )
      }
      const isSpared = isBelow && end !== null
      for (const origin of ['rule', 'system'] as const)
        expect(await reported(automatic(origin), 'start')).toEqual([isSpared ? 'done' : ofRule, 'done'])
      expect(await reported(by, 'start')).toEqual([isSpared ? 'done' : ofPerson, 'done'])
      expect(await reported(by, 'start', {acceptsDoubt: true})).toEqual(['done', 'done'])
      // No limit acts on what is force started, or comes in.
      expect(await reported(automatic('rule'), 'forceStart')).toEqual(['done', 'done'])
      expect(await reported(automatic('rule'), 'start', {}, {complete: false})).toEqual(['done', 'done'])
    }
})

test.each([
  ['moving', {}, 'not_supported'],
  ['moving', {complete: false}, 'done'],
  ['unknown', {}, 'not_supported'],
  ['checking', {complete: false}, 'not_supported'],
  ['seeding', {}, 'done'],
] as const)(
  'no rule starts what is %s %o and may be stopped, past a limit at which it goes: %s',
  async (state, its, ends) => {
    const harness = new Harness()
    harness.limitEnd = {is: 'goes', mayTakeFiles: true, wayOut: 'select "Stop torrent"'}
    halt(harness, {state, ...its})
    const rule = {...by, actor: {...by.actor, origin: 'rule' as const}}
    const [one] = await harness.run([key(A, 1)], {verb: 'start', args: {}}, rule)
    expect(one!.result).toMatchObject(ends === 'done' ? {outcome: 'done'} : {code: ends})
  },
)

test('who confirms that others have the files of what a start lets its server delete is not asked twice', async () => {
  const harness = new Harness()
  harness.limitEnd = {is: 'goes', mayTakeFiles: true, wayOut: 'select "Stop torrent"'}
  halt(harness)
  harness.shared.set(keyText(key(A, 1)), [key(B, 1)])
  const reported = async (args: Confirmed) =>
    (await harness.run([key(A, 1)], {verb: 'start', args}))[0]!.result
  expect(await reported({acceptsDoubt: true})).toMatchObject({
    code: 'content_shared',
    message: expect.stringContaining('while it does not run'),
  })
  expect(await reported({acceptsOthers: true})).toEqual({outcome: 'done'})
})

test('S46 a start or a stop after which a limit may delete is sent when every server has listed its torrents', async () => {
  const all = `${A},who could object`
  for (const [prepare, verb] of [
    [halt, 'start'],
    [force, 'start'],
    [force, 'stop'],
  ] as const) {
    const harness = new Harness()
    prepare(harness)
    await harness.run([key(A, 1)], {verb, args: {}})
    expect(harness.caughtUp).toEqual([all, all])
  }
  // Its own list shows it only once that was waited for.
  const harness = new Harness()
  harness.whileCaughtUp = () => halt(harness)
  await harness.run([key(A, 1)], {verb: 'start', args: {}})
  expect(harness.caughtUp).toEqual([A, all, all])
})

test('a rule does not stop a complete torrent that only its forced start spares a limit; what is not complete it stops', async () => {
  const rule = {...by, actor: {...by.actor, origin: 'rule' as const}}
  for (const [end, its] of [
    [staysAtLimit, 'done'],
    [{is: 'goes', mayTakeFiles: true, wayOut: 'select "Stop torrent"'}, 'not_supported'],
    [null, 'not_ready'],
  ] as const)
    for (const complete of [true, false]) {
      const harness = new Harness()
      harness.limitEnd = end
      force(harness, {complete})
      const results = await harness.run([key(A, 1), key(A, 2)], stop, rule)
      const codes = results.map(({result}) =>
        result.outcome === 'done' ? 'done' : (result as {code: string}).code,
      )
      expect(codes).toEqual([complete ? its : 'done', 'done'])
    }
})

test('a person confirms a stop that ends what spares a complete torrent a limit, also of files that are its own alone', async () => {
  for (const [end, its] of [
    [staysAtLimit, 'done'],
    [{is: 'goes', mayTakeFiles: true, wayOut: 'select "Stop torrent"'}, 'content_unknown'],
    [null, 'content_unknown'],
  ] as const)
    for (const acceptsDoubt of [false, true]) {
      const harness = new Harness()
      harness.limitEnd = end
      force(harness)
      const command = {verb: 'stop', args: acceptsDoubt ? {acceptsDoubt} : {}} as const
      const results = await harness.run([key(A, 1), key(A, 2)], command, by)
      const codes = results.map(({result}) =>
        result.outcome === 'done' ? 'done' : (result as {code: string}).code,
      )
      expect(codes).toEqual([acceptsDoubt ? 'done' : its, 'done'])
    }
})

test('limits for all, and removed categories, that expose torrents to what they are set to are confirmed first', async () => {
  const goes = {is: 'goes', mayTakeFiles: true, wayOut: 'select "Stop torrent"'} as const
  for (const [end, isExposed] of [
    [staysAtLimit, false],
    [{...goes, mayTakeFiles: false}, false],
    [goes, true],
    [null, true],
  ] as const)
    for (const command of [
      {verb: 'setPreferences', args: {values: {max_ratio: 1}}},
      {verb: 'setPreferences', args: {values: {max_ratio: 1, max_ratio_act: 0}}},
      {verb: 'removeCategories', args: {names: ['films']}},
    ] as const) {
      const harness = new Harness()
      harness.settings = {max_ratio_act: 0}
      harness.changeEnd = end
      const run = (args: object) =>
        harness.executor.runOnServer(by, A, {...command, args: {...command.args, ...args}} as ServerCommand)
      const code = await run({}).then(
        () => 'done',
        (error: CommodarrError) => error.code,
      )
      expect(code).toBe(isExposed ? 'content_unknown' : 'done')
      await run({acceptsDoubt: true})
    }
})

test('to undo a forced start ends what spares it a limit, too: that is asked about where others have its files', async () => {
  const harness = new Harness()
  harness.limitEnd = {is: 'goes', mayTakeFiles: true, wayOut: 'select "Stop torrent"'}
  force(harness)
  const back = inverseOf({verb: 'forceStart', args: {}}, {state: 'seeding', forceStart: false} as never, null)
  expect(back).toEqual([{verb: 'start', args: {}}])
  harness.shared.set(keyText(key(A, 1)), [key(B, 1)])
  const [no] = await harness.run([key(A, 1)], (back as readonly TorrentCommand[])[0]!)
  expect(no!.result).toMatchObject({
    code: 'content_shared',
    message: expect.stringContaining('force started'),
  })
})

test('where it is unknown what a server does at a limit, a person is shown the others before setting one, too', async () => {
  const harness = new Harness()
  harness.limitEnd = null
  harness.shared.set(keyText(key(A, 1)), [key(A, 2)])
  const [with1, with2] = await harness.run([key(A, 1), key(A, 2)], {verb: 'setShareLimits', args: {ratio: 1}})
  expect(with1!.result).toMatchObject({code: 'content_shared', message: expect.stringContaining('not known')})
  expect(with2!.result).toEqual({outcome: 'done'})
  const [without] = await harness.run([key(A, 1)], {verb: 'setShareLimits', args: {ratio: null}})
  expect(without!.result).toEqual({outcome: 'done'})
})

test('settings by which a server deletes what reaches a limit are set once a person confirms it', async () => {
  const harness = new Harness()
  const set = (values: object, more: object = {}) =>
    harness.executor.runOnServer(by, A, {verb: 'setPreferences', args: {values: {...values}, ...more}})
  harness.settings = {max_ratio: 3, max_ratio_act: 3}
  await expect(set({max_ratio: 1})).rejects.toMatchObject({code: 'content_unknown'})
  await expect(set({max_ratio: 1}, {acceptsMoves: true})).rejects.toMatchObject({code: 'content_unknown'})
  // It is so already, or is set otherwise with it.
  await set({max_ratio: 3})
  await set({max_ratio: 1, max_ratio_act: 0})
  await set({max_ratio: 1}, {acceptsDoubt: true})
  harness.settings = null
  await expect(set({max_ratio: 1})).rejects.toMatchObject({code: 'content_unknown'})
})

test('adding over files of others warns that their server deletes them at a limit', async () => {
  const harness = new Harness()
  harness.limitEnd = {is: 'goes', mayTakeFiles: true, wayOut: 'select "Stop torrent"'}
  harness.added = {key: key(A, 9), name: 'a.mkv', files: [{path: 'a.mkv', size: 1}]}
  harness.touched.set(keyText(key(A, 9)), {...untouched, landedOn: [{key: key(A, 3), files: 'all'}]})
  const add = {source: {torrent: new Uint8Array([1]), fileName: 'a.torrent'}, start: true}
  await expect(harness.executor.add(by, A, add)).rejects.toMatchObject({
    code: 'content_shared',
    message: expect.stringContaining('delete its files'),
  })
  harness.limitEnd = staysAtLimit
  await expect(harness.executor.add(by, A, add)).rejects.toMatchObject({
    message: expect.not.stringContaining('share limit'),
  })
})

describe('what a server decides of an addition', () => {
  const decides = {
    savePath: '/d',
    isAutomatic: false,
    usesCategoryFolders: false,
    contentLayout: 'original',
  } as const
  const file = {torrent: new Uint8Array([1]), fileName: 'a.torrent'}
  const magnet = {magnet: `magnet:?xt=urn:btih:${'c'.repeat(40)}&dn=added`}
  const others = {...untouched, landedOn: [{key: key(A, 3), files: 'all'}]} as const
  /** Moves what is complete to \`done\` of its settings. */
  const moving = () => {
    const harness = new Harness()
    harness.additionDefaults = ({done = null}) => ({...decides, completedPath: done as string | null})
    harness.added = {key: key(A, 9), name: 'a.mkv', files: [{path: 'a.mkv', size: 1}]}
    harness.addHashes = [key(A, 9).hash]
    harness.canWait = false
    return harness
  }
  const sent = (harness: Harness) => harness.serverCommands.map(({args}) => args)

  test.each([
    ['a file', file, 'content_shared'],
    ['a link', magnet, 'content_unknown'],
  ] as const)(
    'is compared, too, where it goes once it is complete, and said as it was compared: %s',
    async (_, source, code) => {
      const harness = moving()
      harness.inFolders.set('/done', others)
      harness.inFolders.set('/films', others)
      harness.categorySettings.set('films', {done: '/films'})
      harness.categorySettings.set('stays', {done: null})
      const add = (more: object = {}) => harness.executor.add(by, A, {source, start: false, ...more})
      await add()
      harness.settings = {done: '/done'}
      await expect(add()).rejects.toMatchObject({code})
      await add({category: 'stays'})
      await add({savePath: '/mine'})
      await add({comesBack: true, savePath: '/mine'})
      harness.settings = {}
      await expect(add({category: 'films'})).rejects.toMatchObject({code})
      await add({category: 'films', acceptsOthers: true, acceptsDoubt: true})
      expect(sent(harness)).toMatchObject([
        {defaultPath: '/d', completedPath: null},
        {defaultPath: '/d', completedPath: null},
        {savePath: '/mine', completedPath: null},
        {savePath: '/mine', completedPath: null},
        {defaultPath: '/d', completedPath: '/films'},
      ])
    },
  )

  test.each([
    ['a file', file],
    ['a link', magnet],
  ])('is nothing where it does not report its settings, so it is refused: %s', async (_, source) => {
    for (const harness of [moving(), new Harness()]) {
      harness.settings = null
      if (harness.added === null) harness.additionDefaults = () => decides
      const add = harness.executor.add(by, A, {source, start: false})
      await expect(add).rejects.toMatchObject({code: 'server_unreachable'})
      expect(harness.serverCommands).toEqual([])
    }
  })

  test('of a label that a torrent gets is compared, or not known', async () => {
    const harness = moving()
    const label = (category: string) => harness.run([key(A, 1)], {verb: 'setCategory', args: {category}})
    harness.categorySettings.set('films', {done: '/films'})
    await label('films')
    expect(harness.completions).toContainEqual({folder: '/films'})
    harness.completions.length = 0
    harness.settings = null
    await label('films')
    expect(harness.completions).toContain('unsaid')
    // Others go by no label.
    harness.completions.length = 0
    harness.additionDefaults = () => decides
    await label('films')
    expect(new Set(harness.completions)).toEqual(new Set([undefined]))
  })
})

test('what a link brought is started when it harms no other torrent, or a person confirmed it; a rule is refused', async () => {
  const harness = new Harness()
  const rule = {...by, actor: {...by.actor, origin: 'rule' as const}}
  const codeOf = async (who: typeof by, verb: 'start' | 'forceStart', args: Confirmed = {}) => {
    const [, it] = await harness.executor.run({by: who, keys: [key(A, 2), key(A, 1)], command: {verb, args}})
    return it!.result.outcome === 'done' ? 'done' : it!.result.code
  }
  const landedOn = [{key: key(A, 3), files: 'all'}] as const
  harness.startTouches.set(keyText(key(A, 1)), {...untouched, landedOn})
  expect(await codeOf(by, 'start')).toBe('content_shared')
  expect(await codeOf(by, 'forceStart', {acceptsDoubt: true})).toBe('content_shared')
  expect(await codeOf(rule, 'start')).toBe('content_shared')
  expect(await codeOf(by, 'start', {acceptsOthers: true})).toBe('done')
  // Of its name alone nobody can say.
  harness.startTouches.set(keyText(key(A, 1)), {...untouched, byName: {landedOn, occupied: []}})
  expect(await codeOf(by, 'start', {acceptsOthers: true})).toBe('content_unknown')
  expect(await codeOf(by, 'start', {acceptsDoubt: true})).toBe('done')
  harness.startTouches.set(keyText(key(A, 1)), untouched)
  expect(await codeOf(rule, 'forceStart')).toBe('done')
})

test('a default folder with which its server would move torrents is set once the user has seen which', async () => {
  const harness = new Harness()
  const set = (values: object, more = {}) =>
    harness.executor.runOnServer(by, A, {verb: 'setPreferences', args: {values: {...values}, ...more}})
  harness.moved = {moved: [key(A, 1)], touched: [{...untouched, occupied: ['/e/film.mkv']}]}
  await expect(set({save_path: '/e', dht: true})).rejects.toMatchObject({
    code: 'moves_torrents',
    message: expect.stringMatching(/manages 1 torrent automatically.*\/e\/film\.mkv/s),
  })
  expect(harness.serverCommands).toEqual([])
  // Others are not waited for where no folder changes.
  harness.caughtUp.length = 0
  await set({dht: true})
  expect(harness.caughtUp).toEqual([A])
  await set({save_path: '/e'}, {acceptsMoves: true})
  expect(harness.serverCommands).toHaveLength(2)
})

test('a setting that renames what is not whole is set once the user has seen how many, and whose', async () => {
  const harness = new Harness()
  const set = (more = {}) =>
    harness.executor.runOnServer(by, A, {
      verb: 'setPreferences',
      args: {values: {incomplete_files_ext: true}, ...more},
    })
  await set()
  harness.unfinished = [key(A, 1), key(A, 2)]
  harness.moved = {moved: [], touched: [{...untouched, taken: [{key: key(A, 3), files: 'all'}]}]}
  await expect(set()).rejects.toMatchObject({
    code: 'moves_torrents',
    message: expect.stringMatching(/files of 2 torrents that are not whole.*"A3".*accepts_moves/s),
  })
  expect(harness.serverCommands).toHaveLength(1)
  await set({acceptsMoves: true})
  expect(harness.serverCommands).toHaveLength(2)
})

test('a setting that its daemon has already is set without a question, and where it does not say so it is asked for', async () => {
  const harness = new Harness()
  harness.unfinished = [key(A, 1)]
  harness.moved = {moved: [key(A, 1)], touched: [{...untouched, occupied: ['/e/a.mkv']}]}
  const set = (values: Record<string, unknown>) =>
    harness.executor.runOnServer(by, A, {verb: 'setPreferences', args: {values}})
  const asked = {code: 'moves_torrents'}
  harness.settings = {incomplete_files_ext: true, save_path: '/e', other: null}
  await set({incomplete_files_ext: true})
  await set({save_path: '/e'})
  await set({save_path: '/e', incomplete_files_ext: true, dht: true})
  expect(harness.serverCommands.map(({args}) => args)).toMatchObject([
    {values: {incomplete_files_ext: true}},
    {values: {save_path: '/e'}},
    {values: {save_path: '/e', incomplete_files_ext: true, dht: true}},
  ])
  await expect(set({incomplete_files_ext: false})).rejects.toMatchObject(asked)
  await expect(set({save_path: '/e', incomplete_files_ext: false})).rejects.toMatchObject(asked)
  await expect(set({save_path: '/f', incomplete_files_ext: true})).rejects.toMatchObject(asked)
  expect(harness.logged).toEqual([])
  harness.settings = null
  await expect(set({incomplete_files_ext: true})).rejects.toMatchObject(asked)
  expect(harness.logged).toEqual(['the settings of a server could not be read before a change'])
  expect(harness.serverCommands).toHaveLength(3)
})

for (const [what, values, apart] of [
  ['a switch for the folder that is set already', {temp_path_enabled: true, temp_path: '/t'}, ['/t', true]],
  ['a switch alone', {temp_path_enabled: true}, ['/t', true]],
  ['another folder while the switch is off', {temp_path: '/u'}, ['/u', false]],
] as const)
  test(`${what} counts with the folder of what is incomplete as it then is`, async () => {
    const harness = new Harness()
    harness.moved = {moved: [key(A, 1)], touched: []}
    harness.settings = {temp_path: '/t', temp_path_enabled: false, save_path: '/e'}
    const command = {verb: 'setPreferences', args: {values: {...values, save_path: '/e'}}} as const
    await expect(harness.executor.runOnServer(by, A, command)).rejects.toMatchObject({code: 'moves_torrents'})
    const [incompletePath, usesIncompletePath] = apart
    expect(harness.changes).toEqual([{defaults: {incompletePath, usesIncompletePath}}])
  })

test('a folder of what is incomplete that changes is used where its daemon was switched to it elsewhere', async () => {
  const harness = new Harness()
  harness.moved = {moved: [key(A, 1)], touched: []}
  harness.settings = {temp_path: '/t', temp_path_enabled: true}
  const values = {temp_path_enabled: true, temp_path: '/new'}
  const set = harness.executor.runOnServer(by, A, {verb: 'setPreferences', args: {values}})
  await expect(set).rejects.toMatchObject({code: 'moves_torrents'})
  expect(harness.changes).toEqual([{defaults: {incompletePath: '/new', usesIncompletePath: true}}])
})

test('a category that is saved where it is said to be already moves nothing, whatever lies elsewhere', async () => {
  const harness = new Harness()
  harness.categories = [
    {name: 'films', savePath: '/e'},
    {name: 'tv', savePath: ''},
  ]
  harness.moved = {moved: [key(A, 1)], touched: []}
  const edit = (name: string, savePath: string) =>
    harness.executor.runOnServer(by, A, {verb: 'editCategory', args: {name, savePath}})
  await edit('films', '/e')
  await edit('tv', '')
  for (const [name, savePath] of [
    ['films', '/f'],
    ['tv', '/e'],
    ['other', '/e'],
  ] as const)
    await expect(edit(name, savePath)).rejects.toMatchObject({code: 'moves_torrents'})
  expect(harness.serverCommands).toHaveLength(2)
})

test('a category whose torrents its server would move is changed once the user has seen how many, and whose', async () => {
  const harness = new Harness()
  const edit = {verb: 'editCategory', args: {name: 'films', savePath: '/e'}} as const
  await harness.executor.runOnServer(by, A, edit)
  harness.moved = {
    moved: [key(A, 1), key(A, 2)],
    touched: [{...untouched, taken: [{key: key(A, 3), files: 'all'}]}],
  }
  await expect(harness.executor.runOnServer(by, A, edit)).rejects.toMatchObject({
    code: 'moves_torrents',
    message: expect.stringMatching(/2 torrents of "films".*"A3"/s),
  })
  await expect(
    harness.executor.runOnServer(by, A, {verb: 'removeCategories', args: {names: ['films']}}),
  ).rejects.toMatchObject({code: 'moves_torrents'})
  expect(harness.serverCommands).toHaveLength(1)
  await harness.executor.runOnServer(by, A, {verb: 'editCategory', args: {...edit.args, acceptsMoves: true}})
  expect(harness.serverCommands).toHaveLength(2)
})
