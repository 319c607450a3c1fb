import {expect, test} from 'vitest'
import {A, by, hash, key} from '#executor/executor-harness.fixture.ts'
import type {RuleExplanation, WantedAction} from '#model/decision.ts'
import {CommodarrError, type ErrorCode} from '#model/errors.ts'
import type {RuleId} from '#model/rule.ts'
import {keyText} from '#model/torrent-key.ts'
import {DAY} from '#model/units.ts'
import {queueHarness, r1, wanted} from './rule-action-queue-harness.fixture.ts'

const DAY_MS = DAY * 1_000
const r2 = 'r2' as RuleId
const removal = [wanted('remove')]
const tagging = [wanted('tag', {names: ['x']})]

async function waitHarness(actions = removal) {
  const it = await queueHarness()
  it.world.rule = {...it.world.rule!, do: actions}
  const rule = it.world.rule
  const torrent = (n: number) => ({key: key(A, n), name: `Torrent ${n}`})
  const putOff = (...numbers: number[]) => it.queue.leftAlone.putOff(by, rule, numbers.map(torrent))
  const last = () => it.ends.at(-1)
  return {...it, rule, putOff, last}
}

test('a rule that was put off leaves the torrent alone for a day, also after a restart, and not another one', async () => {
  const {queue, putOff, decision, sent, last, restart, base, house: harness} = await waitHarness(tagging)
  const until = base.clock.now() + DAY_MS
  const [wait] = await putOff(1)
  expect(wait).toMatchObject({ruleId: r1, ruleName: 'Done', why: 'put_off', by: by.actor.name, until})
  await queue.take([decision(1, tagging), decision(2, tagging)])
  expect(sent()).toEqual(['addTags 2'])
  expect(last()).toMatchObject({
    outcome: 'postponed',
    code: 'waits_for_person',
    message: `Waits until ${new Date(until).toISOString()}, because ${by.actor.name} said so.`,
  })
  // Who, and when.
  expect(harness.journal[0]).toMatchObject({
    id: wait!.id,
    verb: 'wait',
    phase: 'confirmed',
    actor: by.actor,
    hash: hash(1),
    name: 'Torrent 1',
    args: {rule: 'Done', until},
  })
  const later = await restart()
  await later.take([decision(1, tagging)])
  await base.clock.advance(DAY_MS - 1)
  await later.take([decision(1, tagging)])
  expect(sent()).toEqual(['addTags 2'])
  await base.clock.advance(1)
  await later.take([decision(1, tagging)])
  expect(sent()).toEqual(['addTags 2', 'addTags 1'])
  expect(later.leftAlone.list()).toEqual([])
})

test('a jump of the wall clock does not end a wait', async () => {
  const {queue, putOff, decision, sent, base} = await waitHarness(tagging)
  await putOff(1)
  base.clock.jump(30 * DAY_MS)
  await queue.take([decision(1, tagging)])
  expect(sent()).toEqual([])
})

test('where a removal waits no rule removes it, and others do all else; a changed rule is the same one', async () => {
  const {queue, putOff, decision, sent, last, world} = await waitHarness()
  await putOff(1)
  await queue.take([decision(1, removal, {ruleId: r2}), decision(1, [wanted('quarantine', {for: 60})])])
  expect([sent(), last()?.code]).toEqual([[], 'waits_for_person'])
  await queue.take([decision(1, tagging, {ruleId: r2})])
  expect(sent()).toEqual(['addTags 1'])
  world.rule = {...world.rule!, revision: 2}
  await queue.take([decision(1, removal, {ruleRevision: 2})])
  expect(sent()).toEqual(['addTags 1'])
})

test('what is on its way already stays, too: the last look before it is sent sees that it waits', async () => {
  const {queue, putOff, decision, sent, last, house: harness, world} = await waitHarness()
  let isAsked = false
  world.lookAgain = () => undefined
  harness.beforeWriteEnds = () => {
    if (isAsked) return
    isAsked = true
    void putOff(1)
  }
  await queue.take([decision(1, removal)])
  expect([isAsked, sent(), last()?.code]).toEqual([true, [], 'changed_meanwhile'])
  await queue.take([decision(2, removal)])
  expect(sent()).toEqual(['remove 2'])
})

