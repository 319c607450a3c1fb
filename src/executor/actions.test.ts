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
  const house = new ActionsHarness()
  house.answers.set(hash(2), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const action = await house.act([key(A, 1), key(A, 2), key(B, 1)], stop)
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
  const house = new ActionsHarness()
  const reported: unknown[] = []
  const wish = {by, keys: [key(A, 1), key(A, 1)], command: stop}
  const action = await house.registry.run(wish, (results) => void reported.push(...results))
  expect(action).toMatchObject({count: 1, tally: {counts: {done: 1}}})
  expect(reported).toHaveLength(2)
})

test('an action longer than a portion goes server by server, and tells of its progress', async () => {
  const house = new ActionsHarness()
  const keys = [A, B].flatMap((server) => Array.from({length: 10_500}, (_, n) => key(server, n + 1)))
  const record = house.torrents.get(keyText(key(A, 1)))!
  for (const one of keys) house.torrents.set(keyText(one), {...record, key: one})
  const heard: ActionView[] = []
  house.registry.listen(by, (action) => void heard.push(action))
  const action = await house.act(keys, stop)
  expect(action.tally.counts.done).toBe(21_000)
  // Each server in steps of 500.
  expect(heard.map(({state}) => state)).toEqual([...Array(1 + 2 * 21).fill('running'), 'done'])
  const ended = heard.map(({tally: {counts}}) => counts.done)
  expect(ended).toEqual(ended.toSorted((a, b) => a - b))
})

test('what is cancelled sends nothing more, ends as such where it was not sent, and can be tried again', async () => {
  const house = new ActionsHarness()
  const keys = Array.from({length: 1_200}, (_, n) => key(A, n + 1))
  const record = house.torrents.get(keyText(key(A, 1)))!
  for (const one of keys) house.torrents.set(keyText(one), {...record, key: one})
  const olga = someone('olga')
  let others: unknown
  const heard: ActionView[] = []
  const stopListening = house.registry.listen(by, (view) => {
    heard.push(view)
    // The first step of 500 is done.
    if (view.cancelled || view.tally.counts.done !== 500) return
    others = house.registry.cancel(olga, view.id).catch(({code}) => code)
    void house.registry.cancel(by, view.id)
  })
  const action = await house.act(keys, stop)
  stopListening()
  const states = heard.filter(({cancelled}) => cancelled).map(({state}) => state)
  expect(states).toEqual(['running', 'running', 'running', 'done'])
  expect(await others).toBe('action_unknown')
  expect(action).toMatchObject({state: 'done', cancelled: true, retryable: 700})
  expect(action.tally.counts).toMatchObject({done: 500, refused: 700})
  expect(action.tally.problems[0]!.result).toMatchObject({outcome: 'refused', code: 'cancelled'})
  expect(house.orders.flatMap(({hashes}) => hashes)).toHaveLength(500)
  await expect(house.registry.cancel(by, action.id)).rejects.toMatchObject({code: 'cancel_impossible'})
  const again = await house.registry.retry(by, action.id)
  expect(again.tally.counts.done).toBe(700)
})

test.each([removeWithData, stop])(
  'what is cancelled while lists are waited for is not sent: $verb',
  async (command) => {
    const house = new ActionsHarness()
    house.whileCaughtUp = () => void house.registry.cancel(by, house.registry.list(by)[0]!.id)
    const action = await house.act([key(A, 1)], command)
    expect(action.tally.problems).toMatchObject([{result: {code: 'cancelled'}}])
    expect(house.sent()).toEqual([])
  },
)

test('a held removal that is cancelled is taken back', async () => {
  const house = new ActionsHarness()
  const {id} = await house.hold([key(A, 1)], removeWithData)
  expect(await house.registry.cancel(by, id)).toMatchObject({state: 'undone'})
  await house.clock.advance(60_000)
  expect(house.sent()).toEqual([])
})

test('actions of others do not exist, for administrators neither', async () => {
  const house = new ActionsHarness()
  const {id} = await house.act([key(A, 1)], stop, someone('olga'))
  expect(house.registry.list(by)).toEqual([])
  expect(house.registry.list(someone('olga'))).toHaveLength(1)
  for (const ask of [() => house.registry.get(by, id), () => house.registry.get(by, 'x')]) {
    expect(ask).toThrow(expect.objectContaining({code: 'action_unknown'}))
  }
  await expect(house.registry.undo(by, id)).rejects.toMatchObject({code: 'action_unknown'})
  await expect(house.registry.retry(by, id)).rejects.toMatchObject({code: 'action_unknown'})
})

test('two keys of one name are two owners; another name of a person or a key changes nothing', async () => {
  const house = new ActionsHarness()
  const olga = someone('olga')
  const key1 = {...olga, actor: {...olga.actor, origin: 'api', name: 'olga (key arr)'}} as const
  const [one, other] = ['k1', 'k2'].map((id) => ({...key1, via: 'api_key', credentialId: id}) as const)
  const held = await Promise.all([olga, one!, other!].map((who) => house.hold([key(A, 1)], remove, who)))
  const seen = (who: Requester) => house.registry.list(who).map(({id}) => id)
  const renamed = <W extends Requester>(who: W): W => ({...who, actor: {...who.actor, name: 'new'}})
  for (const [at, who] of [olga, one!, other!].entries()) {
    expect([seen(who), seen(renamed(who))]).toEqual([[held[at]!.id], [held[at]!.id]])
  }
  expect(await house.registry.undo(renamed(one!), held[1]!.id)).toMatchObject({state: 'undone'})
  await expect(house.registry.undo(renamed(one!), held[2]!.id)).rejects.toMatchObject({
    code: 'action_unknown',
  })
})

