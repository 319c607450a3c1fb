import {expect, test} from 'vitest'
import {asUserId, type Access, type Requester, type ServerPermission} from '#model/access.ts'
import type {TorrentCommand} from '#model/command.ts'
import type {TorrentRecord} from '#model/torrent.ts'
import {keyText} from '#model/torrent-key.ts'
import type {TouchedFiles} from '#ownership/ownership.ts'
import type {ActionView} from './action.ts'
import {ActionsHarness} from './actions-harness.fixture.ts'
import {A, B, by, hash, key, removeWithData, stop, untouched} from './executor-harness.fixture.ts'

const remove = {verb: 'remove', args: {}} as const

function someone(
  name: string,
  may: (permission: ServerPermission, id: string) => boolean = () => true,
): Requester {
  const access: Access = {everywhere: true, permits: () => true, may, servers: []}
  const actor = {name, origin: 'user', userId: asUserId(name), address: null} as const
  return {actor, access, via: 'session', credentialId: 's'}
}

test('an action ends with its counts, and with every problem by name', async () => {
  const harness = new ActionsHarness()
  harness.answers.set(hash(2), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const action = await harness.act([key(A, 1), key(A, 2), key(B, 1)], stop)
  expect(action).toMatchObject({
    state: 'done',
    verb: 'stop',
    count: 3,
    retryable: 1,
    heldUntil: null,
    servers: [
      {serverId: A, count: 2},
      {serverId: B, count: 1},
    ],
    tally: {
      counts: {done: 2, failed: 1, refused: 0, unconfirmed: 0},
      problems: [{key: key(A, 2), name: 'A2', result: {outcome: 'failed'}}],
      omitted: 0,
    },
  })
})

test('the same torrent twice is one torrent of the action, and answered twice', async () => {
  const harness = new ActionsHarness()
  const reported: unknown[] = []
  const wish = {by, keys: [key(A, 1), key(A, 1)], command: stop}
  const action = await harness.registry.run(wish, (results) => void reported.push(...results))
  expect(action).toMatchObject({count: 1, tally: {counts: {done: 1}}})
  expect(reported).toHaveLength(2)
})

test('an action longer than a portion goes server by server, and reports its progress', async () => {
  const harness = new ActionsHarness()
  const keys = [A, B].flatMap((server) => Array.from({length: 10_500}, (_, n) => key(server, n + 1)))
  const record = harness.torrents.get(keyText(key(A, 1)))!
  for (const one of keys) harness.torrents.set(keyText(one), {...record, key: one})
  const heard: ActionView[] = []
  harness.registry.listen(by, (action) => void heard.push(action))
  const action = await harness.act(keys, stop)
  expect(action.tally.counts.done).toBe(21_000)
  // Each server in steps of 500.
  expect(heard.map(({state}) => state)).toEqual([...Array(1 + 2 * 21).fill('running'), 'done'])
  const ended = heard.map(({tally: {counts}}) => counts.done)
  expect(ended).toEqual(ended.toSorted((a, b) => a - b))
})

test('what is cancelled sends nothing more, ends as such where it was not sent, and can be tried again', async () => {
  const harness = new ActionsHarness()
  const keys = Array.from({length: 1_200}, (_, n) => key(A, n + 1))
  const record = harness.torrents.get(keyText(key(A, 1)))!
  for (const one of keys) harness.torrents.set(keyText(one), {...record, key: one})
  const olga = someone('olga')
  let others: unknown
  const heard: ActionView[] = []
  const stopListening = harness.registry.listen(by, (view) => {
    heard.push(view)
    // The first step of 500 is done.
    if (view.cancelled || view.tally.counts.done !== 500) return
    others = harness.registry.cancel(olga, view.id).catch(({code}) => code)
    void harness.registry.cancel(by, view.id)
  })
  const action = await harness.act(keys, stop)
  stopListening()
  const states = heard.filter(({cancelled}) => cancelled).map(({state}) => state)
  expect(states).toEqual(['running', 'running', 'running', 'done'])
  expect(await others).toBe('action_unknown')
  expect(action).toMatchObject({state: 'done', cancelled: true, retryable: 700})
  expect(action.tally.counts).toMatchObject({done: 500, refused: 700})
  expect(action.tally.problems[0]!.result).toMatchObject({outcome: 'refused', code: 'cancelled'})
  expect(harness.orders.flatMap(({hashes}) => hashes)).toHaveLength(500)
  await expect(harness.registry.cancel(by, action.id)).rejects.toMatchObject({code: 'cancel_impossible'})
  const again = await harness.registry.retry(by, action.id)
  expect(again.tally.counts.done).toBe(700)
})

test.each([removeWithData, stop])(
  'what is cancelled while lists are waited for is not sent: $verb',
  async (command) => {
    const harness = new ActionsHarness()
    harness.whileCaughtUp = () => void harness.registry.cancel(by, harness.registry.list(by)[0]!.id)
    const action = await harness.act([key(A, 1)], command)
    expect(action.tally.problems).toMatchObject([{result: {code: 'cancelled'}}])
    expect(harness.sent()).toEqual([])
  },
)

test('a held removal that is cancelled is taken back', async () => {
  const harness = new ActionsHarness()
  const {id} = await harness.hold([key(A, 1)], removeWithData)
  expect(await harness.registry.cancel(by, id)).toMatchObject({state: 'undone'})
  await harness.clock.advance(60_000)
  expect(harness.sent()).toEqual([])
})

test('actions of others do not exist, for administrators neither', async () => {
  const harness = new ActionsHarness()
  const {id} = await harness.act([key(A, 1)], stop, someone('olga'))
  expect(harness.registry.list(by)).toEqual([])
  expect(harness.registry.list(someone('olga'))).toHaveLength(1)
  for (const ask of [() => harness.registry.get(by, id), () => harness.registry.get(by, 'x')]) {
    expect(ask).toThrow(expect.objectContaining({code: 'action_unknown'}))
  }
  await expect(harness.registry.undo(by, id)).rejects.toMatchObject({code: 'action_unknown'})
  await expect(harness.registry.retry(by, id)).rejects.toMatchObject({code: 'action_unknown'})
})

test('two keys of one name are two owners; another name of a person or a key changes nothing', async () => {
  const harness = new ActionsHarness()
  const olga = someone('olga')
  const key1 = {...olga, actor: {...olga.actor, origin: 'api', name: 'olga (key arr)'}} as const
  const [one, other] = ['k1', 'k2'].map((id) => ({...key1, via: 'api_key', credentialId: id}) as const)
  const held = await Promise.all([olga, one!, other!].map((who) => harness.hold([key(A, 1)], remove, who)))
  const seen = (who: Requester) => harness.registry.list(who).map(({id}) => id)
  const renamed = <W extends Requester>(who: W): W => ({...who, actor: {...who.actor, name: 'new'}})
  for (const [at, who] of [olga, one!, other!].entries()) {
    expect([seen(who), seen(renamed(who))]).toEqual([[held[at]!.id], [held[at]!.id]])
  }
  expect(await harness.registry.undo(renamed(one!), held[1]!.id)).toMatchObject({state: 'undone'})
  await expect(harness.registry.undo(renamed(one!), held[2]!.id)).rejects.toMatchObject({
    code: 'action_unknown',
  })
})

test('a listener hears of their own actions alone, until they have heard enough', async () => {
  const harness = new ActionsHarness()
  const heard: string[] = []
  const end = harness.registry.listen(someone('olga'), ({verb, state}) => void heard.push(`${verb} ${state}`))
  await harness.act([key(A, 1)], stop, someone('paul'))
  await harness.act([key(A, 1)], stop, someone('olga'))
  end()
  await harness.act([key(A, 1)], stop, someone('olga'))
  expect(heard).toEqual(['stop running', 'stop done'])
})

test('an action is forgotten a quarter of an hour after its end; of one person a hundred are kept', async () => {
  const harness = new ActionsHarness()
  for (let n = 0; n < 103; n++) await harness.act([key(A, 1)], stop)
  expect(harness.registry.list(by)).toHaveLength(100)
  await harness.clock.advance(15 * 60_000)
  expect(harness.registry.list(by)).toEqual([])
})

/* ───────────────────────────── held removals ───────────────────────────── */

test('a held removal is sent when its time is up, no matter who still looks', async () => {
  const harness = new ActionsHarness()
  const held = await harness.hold([key(A, 1), key(B, 1)], removeWithData)
  expect(held).toMatchObject({state: 'held', heldUntil: harness.clock.now() + 10_000, count: 2})
  await harness.clock.advance(9_999)
  expect(harness.orders).toEqual([])
  await harness.clock.advance(1)
  expect(harness.sent()).toEqual(['A1 removeWithData {}', 'B1 removeWithData {}'])
  expect(harness.registry.get(by, held.id)).toMatchObject({state: 'done', tally: {counts: {done: 2}}})
  expect(harness.holds()).toEqual(['A intended', 'B intended', 'A confirmed', 'B confirmed'])
  expect(harness.journal[0]).toMatchObject({subject: 'torrent', hash: hash(1), name: 'A1'})
})

test('torrents say that their removal waits, and until when, as long as it does and no longer', async () => {
  const harness = new ActionsHarness()
  const [sent, back, gone] = [
    await harness.hold([key(A, 1), key(B, 1)], remove),
    await harness.hold([key(A, 2)], remove),
    await harness.hold([key(B, 2)], remove),
  ]
  const at = new Date(harness.clock.now() + 10_000).toISOString()
  const why = `It is removed at ${at}, unless that is taken back before.`
  expect(harness.waiting.get(sent.id)).toEqual([keyText(key(A, 1)), keyText(key(B, 1)), why])
  await harness.registry.undo(by, back.id)
  harness.registry.forgetServer(B)
  expect([...harness.waiting.keys()]).toEqual([sent.id])
  expect(harness.registry.get(by, gone.id).state).toBe('dropped')
  await harness.clock.advance(10_000)
  expect(harness.waiting.size).toBe(0)
})

test('what the user may not remove does not say that it waits', async () => {
  const harness = new ActionsHarness()
  const olga = someone('olga', (permission, id) => permission === 'read' || id === A)
  const {id} = await harness.hold([key(A, 1), key(B, 1)], remove, olga)
  expect(harness.waiting.get(id)).toEqual([keyText(key(A, 1)), expect.any(String)])
})

test('a removal that was taken back in time is never sent', async () => {
  const harness = new ActionsHarness()
  const {id} = await harness.hold([key(A, 1)], removeWithData)
  await harness.clock.advance(9_999)
  expect(await harness.registry.undo(by, id)).toMatchObject({state: 'undone', undo: {possible: false}})
  await harness.clock.advance(60_000)
  expect(harness.orders).toEqual([])
  expect(harness.holds()).toEqual(['A intended', 'A expired'])
  await expect(harness.registry.undo(by, id)).rejects.toMatchObject({code: 'undo_impossible'})
})

test('what shall become of what is removed goes the whole way: seen, written down, ordered, tried again', async () => {
  const harness = new ActionsHarness()
  harness.answers.set(hash(1), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const args = {freeOn: ['B']}
  const {id} = await harness.hold([key(A, 1)], {verb: 'removeWithData', args})
  expect(harness.registry.get(by, id)).toMatchObject({verb: 'removeWithData', args})
  await harness.clock.advance(10_000)
  expect(harness.journal[0]).toMatchObject({
    verb: 'hold',
    args: {verb: 'removeWithData', torrents: 1, seconds: 10, ...args},
  })
  await harness.registry.retry(by, id)
  await harness.clock.advance(10_000)
  expect(harness.sent()).toEqual(Array(2).fill(`A1 removeWithData {"freeOn":["B"]}`))
})

test('a removal that is on its way cannot be taken back', async () => {
  const harness = new ActionsHarness()
  const {id} = await harness.hold([key(A, 1)], remove)
  const answers: unknown[] = []
  harness.beforeSent = () => answers.push(harness.registry.undo(by, id).catch((error: unknown) => error))
  await harness.clock.advance(10_000)
  expect(await answers[0]).toMatchObject({code: 'undo_impossible', message: 'It is not done yet.'})
  await expect(harness.registry.undo(by, id)).rejects.toMatchObject({
    message: 'It is sent; what is in the trash comes back from there.',
  })
})

test('S05, S20: data that another torrent came to need while the removal was held is kept', async () => {
  const harness = new ActionsHarness()
  const {id} = await harness.hold([key(A, 1)], removeWithData)
  harness.shared.set(keyText(key(A, 1)), [key(B, 1)])
  await harness.clock.advance(10_000)
  expect(harness.orders).toEqual([])
  const {tally} = harness.registry.get(by, id)
  expect(tally.problems[0]!.result).toMatchObject({outcome: 'refused', code: 'content_shared'})
})

test('S01: nothing is removed from a server that went while the removal was held, nor when it is back', async () => {
  const harness = new ActionsHarness()
  const {id} = await harness.hold([key(A, 1)], removeWithData)
  harness.offline.add(A)
  await harness.clock.advance(10_000)
  harness.offline.clear()
  await harness.clock.advance(3_600_000)
  expect(harness.orders).toEqual([])
  expect(harness.journal.at(-1)).toMatchObject({phase: 'confirmed', verb: 'hold'})
  expect(() => harness.registry.get(by, id)).toThrow('no such action')
})

test('S02: while the list of a server is not certain, a held removal keeps the data', async () => {
  const harness = new ActionsHarness()
  await harness.hold([key(A, 1)], removeWithData)
  harness.status = 'warming'
  await harness.clock.advance(10_000)
  expect(harness.orders).toEqual([])
})

const addedAt = Date.UTC(2026, 0, 1)
const life = {addedAt, savePath: '/d', category: 'films', tags: ['mine']}

test.each<[string, Partial<TorrentRecord>]>([
  ['left and came again', {addedAt: addedAt + 1_000}],
  ['came again to another place, or was moved', {savePath: '/elsewhere'}],
  ['is kept by a tag', {tags: ['mine', 'keep']}],
  ['is kept by a tag in capitals', {tags: ['KEEP']}],
  ['is kept by its category', {category: 'commodarr-ignore'}],
  ['has another category', {category: 'tv'}],
])('S43 S45 what %s while its removal is held stays', async (_, change) => {
  const harness = new ActionsHarness()
  harness.set(key(A, 1), life)
  harness.set(key(A, 2), life)
  const {id} = await harness.hold([key(A, 1), key(A, 2)], removeWithData)
  harness.set(key(A, 1), change)
  await harness.clock.advance(10_000)
  expect(harness.sent()).toEqual(['A2 removeWithData {}'])
  const {problems} = harness.registry.get(by, id).tally
  expect(problems).toMatchObject([{key: key(A, 1), result: {outcome: 'refused', code: 'changed_meanwhile'}}])
})

test('S45 what a user pins while its removal is held stays; what is otherwise changed goes', async () => {
  const harness = new ActionsHarness()
  harness.ignored.add('seedbox')
  for (const n of [1, 2]) harness.set(key(A, n), {...life, tags: ['keep', 'seedbox']})
  await harness.hold([key(A, 1), key(A, 2)], removeWithData)
  harness.pinned.add(keyText(key(A, 1)))
  harness.set(key(A, 2), {name: 'Other', tags: ['new', 'SEEDBOX', 'keep'], state: 'stopped'})
  await harness.clock.advance(10_000)
  expect(harness.sent()).toEqual(['A2 removeWithData {}'])
})

test('S43 what failed is not tried again on another torrent of the same hash', async () => {
  const harness = new ActionsHarness()
  for (const n of [1, 2]) {
    harness.set(key(A, n), life)
    harness.answers.set(hash(n), {outcome: 'failed', code: 'server_failed', message: 'No.'})
  }
  const {id} = await harness.act([key(A, 1), key(A, 2)], stop)
  harness.answers.clear()
  harness.set(key(A, 1), {addedAt: addedAt + 1})
  // That it is protected by now is known to who tries it again.
  harness.set(key(A, 2), {tags: ['keep']})
  const again = await harness.registry.retry(by, id)
  expect(again.tally.counts).toMatchObject({done: 1, refused: 1})
  expect(again.tally.problems[0]).toMatchObject({key: key(A, 1), result: {code: 'changed_meanwhile'}})
})

test.each<[string, (harness: ActionsHarness) => unknown, string]>([
  ['tags it keep', (harness) => harness.set(key(A, 2), {tags: ['keep']}), 'changed_meanwhile'],
  ['pins it', (harness) => harness.pinned.add(keyText(key(A, 2))), 'changed_meanwhile'],
  [
    'tags it as rules ignore it',
    (harness) => harness.set(key(A, 2), {tags: ['Seedbox ']}),
    'changed_meanwhile',
  ],
  ['has rules ignore its tag', (harness) => void harness.ignored.add('old'), 'changed_meanwhile'],
  ['gives it another category', (harness) => harness.set(key(A, 2), {category: 'mine'}), 'changed_meanwhile'],
  ['adds another one under its hash', (harness) => harness.set(key(A, 2), {addedAt: 9}), 'changed_meanwhile'],
  ['takes their rights away', (harness) => void (harness.actingNow = () => null), 'forbidden'],
])('S45 who %s while a removal at once waits for its turn is heard', async (_, change, code) => {
  for (const command of [remove, removeWithData]) {
    const harness = new ActionsHarness()
    harness.set(key(A, 2), {tags: ['old']})
    harness.ignored.add('seedbox')
    harness.beforeTurn = async () => void change(harness)
    const action = await harness.act([key(A, 2)], command)
    expect(action.tally.problems).toMatchObject([{result: {outcome: 'refused', code}}])
    expect(harness.sent()).toEqual([])
  }
})

test('S45 what is not removed is done even to what a user protects meanwhile', async () => {
  const harness = new ActionsHarness()
  harness.beforeWriteEnds = () => harness.set(key(A, 1), {tags: ['keep']})
  expect((await harness.act([key(A, 1)], stop)).tally.counts.done).toBe(1)
})

test('S43 what its server did not list when its removal was held is not removed when it comes', async () => {
  const harness = new ActionsHarness()
  const record = harness.torrents.get(keyText(key(A, 1)))!
  harness.torrents.delete(keyText(key(A, 1)))
  const {id} = await harness.hold([key(A, 1), key(A, 2)], removeWithData)
  harness.torrents.set(keyText(key(A, 1)), record)
  await harness.clock.advance(10_000)
  expect(harness.sent()).toEqual(['A2 removeWithData {}'])
  const {tally} = harness.registry.get(by, id)
  expect(tally.problems).toMatchObject([{result: {outcome: 'refused', code: 'changed_meanwhile'}}])
})

test('S43 nor when it is tried again, but its server may be asked to stop it', async () => {
  for (const [command, sent] of [
    [remove, []],
    [stop, ['A1 stop {}']],
  ] as const) {
    const harness = new ActionsHarness()
    const record = harness.torrents.get(keyText(key(A, 1)))!
    harness.torrents.delete(keyText(key(A, 1)))
    harness.offline.add(A)
    const {id} = await harness.act([key(A, 1)], command)
    harness.offline.delete(A)
    harness.torrents.set(keyText(key(A, 1)), record)
    await harness.registry.retry(by, id)
    expect(harness.sent()).toEqual(sent)
  }
})

test('S43 what was done is not undone on another torrent of the same hash', async () => {
  const harness = new ActionsHarness()
  harness.set(key(A, 1), {...life, state: 'seeding'})
  const {id} = await harness.act([key(A, 1)], stop)
  harness.set(key(A, 1), {addedAt: addedAt + 1, state: 'stopped'})
  const {undone} = await harness.registry.undo(by, id)
  expect(undone).toMatchObject({counts: {done: 0, refused: 1}})
  expect(harness.orders).toHaveLength(1)
})

test.each<[string, TorrentCommand, object]>([
  ['a move', {verb: 'setLocation', args: {path: '/b', moveData: true}}, {savePath: '/b'}],
  ['a category', {verb: 'setCategory', args: {category: 'films'}}, {category: 'films', savePath: '/films'}],
  [
    'automatic management',
    {verb: 'setAutoManaged', args: {on: true}},
    {autoManaged: true, savePath: '/auto'},
  ],
])(
  'S43 %s is undone where the same torrent is by then, and not on another one that came there',
  async (_what, command, shown) => {
    for (const isAnother of [false, true]) {
      const harness = new ActionsHarness()
      const before = {...life, savePath: '/a', category: 'x', autoManaged: false}
      harness.set(key(A, 1), before)
      const {id} = await harness.act([key(A, 1)], command)
      harness.set(key(A, 1), {...before, ...shown, ...(isAnother && {addedAt: addedAt + 1})})
      const {undone} = await harness.registry.undo(by, id)
      expect(undone).toMatchObject({counts: isAnother ? {done: 0, refused: 1} : {done: 1, refused: 0}})
      expect(harness.orders).toHaveLength(isAnother ? 1 : 2)
    }
  },
)

test('S11: a removal that got no answer is never sent a second time', async () => {
  const harness = new ActionsHarness()
  harness.answers.set(hash(1), {outcome: 'unconfirmed', code: 'server_unreachable', message: 'No answer.'})
  const {id} = await harness.hold([key(A, 1)], removeWithData)
  await harness.clock.advance(10_000)
  expect(harness.registry.get(by, id)).toMatchObject({retryable: 0, tally: {counts: {unconfirmed: 1}}})
  await expect(harness.registry.retry(by, id)).rejects.toMatchObject({code: 'retry_impossible'})
  expect(harness.orders).toHaveLength(1)
})

test('S12: a program that stops drops what is held, says so, and never sends it', async () => {
  const harness = new ActionsHarness()
  const {id} = await harness.hold([key(A, 1)], removeWithData)
  await harness.registry.close()
  await harness.clock.advance(60_000)
  expect(harness.orders).toEqual([])
  expect(harness.registry.get(by, id)).toMatchObject({
    state: 'dropped',
    undo: {possible: false},
    retryable: 0,
  })
  expect(harness.holds()).toEqual(['A intended', 'A expired'])
  expect(harness.warned).toEqual(['a held removal is dropped, because the program stops; nothing was sent'])
  await expect(harness.hold([key(A, 2)], remove)).rejects.toMatchObject({code: 'shutting_down'})
})

test('a removal that cannot be written down is not held, and never sent', async () => {
  const harness = new ActionsHarness()
  harness.journalFails = true
  await expect(harness.hold([key(A, 1)], remove)).rejects.toBe(harness.journalFault)
  harness.journalFails = false
  await harness.clock.advance(60_000)
  expect([harness.orders, harness.registry.list(by)]).toEqual([[], []])
})

test('rights that went while the removal was held count', async () => {
  const harness = new ActionsHarness()
  let mayControl = true
  const olga = someone('olga', (permission) => permission === 'read' || mayControl)
  const {id} = await harness.hold([key(A, 1)], remove, olga)
  mayControl = false
  await harness.clock.advance(10_000)
  expect(harness.orders).toEqual([])
  expect(harness.registry.get(olga, id).tally.problems[0]!.result).toMatchObject({code: 'forbidden'})
})

test('of a user whose account or key is gone nothing is sent', async () => {
  const harness = new ActionsHarness()
  const {id} = await harness.hold([key(A, 1)], remove)
  harness.actingNow = () => null
  await harness.clock.advance(10_000)
  expect(harness.orders).toEqual([])
  expect(harness.holds()).toEqual(['A intended', 'A refused'])
  expect(harness.registry.get(by, id)).toMatchObject({state: 'done', tally: {counts: {refused: 1}}})
})

test('what the user may not remove is refused at once; when there is nothing else, nothing is held', async () => {
  const harness = new ActionsHarness()
  const olga = someone('olga', (permission, id) => id === A || permission === 'read')
  const held = await harness.hold([key(A, 1), key(B, 1)], remove, olga)
  expect(held).toMatchObject({state: 'held', count: 1, tally: {counts: {refused: 1}}})
  expect(await harness.hold([key(B, 1)], remove, olga)).toMatchObject({
    state: 'done',
    tally: {problems: [{result: {code: 'forbidden'}}]},
  })
  expect(harness.holds()).toEqual(['A intended'])
})

test('one person holds fifty removals at the same time, no more', async () => {
  const harness = new ActionsHarness()
  for (let n = 0; n < 50; n++) await harness.hold([key(A, 1)], remove)
  await expect(harness.hold([key(A, 1)], remove)).rejects.toMatchObject({code: 'too_many_actions'})
  await harness.hold([key(A, 1)], remove, someone('olga'))
})

/* ───────────────────────────── undo and retry ───────────────────────────── */

test('undo puts each torrent back to how it was, and leaves alone what was so already', async () => {
  const harness = new ActionsHarness()
  harness.set(key(A, 1), {state: 'seeding', forceStart: false})
  harness.set(key(A, 2), {state: 'stopped'})
  harness.set(key(A, 3), {state: 'stalledUp', forceStart: true})
  const {id, undo} = await harness.act([key(A, 1), key(A, 2), key(A, 3)], stop)
  expect(undo).toMatchObject({possible: true, count: 2, unknown: 0, until: harness.clock.now() + 900_000})
  for (const n of [1, 2, 3]) harness.set(key(A, n), {state: 'stopped'})
  const undone = await harness.registry.undo(by, id)
  expect(harness.sent().slice(1)).toEqual(['A1 start {}', 'A3 forceStart {}'])
  expect(undone).toMatchObject({state: 'undone', undone: {counts: {done: 2}}})
  await expect(harness.registry.undo(by, id)).rejects.toMatchObject({code: 'undo_impossible'})
})

test('undo is done with the rights of who undoes in the moment in which each part of it is sent', async () => {
  const harness = new ActionsHarness()
  const asked: unknown[] = []
  harness.set(key(A, 1), {state: 'seeding'})
  harness.set(key(A, 2), {state: 'seeding'})
  const {id} = await harness.act([key(A, 1), key(A, 2)], stop)
  for (const n of [1, 2]) harness.set(key(A, n), {state: 'stopped'})
  const undoing = {...by, credentialId: 'another'}
  harness.actingNow = (who) => {
    asked.push(who)
    return null
  }
  const {undone} = await harness.registry.undo(undoing, id)
  expect(undone).toMatchObject({counts: {done: 0, refused: 2}})
  expect(undone!.problems[0]!.result).toMatchObject({code: 'forbidden'})
  expect(new Set(asked)).toEqual(new Set([undoing]))
  expect(harness.sent()).toHaveLength(1)
})

test('undo is written down like every other command, as a step of what it takes back, which then says so', async () => {
  const harness = new ActionsHarness()
  harness.set(key(A, 1), {category: 'tv'})
  const {id} = await harness.act([key(A, 1)], {verb: 'setCategory', args: {category: 'films'}})
  harness.set(key(A, 1), {category: 'films'})
  const before = harness.journal.length
  await harness.registry.undo(by, id)
  const first = harness.journal[0]!
  const lines = harness.journal.slice(before).map((it) => [it.args, it.phase, it.id === first.id, it.causeId])
  const tv = {category: 'tv'}
  expect(lines).toEqual([
    [tv, 'intended', false, first.id],
    [tv, 'sending', false, first.id],
    [tv, 'sent', false, first.id],
    [{category: 'films'}, 'undone', true, undefined],
  ])
  // What its server shows of the first one later changes nothing of that.
  harness.executor.take(harness.journal)
  harness.settle({id: first.id, key: key(A, 1), outcome: 'confirmed'})
  expect(harness.journal.findLast(({id: its}) => its === first.id)).toMatchObject({phase: 'undone'})
})

test('only what ended done is undone, and what was unknown before is said', async () => {
  const harness = new ActionsHarness()
  harness.set(key(A, 1), {downLimit: 5})
  harness.set(key(A, 2), {downLimit: undefined})
  harness.set(key(A, 3), {downLimit: 7})
  harness.answers.set(hash(3), {outcome: 'unconfirmed', code: 'x', message: ''})
  const {id, undo} = await harness.act([key(A, 1), key(A, 2), key(A, 3)], {
    verb: 'setSpeedLimits',
    args: {down: null},
  })
  expect(undo).toMatchObject({count: 1, unknown: 1})
  const before = harness.journal.length
  const {undone} = await harness.registry.undo(by, id)
  const message = 'It is not known how it was before, so it stays as it is.'
  const result = {outcome: 'refused', code: 'undo_impossible', message}
  expect(undone).toMatchObject({counts: {done: 1, refused: 1}, problems: [{key: key(A, 2), result}]})
  const {hash: of} = key(A, 2)
  const line = {
    verb: 'setSpeedLimits',
    phase: 'refused',
    serverId: A,
    hash: of,
    message: `Not undone: ${message}`,
  }
  expect(harness.journal.slice(before).filter(({phase}) => phase === 'refused')).toMatchObject([line])
  expect(harness.sent().slice(1)).toEqual(['A1 setSpeedLimits {"down":5}'])
})

test('what a user changed since stays as it is', async () => {
  const harness = new ActionsHarness()
  harness.set(key(A, 1), {category: ''})
  const {id} = await harness.act([key(A, 1)], {verb: 'setCategory', args: {category: 'tv'}})
  harness.set(key(A, 1), {category: 'films'})
  const undone = await harness.registry.undo(by, id)
  expect(harness.journal.at(-1)).toMatchObject({
    verb: 'setCategory',
    args: {category: ''},
    hash: key(A, 1).hash,
    phase: 'refused',
    message: 'Not undone: It was changed since, so it stays as it is.',
  })
  expect(harness.orders).toHaveLength(1)
  expect(undone.undone!.problems[0]!.result).toMatchObject({outcome: 'refused', code: 'changed_meanwhile'})
})

test.each([
  [
    'moved',
    {savePath: '/a'},
    {verb: 'setLocation', args: {path: '/b', moveData: true}},
    {savePath: '/b/'},
    {savePath: '/c'},
  ],
  [
    'limited',
    {downLimit: null},
    {verb: 'setSpeedLimits', args: {down: 5_000}},
    {downLimit: 5_120},
    {downLimit: 9_000},
  ],
  [
    'given a ratio',
    {ratioLimit: 1},
    {verb: 'setShareLimits', args: {ratio: 2}},
    {ratioLimit: 2},
    {ratioLimit: null},
  ],
  ['described', {comment: 'a'}, {verb: 'setComment', args: {comment: 'b'}}, {comment: 'b'}, {comment: 'c'}],
] as const)(
  'what another user has %s since stays; as the server writes it, or not shown yet, it is restored',
  async (_, before, command, after, since) => {
    const harness = new ActionsHarness()
    for (const n of [1, 2, 3]) harness.set(key(A, n), before)
    const {id} = await harness.act([key(A, 1), key(A, 2), key(A, 3)], command)
    harness.set(key(A, 1), since)
    harness.set(key(A, 2), after)
    const {undone} = await harness.registry.undo(by, id)
    expect(harness.orders.at(-1)!.hashes).toEqual([hash(2), hash(3)])
    expect(undone!.problems.map(({key: of, result}) => [of.hash, result])).toEqual([
      [hash(1), expect.objectContaining({outcome: 'refused', code: 'changed_meanwhile'})],
    ])
  },
)

test('what was seen on a server that another one replaced is neither removed, nor tried again, nor put back', async () => {
  const harness = new ActionsHarness()
  const held = await harness.hold([key(A, 1), key(B, 1)], removeWithData)
  harness.set(key(A, 2), {category: ''})
  const moved = await harness.act([key(A, 2)], {verb: 'setCategory', args: {category: 'tv'}})
  harness.set(key(A, 2), {category: 'tv'})
  harness.answers.set(hash(3), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const failed = await harness.act([key(A, 3), key(B, 3)], stop)
  expect([harness.registry.get(by, failed.id).retryable, harness.orders.length]).toEqual([2, 3])

  harness.registry.forgetServer(A)
  await harness.clock.advance(10_000)
  expect(harness.sent().slice(3)).toEqual(['B1 removeWithData {}'])
  const end = harness.registry.get(by, held.id)
  expect([end.tally.counts.done, end.tally.problems.map(({key: of}) => of)]).toEqual([1, [key(A, 1)]])
  expect(end.tally.problems[0]!.result).toMatchObject({outcome: 'refused', code: 'changed_meanwhile'})

  const {undone} = await harness.registry.undo(by, moved.id)
  expect(undone!.problems[0]!.result).toMatchObject({outcome: 'refused', code: 'changed_meanwhile'})
  expect(harness.registry.get(by, failed.id).retryable).toBe(1)
  await harness.registry.retry(by, failed.id)
  expect(harness.sent().slice(4)).toEqual(['B3 stop {}'])
})

test('a server that is replaced while a removal is written down as held is sent nothing of it', async () => {
  const house = new ActionsHarness()
  const [whole, part] = [
    house.hold([key(A, 1)], removeWithData),
    house.hold([key(A, 2), key(B, 2)], removeWithData),
  ]
  house.registry.forgetServer(A)
  const [{id, state, tally}, {id: left}] = [await whole, await part]
  expect([state, tally.problems[0]!.result]).toMatchObject(['dropped', {code: 'changed_meanwhile'}])
  expect([...house.waiting.keys()]).toEqual([left])
  await house.clock.advance(10_000)
  expect(house.sent()).toEqual(['B2 removeWithData {}'])
  expect(house.registry.get(by, id).state).toBe('dropped')
  expect(house.holds()).toContain('A expired')
})

test('two undos at the same moment are one', async () => {
  const harness = new ActionsHarness()
  harness.set(key(A, 1), {state: 'seeding'})
  const {id} = await harness.act([key(A, 1)], stop)
  harness.set(key(A, 1), {state: 'stopped'})
  const both = await Promise.allSettled([harness.registry.undo(by, id), harness.registry.undo(by, id)])
  expect(both.map(({status}) => status)).toEqual(['fulfilled', 'rejected'])
  expect(harness.orders).toHaveLength(2)
})

test('priorities of files go back to what each file had', async () => {
  const harness = new ActionsHarness()
  const file = (index: number, priority: 'skip' | 'normal' | 'high') => ({
    index,
    path: `f${index}`,
    size: 1,
    progress: 0,
    priority,
  })
  harness.files.set(keyText(key(A, 1)), [file(0, 'normal'), file(1, 'high'), file(2, 'skip')])
  const command = {verb: 'setFilePriority', args: {files: [0, 1, 2], priority: 'skip'}} as const
  const {id} = await harness.act([key(A, 1)], command)
  await harness.registry.undo(by, id)
  expect(harness.sent().slice(1)).toEqual([
    'A1 setFilePriority {"files":[0],"priority":"normal"}',
    'A1 setFilePriority {"files":[1],"priority":"high"}',
  ])
  expect((await harness.act([key(A, 2)], command)).undo).toMatchObject({possible: false, unknown: 1})
})

test('moving the data back is possible, and said to be slow', async () => {
  const harness = new ActionsHarness()
  harness.set(key(A, 1), {savePath: '/old'})
  const {undo} = await harness.act([key(A, 1)], {verb: 'setLocation', args: {path: '/new', moveData: true}})
  expect(undo).toMatchObject({possible: true, slow: true})
})

test('retry repeats the verb on what did not end done, once, as an action of its own', async () => {
  const harness = new ActionsHarness()
  harness.offline.add(B)
  harness.answers.set(hash(2), {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'})
  const {id} = await harness.act([key(A, 1), key(A, 2), key(B, 1)], stop)
  harness.offline.clear()
  harness.answers.clear()
  const again = await harness.registry.retry(by, id)
  expect(again).toMatchObject({retryOf: id, count: 2, tally: {counts: {done: 2}}})
  expect(harness.sent().slice(1)).toEqual(['A2 stop {}', 'B1 stop {}'])
  await expect(harness.registry.retry(by, id)).rejects.toMatchObject({code: 'retry_impossible'})
})

test.each(['start', 'forceStart'] as const)(
  '%s of what a link brought goes on when it is tried again and confirmed, as the page does it',
  async (verb) => {
    const harness = new ActionsHarness()
    const landedOn = [{key: key(A, 3), files: 'all'}] as const
    harness.startTouches.set(keyText(key(A, 1)), {...untouched, landedOn})
    const {id} = await harness.act([key(A, 1)], {verb, args: {}})
    expect(harness.registry.get(by, id)).toMatchObject({retryable: 1, tally: {counts: {refused: 1}}})
    const again = await harness.registry.retry(by, id, {acceptsOthers: true})
    expect(again).toMatchObject({tally: {counts: {done: 1}}})
    expect(harness.sent()).toEqual([`A1 ${verb} {"acceptsOthers":true}`])
  },
)

const intoFilms = {verb: 'setCategory', args: {category: 'films'}} as const
const onOthers = {...untouched, landedOn: [{key: key(B, 2), files: 'all'}]} as const
const inDoubt = {
  ...untouched,
  doubts: [{code: 'unmapped', serverId: B, torrent: key(B, 1), detail: ''}],
} as const

test('each torrent is confirmed what its own refusal asked for, and what was confirmed for it before', async () => {
  const harness = new ActionsHarness()
  const touch = (n: number, what: TouchedFiles) => harness.touched.set(keyText(key(A, n)), what)
  for (const n of [1, 2, 3, 4]) harness.set(key(A, n), {category: 'tv'})
  touch(1, onOthers)
  touch(2, inDoubt)
  touch(3, {...onOthers, ...inDoubt, landedOn: onOthers.landedOn})
  harness.answers.set(hash(4), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const keys = [1, 2, 3, 4].map((n) => key(A, n))
  const first = await harness.act(keys, intoFilms)
  expect(first).toMatchObject({retryable: 4, confirmable: {accepts_others: 2, accepts_doubt: 1}})
  // What the others are found to touch meanwhile is asked about again: nobody was shown it.
  touch(1, {...onOthers, ...inDoubt})
  touch(4, onOthers)
  harness.orders.length = 0
  const second = await harness.registry.retry(by, first.id, {asAsked: true})
  expect(harness.sent()).toEqual(['A2 setCategory {"category":"films","acceptsDoubt":true}'])
  expect(second).toMatchObject({retryable: 3, confirmable: {accepts_doubt: 2, accepts_others: 1}})
  expect(harness.registry.get(by, first.id)).toMatchObject({retryable: 0, confirmable: {}})
  const third = await harness.registry.retry(by, second.id, {asAsked: true})
  expect(third).toMatchObject({count: 3, confirmable: {}})
  expect(harness.sent().slice(1).toSorted()).toEqual([
    'A1,3 setCategory {"category":"films","acceptsOthers":true,"acceptsDoubt":true}',
    'A4 setCategory {"category":"films","acceptsOthers":true}',
  ])
})

test('what was confirmed for one torrent goes with its own way back alone', async () => {
  const harness = new ActionsHarness()
  for (const n of [1, 2]) harness.set(key(A, n), {category: 'tv'})
  harness.touched.set(keyText(key(A, 1)), onOthers)
  harness.touched.set(keyText(key(A, 2)), inDoubt)
  const first = await harness.act([key(A, 1), key(A, 2)], intoFilms)
  const {id} = await harness.registry.retry(by, first.id, {asAsked: true})
  harness.touched.clear()
  for (const n of [1, 2]) harness.set(key(A, n), {category: 'films'})
  await harness.registry.undo(by, id)
  expect(harness.sent()).toEqual([
    'A1 setCategory {"category":"films","acceptsOthers":true}',
    'A2 setCategory {"category":"films","acceptsDoubt":true}',
    'A1 setCategory {"category":"tv"}',
    'A2 setCategory {"acceptsDoubt":true,"category":"tv"}',
  ])
})

test('how many ask for a confirmation is counted beyond the problems that are kept in words', async () => {
  const harness = new ActionsHarness()
  harness.offline.add(A)
  const away = Array.from({length: 1_001}, (_, n) => key(A, n + 1))
  for (const n of [1, 2]) harness.touched.set(keyText(key(B, n)), n === 1 ? onOthers : inDoubt)
  const {tally, retryable, confirmable, id} = await harness.act([...away, key(B, 1), key(B, 2)], intoFilms)
  expect(tally.omitted).toBeGreaterThan(0)
  expect([retryable, confirmable]).toEqual([1_003, {accepts_others: 1, accepts_doubt: 1}])
  harness.orders.length = 0
  await harness.registry.retry(by, id, {asAsked: true})
  expect(harness.sent()).toEqual([
    'B1 setCategory {"category":"films","acceptsOthers":true}',
    'B2 setCategory {"category":"films","acceptsDoubt":true}',
  ])
})

test('a removal is never confirmed when it is tried again', async () => {
  const harness = new ActionsHarness()
  harness.offline.add(A)
  const {id} = await harness.act([key(A, 1)], remove)
  harness.offline.clear()
  await harness.registry.retry(by, id, {acceptsDoubt: true})
  expect(harness.sent()).toEqual(['A1 remove {}'])
})

test('a removal that was held waits as long when it is tried again, and can be taken back', async () => {
  const harness = new ActionsHarness()
  const {id} = await harness.hold([key(A, 1)], removeWithData)
  harness.offline.add(A)
  await harness.clock.advance(10_000)
  harness.offline.clear()
  const again = await harness.registry.retry(by, id)
  expect(again).toMatchObject({state: 'held', retryOf: id, heldUntil: harness.clock.now() + 10_000, count: 1})
  expect(again.undo).toMatchObject({possible: true, until: again.heldUntil})
  await harness.clock.advance(9_999)
  expect(harness.orders).toEqual([])
  await harness.clock.advance(1)
  expect(harness.sent()).toEqual(['A1 removeWithData {}'])
  expect(harness.holds()).toEqual(['A intended', 'A confirmed', 'A intended', 'A confirmed'])
})

test('what is tried again a second time waits again; taken back it is never sent', async () => {
  const harness = new ActionsHarness()
  harness.offline.add(A)
  const first = await harness.hold([key(A, 1)], remove)
  await harness.clock.advance(10_000)
  const second = await harness.registry.retry(by, first.id)
  await harness.clock.advance(10_000)
  harness.offline.clear()
  const third = await harness.registry.retry(by, second.id)
  expect(third.state).toBe('held')
  await harness.registry.undo(by, third.id)
  await harness.clock.advance(60_000)
  expect(harness.orders).toEqual([])
})

test('what cannot be held again can be tried again later', async () => {
  const harness = new ActionsHarness()
  harness.offline.add(A)
  const {id} = await harness.hold([key(A, 1)], remove)
  await harness.clock.advance(10_000)
  harness.journalFails = true
  await expect(harness.registry.retry(by, id)).rejects.toBe(harness.journalFault)
  harness.journalFails = false
  expect(harness.registry.get(by, id).retryable).toBe(1)
  const both = await Promise.allSettled([harness.registry.retry(by, id), harness.registry.retry(by, id)])
  expect(both.map(({status}) => status)).toEqual(['fulfilled', 'rejected'])
  expect(harness.registry.list(by).filter(({state}) => state === 'held')).toHaveLength(1)
})

test('a removal that was sent at once is sent at once again', async () => {
  const harness = new ActionsHarness()
  harness.offline.add(A)
  const {id} = await harness.act([key(A, 1)], remove)
  harness.offline.clear()
  expect(await harness.registry.retry(by, id)).toMatchObject({state: 'done', tally: {counts: {done: 1}}})
})

test('a step in the queue that got no answer is not repeated; a removal that was refused may be', async () => {
  const harness = new ActionsHarness()
  harness.answers.set(hash(1), {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'})
  expect((await harness.act([key(A, 1)], {verb: 'moveInQueue', args: {to: 'up'}})).retryable).toBe(0)
  expect((await harness.act([key(A, 1)], {verb: 'moveInQueue', args: {to: 'top'}})).retryable).toBe(1)
  harness.offline.add(A)
  expect((await harness.act([key(A, 1)], removeWithData)).retryable).toBe(1)
})

const places = [3, 1, 2]
for (const [to, order] of [
  ['top', '1,3,2'],
  ['down', '1,3,2'],
  ['up', '2,3,1'],
  ['bottom', '2,3,1'],
] as const) {
  test(`what moves ${to} in the queue is sent in the order in which its server moves it, also again`, async () => {
    const harness = new ActionsHarness()
    const keys = [A, B].flatMap((id) => [1, 2, 3].map((n) => key(id, n)))
    for (const [at, one] of keys.entries()) harness.set(one, {queuePosition: places[at % 3]!})
    const command = {verb: 'moveInQueue', args: {to}} as const
    harness.answers.set(hash(1), {outcome: 'failed', code: 'command_refused', message: 'No.'})
    harness.answers.set(hash(3), {outcome: 'failed', code: 'command_refused', message: 'No.'})
    const {id} = await harness.act(keys, command)
    const wanted = (hashes: string) =>
      [A, B].map((on) => `${on}${hashes} moveInQueue ${JSON.stringify({to})}`)
    expect(harness.sent()).toEqual(wanted(order))
    harness.orders.length = 0
    // Meanwhile 1 went before 3.
    for (const on of [A, B]) harness.set(key(on, 1), {queuePosition: 1})
    await harness.registry.retry(by, id)
    expect(harness.sent()).toEqual(wanted(to === 'up' || to === 'bottom' ? '1,3' : '3,1'))
  })
}

test('who has no place in the queue stays behind those that have, as they came', async () => {
  const harness = new ActionsHarness()
  harness.set(key(A, 1), {queuePosition: null})
  harness.set(key(A, 2), {queuePosition: 7})
  harness.set(key(A, 3), {queuePosition: undefined})
  await harness.act([key(A, 3), key(A, 1), key(A, 2)], {verb: 'moveInQueue', args: {to: 'top'}})
  expect(harness.sent()).toEqual(['A2,3,1 moveInQueue {"to":"top"}'])
})

for (const code of ['not_supported', 'bad_argument', 'torrent_not_found'] as const) {
  test(`what ended with ${code} is not tried again, what the same action left undone elsewhere is`, async () => {
    const harness = new ActionsHarness()
    harness.answers.set(hash(2), {outcome: 'refused', code, message: 'Never.'})
    const alone = await harness.act([key(A, 2)], stop)
    expect(alone.retryable).toBe(0)
    await expect(harness.registry.retry(by, alone.id)).rejects.toMatchObject({code: 'retry_impossible'})
    harness.offline.add(B)
    expect((await harness.act([key(A, 2), key(B, 1)], stop)).retryable).toBe(1)
  })
}

test('what the user may not do is not tried again', async () => {
  const harness = new ActionsHarness()
  const action = await harness.act(
    [key(A, 1)],
    stop,
    someone('vera', (permission) => permission === 'read'),
  )
  expect(action).toMatchObject({retryable: 0, tally: {counts: {refused: 1}}})
})

test('no passkey shows in an action', async () => {
  const harness = new ActionsHarness()
  const action = await harness.act([key(A, 1)], {
    verb: 'addTrackers',
    args: {tiers: [['https://t.example/passkey/announce']]},
  })
  expect(JSON.stringify(action)).not.toContain('passkey')
})

const copyTo = {verb: 'copyTo', args: {server: B, source: 'stays'}} as const

test('copies run until each has ended, say how much is there, and those that stand can be undone', async () => {
  const harness = new ActionsHarness()
  const {id} = harness.registry.copy({by, keys: [key(A, 1), key(A, 2)], command: copyTo})
  const [run] = harness.copyRuns
  for (const one of run!.keys) run!.onBegun(run!.entryId(one), 100)
  harness.bytesThere = 40
  await harness.clock.advance(5_000)
  const now = () => harness.registry.get(by, id)
  expect(now()).toMatchObject({state: 'running', progress: {ended: 0, bytesEnded: 80, bytes: 200}})
  run!.onResult({key: key(A, 1), result: {outcome: 'done'}})
  run!.onResult({key: key(A, 2), result: {outcome: 'failed', code: 'not_whole', message: 'No.'}})
  harness.endCopies()
  await expect
    .poll(now)
    .toMatchObject({state: 'done', progress: null, retryable: 1, undo: {possible: true, count: 1}})
  expect(await harness.registry.undo(by, id)).toMatchObject({state: 'undone', undone: {counts: {done: 1}}})
})

test('a move leaves nothing to undo, and what is canceled is tried again as a copy', async () => {
  const harness = new ActionsHarness()
  const command = {verb: 'moveTo', args: {server: B, source: 'trash'}} as const
  const {id} = harness.registry.copy({by, keys: [key(A, 1)], command})
  await harness.registry.cancel(by, id)
  expect(harness.cancelledCopies).toEqual([harness.copyRuns[0]!.entryId(key(A, 1))])
  harness.copyRuns[0]!.onResult({
    key: key(A, 1),
    result: {outcome: 'refused', code: 'cancelled', message: 'It was.'},
  })
  harness.endCopies()
  await expect.poll(() => harness.registry.get(by, id).state).toBe('done')
  expect(harness.registry.get(by, id).undo.possible).toBe(false)
  expect(await harness.registry.retry(by, id)).toMatchObject({verb: 'moveTo', state: 'running', retryOf: id})
  expect(harness.copyRuns).toHaveLength(2)
})

test('copies that an earlier run began are actions again under their ids, and can be canceled', async () => {
  const harness = new ActionsHarness()
  harness.resumedCopies = [{action: {id: 'a1', at: 5}, by, command: copyTo, keys: [key(A, 1)]}]
  const {promise, resolve} = Promise.withResolvers<void>()
  const followed = harness.followedCopies
  harness.untilFollowed = promise
  harness.registry.resumeCopies()
  expect(harness.registry.get(by, 'a1')).toMatchObject({state: 'running', verb: 'copyTo', at: 5, count: 1})
  await harness.registry.cancel(by, 'a1')
  expect(harness.cancelledCopies).toEqual([followed[0]!.entryId(key(A, 1))])
  followed[0]!.onResult({key: key(A, 1), result: {outcome: 'done'}})
  resolve()
  await expect.poll(() => harness.registry.get(by, 'a1').state).toBe('done')
})