test('of what a user said yes to nothing is done while it waits; a removal under way waits as long', async () => {
  const {queue, putOff, decision, sent, world} = await waitHarness()
  world.rule = {...world.rule!, mode: 'ask'}
  await queue.take([decision(1, removal, {mode: 'ask'})])
  const [question] = queue.waiting(by)
  await putOff(1)
  await queue.approve(by, question!.id)
  expect(sent()).toEqual([])
  const under = await queue.remove(decision(1, removal, {mode: 'ask'}), removal[0]!)
  expect([sent(), under.outcome, under.code]).toEqual([[], 'postponed', 'waits_for_person'])
  // Before its Arr is told anything there is a way back.
  expect(await queue.lastLook(decision(1, removal, {mode: 'ask'}), removal[0]!)).toMatchObject({is: 'over'})
})

test('a rule that only simulates goes on doing so', async () => {
  const {queue, putOff, decision, last, world} = await waitHarness()
  world.rule = {...world.rule!, mode: 'simulate'}
  await putOff(1)
  await queue.take([decision(1, removal, {mode: 'simulate'})])
  expect(last()).toMatchObject({outcome: 'simulated'})
})

test('taken back it acts again, and the same wait is not taken back twice', async () => {
  const {queue, putOff, decision, sent, changed} = await waitHarness(tagging)
  const [wait] = await putOff(1)
  expect(queue.leftAlone.ofEntry(wait!.id)).toEqual(wait)
  expect(await queue.leftAlone.takeBack(wait!)).toBe(true)
  expect(await queue.leftAlone.takeBack(wait!)).toBe(false)
  expect(changed).toEqual([1, 1])
  await queue.take([decision(1, tagging)])
  expect(sent()).toEqual(['addTags 1'])
})

test('put off again its day begins again, and the wait before cannot be taken back', async () => {
  const {queue, putOff, base} = await waitHarness()
  const [first] = await putOff(1)
  await base.clock.advance(DAY_MS / 2)
  const [second] = await putOff(1)
  expect(queue.leftAlone.list()).toEqual([second])
  expect(second!.until).toBe(first!.until + DAY_MS / 2)
  expect(await queue.leftAlone.takeBack(first!)).toBe(false)
  expect(queue.leftAlone.removalWait(key(A, 1))).toBe(second!.until)
})

test('no user has more than a thousand wait, and what waits already counts once', async () => {
  const {queue, putOff} = await waitHarness()
  const thousand = Array.from({length: 1_000}, (_, at) => at + 1)
  await putOff(...thousand)
  await putOff(1, 2, 3)
  await expect(putOff(1_001)).rejects.toMatchObject({code: 'too_many_actions'})
  expect(queue.leftAlone.list()).toHaveLength(1_000)
})

test('what cannot be written down does not wait', async () => {
  const {queue, putOff, house: harness} = await waitHarness()
  harness.journalFails = true
  await expect(putOff(1)).rejects.toBe(harness.journalFault)
  expect(queue.leftAlone.list()).toEqual([])
})

test('another server at its address has other torrents', async () => {
  const {queue, putOff} = await waitHarness()
  await putOff(1)
  await queue.forgetServer(A)
  expect(queue.leftAlone.list()).toEqual([])
})

test('nothing comes of it in its time, and what comes later still does', async () => {
  const {queue, putOff} = await waitHarness()
  await putOff(1)
  const entry = {
    key: key(A, 1),
    ruleId: r2,
    ruleName: '',
    mode: 'live',
    actions: ['recycle'],
    ruleRevision: 1,
    takesAway: true,
    replaces: false,
    mayEndEarly: false,
    left: 60,
  } as const
  expect(queue.leftAlone.holdsBack(entry)).toBe(true)
  expect(queue.leftAlone.holdsBack({...entry, left: 2 * DAY})).toBe(false)
  expect(queue.leftAlone.holdsBack({...entry, takesAway: false})).toBe(false)
  expect(queue.leftAlone.holdsBack({...entry, key: key(A, 2)})).toBe(false)
})