test('who listens hears of his own actions alone, until he has heard enough', async () => {
  const house = new ActionsHarness()
  const heard: string[] = []
  const end = house.registry.listen(someone('olga'), ({verb, state}) => void heard.push(`${verb} ${state}`))
  await house.act([key(A, 1)], stop, someone('paul'))
  await house.act([key(A, 1)], stop, someone('olga'))
  end()
  await house.act([key(A, 1)], stop, someone('olga'))
  expect(heard).toEqual(['stop running', 'stop done'])
})

test('an action is forgotten a quarter of an hour after its end; of one person a hundred are kept', async () => {
  const house = new ActionsHarness()
  for (let n = 0; n < 103; n++) await house.act([key(A, 1)], stop)
  expect(house.registry.list(by)).toHaveLength(100)
  await house.clock.advance(15 * 60_000)
  expect(house.registry.list(by)).toEqual([])
})

/* ───────────────────────────── held removals ───────────────────────────── */

test('a held removal is sent when its time is up, whoever still looks', async () => {
  const house = new ActionsHarness()
  const held = await house.hold([key(A, 1), key(B, 1)], removeWithData)
  expect(held).toMatchObject({state: 'held', heldUntil: house.clock.now() + 10_000, count: 2})
  await house.clock.advance(9_999)
  expect(house.orders).toEqual([])
  await house.clock.advance(1)
  expect(house.sent()).toEqual(['A1 removeWithData {}', 'B1 removeWithData {}'])
  expect(house.registry.get(by, held.id)).toMatchObject({state: 'done', tally: {counts: {done: 2}}})
  expect(house.holds()).toEqual(['A intended', 'B intended', 'A confirmed', 'B confirmed'])
  expect(house.journal[0]).toMatchObject({subject: 'torrent', hash: hash(1), name: 'A1'})
})

test('torrents say that their removal waits, and until when, as long as it does and no longer', async () => {
  const house = new ActionsHarness()
  const [sent, back, gone] = [
    await house.hold([key(A, 1), key(B, 1)], remove),
    await house.hold([key(A, 2)], remove),
    await house.hold([key(B, 2)], remove),
  ]
  const at = new Date(house.clock.now() + 10_000).toISOString()
  const why = `It is removed at ${at}, unless that is taken back before.`
  expect(house.waiting.get(sent.id)).toEqual([keyText(key(A, 1)), keyText(key(B, 1)), why])
  await house.registry.undo(by, back.id)
  house.registry.forgetServer(B)
  expect([...house.waiting.keys()]).toEqual([sent.id])
  expect(house.registry.get(by, gone.id).state).toBe('dropped')
  await house.clock.advance(10_000)
  expect(house.waiting.size).toBe(0)
})

test('what he may not remove does not say that it waits', async () => {
  const house = new ActionsHarness()
  const olga = someone('olga', (permission, id) => permission === 'read' || id === A)
  const {id} = await house.hold([key(A, 1), key(B, 1)], remove, olga)
  expect(house.waiting.get(id)).toEqual([keyText(key(A, 1)), expect.any(String)])
})

test('a removal that was taken back in time is never sent', async () => {
  const house = new ActionsHarness()
  const {id} = await house.hold([key(A, 1)], removeWithData)
  await house.clock.advance(9_999)
  expect(await house.registry.undo(by, id)).toMatchObject({state: 'undone', undo: {possible: false}})
  await house.clock.advance(60_000)
  expect(house.orders).toEqual([])
  expect(house.holds()).toEqual(['A intended', 'A expired'])
  await expect(house.registry.undo(by, id)).rejects.toMatchObject({code: 'undo_impossible'})
})

test('what shall become of what is removed goes the whole way: seen, written down, ordered, tried again', async () => {
  const house = new ActionsHarness()
  house.answers.set(hash(1), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const args = {freeOn: ['B']}
  const {id} = await house.hold([key(A, 1)], {verb: 'removeWithData', args})
  expect(house.registry.get(by, id)).toMatchObject({verb: 'removeWithData', args})
  await house.clock.advance(10_000)
  expect(house.journal[0]).toMatchObject({
    verb: 'hold',
    args: {verb: 'removeWithData', torrents: 1, seconds: 10, ...args},
  })
  await house.registry.retry(by, id)
  await house.clock.advance(10_000)
  expect(house.sent()).toEqual(Array(2).fill(`A1 removeWithData {"freeOn":["B"]}`))
})

test('a removal that is on its way cannot be taken back', async () => {
  const house = new ActionsHarness()
  const {id} = await house.hold([key(A, 1)], remove)
  const answers: unknown[] = []
  house.beforeSent = () => answers.push(house.registry.undo(by, id).catch((error: unknown) => error))
  await house.clock.advance(10_000)
  expect(await answers[0]).toMatchObject({code: 'undo_impossible', message: 'It is not done yet.'})
  await expect(house.registry.undo(by, id)).rejects.toMatchObject({
    message: 'It is sent; what is in the trash comes back from there.',
  })
})

test('S05, S20: data that another torrent came to need while the removal was held is kept', async () => {
  const house = new ActionsHarness()
  const {id} = await house.hold([key(A, 1)], removeWithData)
  house.shared.set(keyText(key(A, 1)), [key(B, 1)])
  await house.clock.advance(10_000)
  expect(house.orders).toEqual([])
  const {tally} = house.registry.get(by, id)
  expect(tally.problems[0]!.result).toMatchObject({outcome: 'refused', code: 'content_shared'})
})

test('S01: nothing is removed from a server that went while the removal was held, nor when it is back', async () => {
  const house = new ActionsHarness()
  const {id} = await house.hold([key(A, 1)], removeWithData)
  house.offline.add(A)
  await house.clock.advance(10_000)
  house.offline.clear()
  await house.clock.advance(3_600_000)
  expect(house.orders).toEqual([])
  expect(house.journal.at(-1)).toMatchObject({phase: 'confirmed', verb: 'hold'})
  expect(() => house.registry.get(by, id)).toThrow('no such action')
})

test('S02: while the list of a server is not certain, a held removal keeps the data', async () => {
  const house = new ActionsHarness()
  await house.hold([key(A, 1)], removeWithData)
  house.status = 'warming'
  await house.clock.advance(10_000)
  expect(house.orders).toEqual([])
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
  const house = new ActionsHarness()
  house.set(key(A, 1), life)
  house.set(key(A, 2), life)
  const {id} = await house.hold([key(A, 1), key(A, 2)], removeWithData)
  house.set(key(A, 1), change)
  await house.clock.advance(10_000)
  expect(house.sent()).toEqual(['A2 removeWithData {}'])
  const {problems} = house.registry.get(by, id).tally
  expect(problems).toMatchObject([{key: key(A, 1), result: {outcome: 'refused', code: 'changed_meanwhile'}}])
})

test('S45 what somebody pins while its removal is held stays; what is otherwise changed goes', async () => {
  const house = new ActionsHarness()
  house.ignored.add('seedbox')
  for (const n of [1, 2]) house.set(key(A, n), {...life, tags: ['keep', 'seedbox']})
  await house.hold([key(A, 1), key(A, 2)], removeWithData)
  house.pinned.add(keyText(key(A, 1)))
  house.set(key(A, 2), {name: 'Other', tags: ['new', 'SEEDBOX', 'keep'], state: 'stopped'})
  await house.clock.advance(10_000)
  expect(house.sent()).toEqual(['A2 removeWithData {}'])
})

test('S43 what failed is not tried again on another torrent of the same hash', async () => {
  const house = new ActionsHarness()
  for (const n of [1, 2]) {
    house.set(key(A, n), life)
    house.answers.set(hash(n), {outcome: 'failed', code: 'server_failed', message: 'No.'})
  }
  const {id} = await house.act([key(A, 1), key(A, 2)], stop)
  house.answers.clear()
  house.set(key(A, 1), {addedAt: addedAt + 1})
  // That it is protected by now is known to who tries it again.
  house.set(key(A, 2), {tags: ['keep']})
  const again = await house.registry.retry(by, id)
  expect(again.tally.counts).toMatchObject({done: 1, refused: 1})
  expect(again.tally.problems[0]).toMatchObject({key: key(A, 1), result: {code: 'changed_meanwhile'}})
})

test.each<[string, (house: ActionsHarness) => unknown, string]>([
  ['tags it keep', (house) => house.set(key(A, 2), {tags: ['keep']}), 'changed_meanwhile'],
  ['pins it', (house) => house.pinned.add(keyText(key(A, 2))), 'changed_meanwhile'],
  ['tags it as rules ignore it', (house) => house.set(key(A, 2), {tags: ['Seedbox ']}), 'changed_meanwhile'],
  ['has rules ignore its tag', (house) => void house.ignored.add('old'), 'changed_meanwhile'],
  ['gives it another category', (house) => house.set(key(A, 2), {category: 'mine'}), 'changed_meanwhile'],
  ['adds another one under its hash', (house) => house.set(key(A, 2), {addedAt: 9}), 'changed_meanwhile'],
  ['takes his rights away', (house) => void (house.actingNow = () => null), 'forbidden'],
])('S45 who %s while a removal at once waits for its turn is heard', async (_, change, code) => {
  for (const command of [remove, removeWithData]) {
    const house = new ActionsHarness()
    house.set(key(A, 2), {tags: ['old']})
    house.ignored.add('seedbox')
    house.beforeTurn = async () => void change(house)
    const action = await house.act([key(A, 2)], command)
    expect(action.tally.problems).toMatchObject([{result: {outcome: 'refused', code}}])
    expect(house.sent()).toEqual([])
  }
})

test('S45 what is not removed is done anyway to what somebody protects meanwhile', async () => {
  const house = new ActionsHarness()
  house.beforeWriteEnds = () => house.set(key(A, 1), {tags: ['keep']})
  expect((await house.act([key(A, 1)], stop)).tally.counts.done).toBe(1)
})

test('S43 what its server did not tell of when its removal was held is not removed when it comes', async () => {
  const house = new ActionsHarness()
  const record = house.torrents.get(keyText(key(A, 1)))!
  house.torrents.delete(keyText(key(A, 1)))
  const {id} = await house.hold([key(A, 1), key(A, 2)], removeWithData)
  house.torrents.set(keyText(key(A, 1)), record)
  await house.clock.advance(10_000)
  expect(house.sent()).toEqual(['A2 removeWithData {}'])
  const {tally} = house.registry.get(by, id)
  expect(tally.problems).toMatchObject([{result: {outcome: 'refused', code: 'changed_meanwhile'}}])
})

test('S43 nor when it is tried again, but its server may be asked to stop it', async () => {
  for (const [command, sent] of [
    [remove, []],
    [stop, ['A1 stop {}']],
  ] as const) {
    const house = new ActionsHarness()
    const record = house.torrents.get(keyText(key(A, 1)))!
    house.torrents.delete(keyText(key(A, 1)))
    house.offline.add(A)
    const {id} = await house.act([key(A, 1)], command)
    house.offline.delete(A)
    house.torrents.set(keyText(key(A, 1)), record)
    await house.registry.retry(by, id)
    expect(house.sent()).toEqual(sent)
  }
})

test('S43 what was done is not undone on another torrent of the same hash', async () => {
  const house = new ActionsHarness()
  house.set(key(A, 1), {...life, state: 'seeding'})
  const {id} = await house.act([key(A, 1)], stop)
  house.set(key(A, 1), {addedAt: addedAt + 1, state: 'stopped'})
  const {undone} = await house.registry.undo(by, id)
  expect(undone).toMatchObject({counts: {done: 0, refused: 1}})
  expect(house.orders).toHaveLength(1)
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
      const house = new ActionsHarness()
      const before = {...life, savePath: '/a', category: 'x', autoManaged: false}
      house.set(key(A, 1), before)
      const {id} = await house.act([key(A, 1)], command)
      house.set(key(A, 1), {...before, ...shown, ...(isAnother && {addedAt: addedAt + 1})})
      const {undone} = await house.registry.undo(by, id)
      expect(undone).toMatchObject({counts: isAnother ? {done: 0, refused: 1} : {done: 1, refused: 0}})
      expect(house.orders).toHaveLength(isAnother ? 1 : 2)
    }
  },
)