test('an explanation says of each rule that leaves it alone until when, and because of whom', async () => {
  const {queue, putOff, base} = await waitHarness()
  await putOff(1)
  const rule = (ruleId: RuleId, outcome: string, mode = 'live') =>
    ({
      ruleId,
      ruleRevision: 1,
      mode,
      outcome,
      actions: removal,
      sentence: `${ruleId} ${outcome}`,
      needs: [],
    }) as unknown as RuleExplanation
  const rules = [rule(r1, 'held'), rule(r2, 'no'), rule('r3' as RuleId, 'due', 'simulate')]
  const subject = {kind: 'torrent', key: keyText(key(A, 1)), serverId: A} as const
  const reported = queue.leftAlone.annotate({at: 0, subject, rules, facts: {}})
  const sentence = `Waits until ${new Date(base.clock.now() + DAY_MS).toISOString()}, because ${by.actor.name} said so.`
  expect(reported.rules.map((it) => [it.sentence, it.waits?.by])).toEqual([
    [sentence, by.actor.name],
    ['r2 no', by.actor.name],
    ['r3 due', undefined],
  ])
})

test('an undo and a wait of one rule stand beside each other: to end one leaves the other', async () => {
  const {queue, putOff, decision, sent, last} = await waitHarness(tagging)
  const done = decision(1, tagging)
  const of = {id: 'done', actor: by.actor, ruleName: 'Done', action: 'tag'} as const
  const end = await queue.leftAlone.begin(done, of)
  const [wait] = await putOff(1)
  expect(
    queue.leftAlone
      .list()
      .map(({why}) => why)
      .toSorted(),
  ).toEqual(['put_off', 'undone'])
  await queue.leftAlone.takeBack(wait!)
  await queue.take([decision(1, tagging)])
  expect([sent(), last()?.code]).toEqual([[], 'undone_by_hand'])
  await putOff(1)
  await end()
  await queue.take([decision(1, tagging)])
  expect([sent(), last()?.code]).toEqual([[], 'waits_for_person'])
})

test('an undo that fails leaves what else was undone of its rule alone, whichever came first', async () => {
  const {queue, decision, base} = await waitHarness(tagging)
  const {leftAlone} = queue
  const begin = (id: string) =>
    leftAlone.begin(decision(1, tagging), {id, actor: by.actor, ruleName: 'Done', action: 'tag'})
  const ids = () => leftAlone.list().map(({id}) => id)
  const endFirst = await begin('first')
  await begin('second')
  await endFirst()
  expect(ids()).toEqual(['second'])
  const {until} = leftAlone.list()[0]!
  await base.clock.advance(60_000)
  await (
    await begin('third')
  )()
  expect([ids(), leftAlone.list()[0]!.until]).toEqual([['second'], until])
})

test('what its Arr is asked to give up is not asked for once a person had it wait, however late', async () => {
  const giveUp = [wanted('arr.blocklist')]
  const {queue, putOff, decision, asked, last, world} = await waitHarness(giveUp)
  world.announced = {sameAs: '', args: {}, message: 'Its Arr blocklists it.'}
  world.whileArrIsAsked = async () => void (await putOff(1))
  await queue.take([decision(1, giveUp)])
  expect([asked, last()?.code]).toEqual([[], 'waits_for_person'])
})

/* ───────────────────────────── done before its time ───────────────────────────── */

const one = {key: key(A, 1), name: 'Torrent 1'}

test('a rule whose time a person ends acts by its next decision; the journal says who, and that it came to it', async () => {
  const {queue, decision, world, ended, house: harness} = await waitHarness(tagging)
  world.early = decision(1, tagging)
  expect(await queue.doNow(by, r1, one)).toBe('due')
  expect(ended).toEqual([`${keyText(one.key)} ${r1} 1`])
  const lines = harness.journal.filter(({verb}) => verb === 'doNow')
  expect(lines.map(({phase}) => phase)).toEqual(['intended', 'confirmed'])
  expect(lines[0]).toMatchObject({actor: by.actor, hash: hash(1), name: 'Torrent 1'})
})