test('S11: a removal that got no answer is never sent a second time', async () => {
  const house = new ActionsHarness()
  house.answers.set(hash(1), {outcome: 'unconfirmed', code: 'server_unreachable', message: 'No answer.'})
  const {id} = await house.hold([key(A, 1)], removeWithData)
  await house.clock.advance(10_000)
  expect(house.registry.get(by, id)).toMatchObject({retryable: 0, tally: {counts: {unconfirmed: 1}}})
  await expect(house.registry.retry(by, id)).rejects.toMatchObject({code: 'retry_impossible'})
  expect(house.orders).toHaveLength(1)
})

test('S12: a program that stops drops what is held, says so, and never sends it', async () => {
  const house = new ActionsHarness()
  const {id} = await house.hold([key(A, 1)], removeWithData)
  await house.registry.close()
  await house.clock.advance(60_000)
  expect(house.orders).toEqual([])
  expect(house.registry.get(by, id)).toMatchObject({state: 'dropped', undo: {possible: false}, retryable: 0})
  expect(house.holds()).toEqual(['A intended', 'A expired'])
  expect(house.warned).toEqual(['a held removal is dropped, because the program stops; nothing was sent'])
  await expect(house.hold([key(A, 2)], remove)).rejects.toMatchObject({code: 'shutting_down'})
})

test('a removal that cannot be written down is not held, and never sent', async () => {
  const house = new ActionsHarness()
  house.journalFails = true
  await expect(house.hold([key(A, 1)], remove)).rejects.toBe(house.journalFault)
  house.journalFails = false
  await house.clock.advance(60_000)
  expect([house.orders, house.registry.list(by)]).toEqual([[], []])
})

test('rights that went while the removal was held count', async () => {
  const house = new ActionsHarness()
  let mayControl = true
  const olga = someone('olga', (permission) => permission === 'read' || mayControl)
  const {id} = await house.hold([key(A, 1)], remove, olga)
  mayControl = false
  await house.clock.advance(10_000)
  expect(house.orders).toEqual([])
  expect(house.registry.get(olga, id).tally.problems[0]!.result).toMatchObject({code: 'forbidden'})
})

test('of somebody whose account or key is gone nothing is sent', async () => {
  const house = new ActionsHarness()
  const {id} = await house.hold([key(A, 1)], remove)
  house.actingNow = () => null
  await house.clock.advance(10_000)
  expect(house.orders).toEqual([])
  expect(house.holds()).toEqual(['A intended', 'A refused'])
  expect(house.registry.get(by, id)).toMatchObject({state: 'done', tally: {counts: {refused: 1}}})
})

test('what he may not remove is refused at once; when there is nothing else, nothing is held', async () => {
  const house = new ActionsHarness()
  const olga = someone('olga', (permission, id) => id === A || permission === 'read')
  const held = await house.hold([key(A, 1), key(B, 1)], remove, olga)
  expect(held).toMatchObject({state: 'held', count: 1, tally: {counts: {refused: 1}}})
  expect(await house.hold([key(B, 1)], remove, olga)).toMatchObject({
    state: 'done',
    tally: {problems: [{result: {code: 'forbidden'}}]},
  })
  expect(house.holds()).toEqual(['A intended'])
})

test('one person holds fifty removals at the same time, no more', async () => {
  const house = new ActionsHarness()
  for (let n = 0; n < 50; n++) await house.hold([key(A, 1)], remove)
  await expect(house.hold([key(A, 1)], remove)).rejects.toMatchObject({code: 'too_many_actions'})
  await house.hold([key(A, 1)], remove, someone('olga'))
})

/* ───────────────────────────── undo and retry ───────────────────────────── */

test('undo puts each torrent back to how it was, and leaves alone what was so already', async () => {
  const house = new ActionsHarness()
  house.set(key(A, 1), {state: 'seeding', forceStart: false})
  house.set(key(A, 2), {state: 'stopped'})
  house.set(key(A, 3), {state: 'stalledUp', forceStart: true})
  const {id, undo} = await house.act([key(A, 1), key(A, 2), key(A, 3)], stop)
  expect(undo).toMatchObject({possible: true, count: 2, unknown: 0, until: house.clock.now() + 900_000})
  for (const n of [1, 2, 3]) house.set(key(A, n), {state: 'stopped'})
  const undone = await house.registry.undo(by, id)
  expect(house.sent().slice(1)).toEqual(['A1 start {}', 'A3 forceStart {}'])
  expect(undone).toMatchObject({state: 'undone', undone: {counts: {done: 2}}})
  await expect(house.registry.undo(by, id)).rejects.toMatchObject({code: 'undo_impossible'})
})

test('undo is done with the rights of who undoes in the moment in which each part of it is sent', async () => {
  const house = new ActionsHarness()
  const asked: unknown[] = []
  house.set(key(A, 1), {state: 'seeding'})
  house.set(key(A, 2), {state: 'seeding'})
  const {id} = await house.act([key(A, 1), key(A, 2)], stop)
  for (const n of [1, 2]) house.set(key(A, n), {state: 'stopped'})
  const undoing = {...by, credentialId: 'another'}
  house.actingNow = (who) => {
    asked.push(who)
    return null
  }
  const {undone} = await house.registry.undo(undoing, id)
  expect(undone).toMatchObject({counts: {done: 0, refused: 2}})
  expect(undone!.problems[0]!.result).toMatchObject({code: 'forbidden'})
  expect(new Set(asked)).toEqual(new Set([undoing]))
  expect(house.sent()).toHaveLength(1)
})

test('undo is written down like every other command, as a step of what it takes back, which then says so', async () => {
  const house = new ActionsHarness()
  house.set(key(A, 1), {category: 'tv'})
  const {id} = await house.act([key(A, 1)], {verb: 'setCategory', args: {category: 'films'}})
  house.set(key(A, 1), {category: 'films'})
  const before = house.journal.length
  await house.registry.undo(by, id)
  const first = house.journal[0]!
  const lines = house.journal.slice(before).map((it) => [it.args, it.phase, it.id === first.id, it.causeId])
  const tv = {category: 'tv'}
  expect(lines).toEqual([
    [tv, 'intended', false, first.id],
    [tv, 'sending', false, first.id],
    [tv, 'sent', false, first.id],
    [{category: 'films'}, 'undone', true, undefined],
  ])
  // What its server shows of the first one later changes nothing of that.
  house.executor.take(house.journal)
  house.settle({id: first.id, key: key(A, 1), outcome: 'confirmed'})
  expect(house.journal.findLast(({id: its}) => its === first.id)).toMatchObject({phase: 'undone'})
})

test('only what ended done is undone, and what nobody knew before is said', async () => {
  const house = new ActionsHarness()
  house.set(key(A, 1), {downLimit: 5})
  house.set(key(A, 2), {downLimit: undefined})
  house.set(key(A, 3), {downLimit: 7})
  house.answers.set(hash(3), {outcome: 'unconfirmed', code: 'x', message: ''})
  const {id, undo} = await house.act([key(A, 1), key(A, 2), key(A, 3)], {
    verb: 'setSpeedLimits',
    args: {down: null},
  })
  expect(undo).toMatchObject({count: 1, unknown: 1})
  const before = house.journal.length
  const {undone} = await house.registry.undo(by, id)
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
  expect(house.journal.slice(before).filter(({phase}) => phase === 'refused')).toMatchObject([line])
  expect(house.sent().slice(1)).toEqual(['A1 setSpeedLimits {"down":5}'])
})