test.each([
  ['its manager began again', {endFault: new CommodarrError('not_ready', 'Not yet.')}, 'not_ready'],
  ['its time was over meanwhile', {early: null}, 'changed_meanwhile'],
] as const)('the journal says that it did not come to it: %s', async (_, change, code) => {
  const {queue, decision, world, house: harness} = await waitHarness(tagging)
  world.early = decision(1, tagging)
  harness.beforeWriteEnds = () => void Object.assign(world, change)
  await expect(queue.doNow(by, r1, one)).rejects.toMatchObject({code})
  const lines = harness.journal.filter(({verb}) => verb === 'doNow')
  expect(lines.map(({phase}) => phase)).toEqual(['intended', 'failed'])
})

interface Refusing {
  readonly early?: 'none' | 'needs a look'
  readonly actions?: typeof removal
  readonly does?: WantedAction[]
  readonly mode?: 'ask' | 'simulate'
  readonly outcome?: 'outOfScope'
  readonly isPutOff?: true
  readonly isKept?: true
  readonly by?: typeof by
}
const without = {...by, access: {...by.access, permits: () => false, may: () => false}}

test.each([
  ['its time does not run', {early: 'none'}, 'changed_meanwhile'],
  ['it hangs on a look', {early: 'needs a look'}, 'not_supported'],
  ['it removes the torrent', {actions: removal}, 'not_supported'],
  ['it might remove the torrent', {does: [...tagging, ...removal]}, 'not_supported'],
  ['it asks first', {mode: 'ask'}, 'not_supported'],
  ['it only simulates', {mode: 'simulate'}, 'rule_unknown'],
  ['it has nothing to do with it', {outcome: 'outOfScope'}, 'rule_unknown'],
  ['it asks first, and has nothing to do with it', {mode: 'ask', outcome: 'outOfScope'}, 'rule_unknown'],
  ['a person had it wait', {isPutOff: true}, 'changed_meanwhile'],
  ['a person keeps it', {isKept: true}, 'changed_meanwhile'],
  ['he may not do what it does', {by: without}, 'forbidden'],
] satisfies readonly (readonly [string, Refusing, ErrorCode])[])(
  'nothing is done before its time where %s',
  async (_, of: Refusing, code) => {
    const {queue, decision, world, ended, house: harness, putOff} = await waitHarness(tagging)
    world.rule = {...world.rule!, mode: of.mode ?? 'live', do: of.does ?? tagging}
    world.outcome = of.outcome ?? 'held'
    world.early = decision(1, of.actions ?? tagging)
    if (of.early === 'none') world.early = null
    if (of.early === 'needs a look') world.early = {needs: 'a look'}
    if (of.isPutOff) await putOff(1)
    if (of.isKept) world.facts['tags'] = ['keep']
    const before = harness.journal.length
    await expect(queue.doNow(of.by ?? by, r1, one)).rejects.toMatchObject({code})
    expect([ended, harness.journal.length]).toEqual([[], before])
  },
)

test.each([
  ['v2 hash, as after an upgrade', 1, 2],
  ['v1 hash, as after a way back', 2, 1],
])('a hybrid that is listed under its %s is left alone as before', async (_, before, now) => {
  const {memory, queue, putOff, decision, sent, changed} = await waitHarness(tagging)
  await putOff(before)
  memory.torrents.change(key(A, 2), {infoHashV1: hash(1)}, 0)
  await queue.take([decision(now, tagging), decision(3, tagging)])
  expect(sent()).toEqual(['addTags 3'])
  expect(queue.leftAlone.objection(decision(now, removal))).toMatchObject({code: 'waits_for_person'})
  // It is one wait, under the name of before.
  expect(queue.leftAlone.list().map((wait) => wait.key)).toEqual([key(A, before)])
  changed.length = 0
  expect(await queue.leftAlone.takeBack(queue.leftAlone.list()[0]!)).toBe(true)
  expect(new Set(changed)).toEqual(new Set([1, 2]))
  await queue.take([decision(now, tagging)])
  expect(sent()).toEqual(['addTags 3', `addTags ${now}`])
})