test('what somebody changed since stays as it is', async () => {
  const house = new ActionsHarness()
  house.set(key(A, 1), {category: ''})
  const {id} = await house.act([key(A, 1)], {verb: 'setCategory', args: {category: 'tv'}})
  house.set(key(A, 1), {category: 'films'})
  const undone = await house.registry.undo(by, id)
  expect(house.journal.at(-1)).toMatchObject({
    verb: 'setCategory',
    args: {category: ''},
    hash: key(A, 1).hash,
    phase: 'refused',
    message: 'Not undone: It was changed since, so it stays as it is.',
  })
  expect(house.orders).toHaveLength(1)
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
  'what somebody else has %s since stays; as the server writes it, or not shown yet, it is put back',
  async (_, before, command, after, since) => {
    const house = new ActionsHarness()
    for (const n of [1, 2, 3]) house.set(key(A, n), before)
    const {id} = await house.act([key(A, 1), key(A, 2), key(A, 3)], command)
    house.set(key(A, 1), since)
    house.set(key(A, 2), after)
    const {undone} = await house.registry.undo(by, id)
    expect(house.orders.at(-1)!.hashes).toEqual([hash(2), hash(3)])
    expect(undone!.problems.map(({key: of, result}) => [of.hash, result])).toEqual([
      [hash(1), expect.objectContaining({outcome: 'refused', code: 'changed_meanwhile'})],
    ])
  },
)

test('what was seen on a server that another one replaced is neither removed, nor tried again, nor put back', async () => {
  const house = new ActionsHarness()
  const held = await house.hold([key(A, 1), key(B, 1)], removeWithData)
  house.set(key(A, 2), {category: ''})
  const moved = await house.act([key(A, 2)], {verb: 'setCategory', args: {category: 'tv'}})
  house.set(key(A, 2), {category: 'tv'})
  house.answers.set(hash(3), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const failed = await house.act([key(A, 3), key(B, 3)], stop)
  expect([house.registry.get(by, failed.id).retryable, house.orders.length]).toEqual([2, 3])

  house.registry.forgetServer(A)
  await house.clock.advance(10_000)
  expect(house.sent().slice(3)).toEqual(['B1 removeWithData {}'])
  const end = house.registry.get(by, held.id)
  expect([end.tally.counts.done, end.tally.problems.map(({key: of}) => of)]).toEqual([1, [key(A, 1)]])
  expect(end.tally.problems[0]!.result).toMatchObject({outcome: 'refused', code: 'changed_meanwhile'})

  const {undone} = await house.registry.undo(by, moved.id)
  expect(undone!.problems[0]!.result).toMatchObject({outcome: 'refused', code: 'changed_meanwhile'})
  expect(house.registry.get(by, failed.id).retryable).toBe(1)
  await house.registry.retry(by, failed.id)
  expect(house.sent().slice(4)).toEqual(['B3 stop {}'])
})

test('a server that is replaced while a removal is written down as held is sent nothing of it', async () => {
  const house = new ActionsHarness()
  const [whole, part] = [
    house.hold([key(A, 1)], removeWithData),
    house.hold([key(A, 2), key(B, 2)], removeWithData),
  ]
  house.book.forgetServer(A)
  const [{id, state, tally}, {id: left}] = [await whole, await part]
  expect([state, tally.problems[0]!.result]).toMatchObject(['dropped', {code: 'changed_meanwhile'}])
  expect([...house.waiting.keys()]).toEqual([left])
  await house.clock.advance(10_000)
  expect(house.sent()).toEqual(['B2 removeWithData {}'])
  expect(house.book.get(by, id).state).toBe('dropped')
  expect(house.holds()).toContain('A expired')
})

test('two undos at the same moment are one', async () => {
  const house = new ActionsHarness()
  house.set(key(A, 1), {state: 'seeding'})
  const {id} = await house.act([key(A, 1)], stop)
  house.set(key(A, 1), {state: 'stopped'})
  const both = await Promise.allSettled([house.registry.undo(by, id), house.registry.undo(by, id)])
  expect(both.map(({status}) => status)).toEqual(['fulfilled', 'rejected'])
  expect(house.orders).toHaveLength(2)
})

test('priorities of files go back to what each file had', async () => {
  const house = new ActionsHarness()
  const file = (index: number, priority: 'skip' | 'normal' | 'high') => ({
    index,
    path: `f${index}`,
    size: 1,
    progress: 0,
    priority,
  })
  house.files.set(keyText(key(A, 1)), [file(0, 'normal'), file(1, 'high'), file(2, 'skip')])
  const command = {verb: 'setFilePriority', args: {files: [0, 1, 2], priority: 'skip'}} as const
  const {id} = await house.act([key(A, 1)], command)
  await house.registry.undo(by, id)
  expect(house.sent().slice(1)).toEqual([
    'A1 setFilePriority {"files":[0],"priority":"normal"}',
    'A1 setFilePriority {"files":[1],"priority":"high"}',
  ])
  expect((await house.act([key(A, 2)], command)).undo).toMatchObject({possible: false, unknown: 1})
})

test('moving the data back is possible, and said to be slow', async () => {
  const house = new ActionsHarness()
  house.set(key(A, 1), {savePath: '/old'})
  const {undo} = await house.act([key(A, 1)], {verb: 'setLocation', args: {path: '/new', moveData: true}})
  expect(undo).toMatchObject({possible: true, slow: true})
})

test('retry repeats the verb on what did not end done, once, as an action of its own', async () => {
  const house = new ActionsHarness()
  house.offline.add(B)
  house.answers.set(hash(2), {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'})
  const {id} = await house.act([key(A, 1), key(A, 2), key(B, 1)], stop)
  house.offline.clear()
  house.answers.clear()
  const again = await house.registry.retry(by, id)
  expect(again).toMatchObject({retryOf: id, count: 2, tally: {counts: {done: 2}}})
  expect(house.sent().slice(1)).toEqual(['A2 stop {}', 'B1 stop {}'])
  await expect(house.registry.retry(by, id)).rejects.toMatchObject({code: 'retry_impossible'})
})

test.each(['start', 'forceStart'] as const)(
  '%s of what a link brought goes on when it is tried again and confirmed, as the page does it',
  async (verb) => {
    const house = new ActionsHarness()
    const landedOn = [{key: key(A, 3), files: 'all'}] as const
    house.startTouches.set(keyText(key(A, 1)), {...untouched, landedOn})
    const {id} = await house.act([key(A, 1)], {verb, args: {}})
    expect(house.registry.get(by, id)).toMatchObject({retryable: 1, tally: {counts: {refused: 1}}})
    const again = await house.registry.retry(by, id, {acceptsOthers: true})
    expect(again).toMatchObject({tally: {counts: {done: 1}}})
    expect(house.sent()).toEqual([`A1 ${verb} {"acceptsOthers":true}`])
  },
)

const intoFilms = {verb: 'setCategory', args: {category: 'films'}} as const
const onOthers = {...untouched, landedOn: [{key: key(B, 2), files: 'all'}]} as const
const inDoubt = {
  ...untouched,
  doubts: [{code: 'unmapped', serverId: B, torrent: key(B, 1), detail: ''}],
} as const

test('each torrent is confirmed what its own refusal asked for, and what was confirmed for it before', async () => {
  const house = new ActionsHarness()
  const touch = (n: number, what: TouchedFiles) => house.touched.set(keyText(key(A, n)), what)
  for (const n of [1, 2, 3, 4]) house.set(key(A, n), {category: 'tv'})
  touch(1, onOthers)
  touch(2, inDoubt)
  touch(3, {...onOthers, ...inDoubt, landedOn: onOthers.landedOn})
  house.answers.set(hash(4), {outcome: 'failed', code: 'command_refused', message: 'No.'})
  const keys = [1, 2, 3, 4].map((n) => key(A, n))
  const first = await house.act(keys, intoFilms)
  expect(first).toMatchObject({retryable: 4, confirmable: {accepts_others: 2, accepts_doubt: 1}})
  // What the others are found to touch meanwhile is asked about again: nobody was shown it.
  touch(1, {...onOthers, ...inDoubt})
  touch(4, onOthers)
  house.orders.length = 0
  const second = await house.registry.retry(by, first.id, {asAsked: true})
  expect(house.sent()).toEqual(['A2 setCategory {"category":"films","acceptsDoubt":true}'])
  expect(second).toMatchObject({retryable: 3, confirmable: {accepts_doubt: 2, accepts_others: 1}})
  expect(house.registry.get(by, first.id)).toMatchObject({retryable: 0, confirmable: {}})
  const third = await house.registry.retry(by, second.id, {asAsked: true})
  expect(third).toMatchObject({count: 3, confirmable: {}})
  expect(house.sent().slice(1).toSorted()).toEqual([
    'A1,3 setCategory {"category":"films","acceptsOthers":true,"acceptsDoubt":true}',
    'A4 setCategory {"category":"films","acceptsOthers":true}',
  ])
})

test('what was confirmed for one torrent goes with its own way back alone', async () => {
  const house = new ActionsHarness()
  for (const n of [1, 2]) house.set(key(A, n), {category: 'tv'})
  house.touched.set(keyText(key(A, 1)), onOthers)
  house.touched.set(keyText(key(A, 2)), inDoubt)
  const first = await house.act([key(A, 1), key(A, 2)], intoFilms)
  const {id} = await house.registry.retry(by, first.id, {asAsked: true})
  house.touched.clear()
  for (const n of [1, 2]) house.set(key(A, n), {category: 'films'})
  await house.registry.undo(by, id)
  expect(house.sent()).toEqual([
    'A1 setCategory {"category":"films","acceptsOthers":true}',
    'A2 setCategory {"category":"films","acceptsDoubt":true}',
    'A1 setCategory {"category":"tv"}',
    'A2 setCategory {"acceptsDoubt":true,"category":"tv"}',
  ])
})

test('how many ask for a confirmation is counted beyond the problems that are kept in words', async () => {
  const house = new ActionsHarness()
  house.offline.add(A)
  const away = Array.from({length: 1_001}, (_, n) => key(A, n + 1))
  for (const n of [1, 2]) house.touched.set(keyText(key(B, n)), n === 1 ? onOthers : inDoubt)
  const {tally, retryable, confirmable, id} = await house.act([...away, key(B, 1), key(B, 2)], intoFilms)
  expect(tally.omitted).toBeGreaterThan(0)
  expect([retryable, confirmable]).toEqual([1_003, {accepts_others: 1, accepts_doubt: 1}])
  house.orders.length = 0
  await house.registry.retry(by, id, {asAsked: true})
  expect(house.sent()).toEqual([
    'B1 setCategory {"category":"films","acceptsOthers":true}',
    'B2 setCategory {"category":"films","acceptsDoubt":true}',
  ])
})

test('a removal is never confirmed when it is tried again', async () => {
  const house = new ActionsHarness()
  house.offline.add(A)
  const {id} = await house.act([key(A, 1)], remove)
  house.offline.clear()
  await house.registry.retry(by, id, {acceptsDoubt: true})
  expect(house.sent()).toEqual(['A1 remove {}'])
})

test('a removal that was held waits as long when it is tried again, and can be taken back', async () => {
  const house = new ActionsHarness()
  const {id} = await house.hold([key(A, 1)], removeWithData)
  house.offline.add(A)
  await house.clock.advance(10_000)
  house.offline.clear()
  const again = await house.registry.retry(by, id)
  expect(again).toMatchObject({state: 'held', retryOf: id, heldUntil: house.clock.now() + 10_000, count: 1})
  expect(again.undo).toMatchObject({possible: true, until: again.heldUntil})
  await house.clock.advance(9_999)
  expect(house.orders).toEqual([])
  await house.clock.advance(1)
  expect(house.sent()).toEqual(['A1 removeWithData {}'])
  expect(house.holds()).toEqual(['A intended', 'A confirmed', 'A intended', 'A confirmed'])
})

test('what is tried again a second time waits again; taken back it is never sent', async () => {
  const house = new ActionsHarness()
  house.offline.add(A)
  const first = await house.hold([key(A, 1)], remove)
  await house.clock.advance(10_000)
  const second = await house.registry.retry(by, first.id)
  await house.clock.advance(10_000)
  house.offline.clear()
  const third = await house.registry.retry(by, second.id)
  expect(third.state).toBe('held')
  await house.registry.undo(by, third.id)
  await house.clock.advance(60_000)
  expect(house.orders).toEqual([])
})

test('what cannot be held again can be tried again later', async () => {
  const house = new ActionsHarness()
  house.offline.add(A)
  const {id} = await house.hold([key(A, 1)], remove)
  await house.clock.advance(10_000)
  house.journalFails = true
  await expect(house.registry.retry(by, id)).rejects.toBe(house.journalFault)
  house.journalFails = false
  expect(house.registry.get(by, id).retryable).toBe(1)
  const both = await Promise.allSettled([house.registry.retry(by, id), house.registry.retry(by, id)])
  expect(both.map(({status}) => status)).toEqual(['fulfilled', 'rejected'])
  expect(house.registry.list(by).filter(({state}) => state === 'held')).toHaveLength(1)
})

test('a removal that was sent at once is sent at once again', async () => {
  const house = new ActionsHarness()
  house.offline.add(A)
  const {id} = await house.act([key(A, 1)], remove)
  house.offline.clear()
  expect(await house.registry.retry(by, id)).toMatchObject({state: 'done', tally: {counts: {done: 1}}})
})

test('a step in the queue that got no answer is not repeated; a removal that was refused may be', async () => {
  const house = new ActionsHarness()
  house.answers.set(hash(1), {outcome: 'unconfirmed', code: 'unconfirmed', message: 'No answer.'})
  expect((await house.act([key(A, 1)], {verb: 'moveInQueue', args: {to: 'up'}})).retryable).toBe(0)
  expect((await house.act([key(A, 1)], {verb: 'moveInQueue', args: {to: 'top'}})).retryable).toBe(1)
  house.offline.add(A)
  expect((await house.act([key(A, 1)], removeWithData)).retryable).toBe(1)
})

const places = [3, 1, 2]
for (const [to, order] of [
  ['top', '1,3,2'],
  ['down', '1,3,2'],
  ['up', '2,3,1'],
  ['bottom', '2,3,1'],
] as const) {
  test(`what moves ${to} in the queue is sent in the order in which its server moves it, also again`, async () => {
    const house = new ActionsHarness()
    const keys = [A, B].flatMap((id) => [1, 2, 3].map((n) => key(id, n)))
    for (const [at, one] of keys.entries()) house.set(one, {queuePosition: places[at % 3]!})
    const command = {verb: 'moveInQueue', args: {to}} as const
    house.answers.set(hash(1), {outcome: 'failed', code: 'command_refused', message: 'No.'})
    house.answers.set(hash(3), {outcome: 'failed', code: 'command_refused', message: 'No.'})
    const {id} = await house.act(keys, command)
    const wanted = (hashes: string) =>
      [A, B].map((on) => `${on}${hashes} moveInQueue ${JSON.stringify({to})}`)
    expect(house.sent()).toEqual(wanted(order))
    house.orders.length = 0
    // Meanwhile 1 went before 3.
    for (const on of [A, B]) house.set(key(on, 1), {queuePosition: 1})
    await house.registry.retry(by, id)
    expect(house.sent()).toEqual(wanted(to === 'up' || to === 'bottom' ? '1,3' : '3,1'))
  })
}

test('who has no place in the queue stays behind those that have, as they came', async () => {
  const house = new ActionsHarness()
  house.set(key(A, 1), {queuePosition: null})
  house.set(key(A, 2), {queuePosition: 7})
  house.set(key(A, 3), {queuePosition: undefined})
  await house.act([key(A, 3), key(A, 1), key(A, 2)], {verb: 'moveInQueue', args: {to: 'top'}})
  expect(house.sent()).toEqual(['A2,3,1 moveInQueue {"to":"top"}'])
})

for (const code of ['not_supported', 'bad_argument', 'torrent_not_found'] as const) {
  test(`what ended with ${code} is not tried again, what the same action left undone elsewhere is`, async () => {
    const house = new ActionsHarness()
    house.answers.set(hash(2), {outcome: 'refused', code, message: 'Never.'})
    const alone = await house.act([key(A, 2)], stop)
    expect(alone.retryable).toBe(0)
    await expect(house.registry.retry(by, alone.id)).rejects.toMatchObject({code: 'retry_impossible'})
    house.offline.add(B)
    expect((await house.act([key(A, 2), key(B, 1)], stop)).retryable).toBe(1)
  })
}

test('what he may not is not tried again', async () => {
  const house = new ActionsHarness()
  const action = await house.act(
    [key(A, 1)],
    stop,
    someone('vera', (permission) => permission === 'read'),
  )
  expect(action).toMatchObject({retryable: 0, tally: {counts: {refused: 1}}})
})

test('no passkey shows in an action', async () => {
  const house = new ActionsHarness()
  const action = await house.act([key(A, 1)], {
    verb: 'addTrackers',
    args: {tiers: [['https://t.example/passkey/announce']]},
  })
  expect(JSON.stringify(action)).not.toContain('passkey')
})
